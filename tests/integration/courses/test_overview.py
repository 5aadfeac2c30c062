"""Does the page of a course run say what decides over its certificates, and what stands in their way?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, HTML, MODES, PDF, make_candidate, make_run
from tests.factories.certificates import make_certificate, make_course
from tests.factories.governance import make_staff
from tests.integration.courses.conftest import Enter
from tests.integration.courses.pages import CoursePage
from tests.integration.generation.desk import Desk
from tests.integration.governed.desk import make_live
from webapp.domain.certificates.statuses import Status
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role
from webapp.models.governance.changes import ChangeRequest
from webapp.models.learners import CourseRole

OLD = "edX/Old/2012"
ONLY_AUDIT = "Only audit is offered"


class TestGivenACourseRun:
    def test_it_is_counted_by_mode_and_status(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        make_candidate(session, "ada")
        make_candidate(session, "bob", mode="honor", **FAILING)
        make_certificate(session, "ada", HTML, key="", status=Status.DOWNLOADABLE, mode="verified")
        session.commit()

        text = support.text()

        assert "Enrolled now 2 Ever enrolled 2 Eligible 2 Delivered 1" in text
        assert "Certificates verified All Issued 1 1" in text
        assert "audit Never No 0 honor Yes No 1 verified Yes Yes 1" in text

    def test_its_files_say_the_same(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        make_candidate(session, "ada")
        make_candidate(session, "bob", mode="honor", percent=None)
        make_certificate(session, "cyd", HTML, key="", status=Status.DOWNLOADABLE, mode="honor")
        session.commit()

        learners, figures = (
            support.visitor.client.get(f"/courses/{name}.csv", query_string={"course": HTML}).text.splitlines()
            for name in ("learners", "figures")
        )

        assert learners == ["username,eligible,delivered,type", "ada,Y,N,N/A", "bob,N,N,N/A", "cyd,N,Y,honor"]
        assert figures[1:] == [
            "enrolled_total,,,2", "enrolled,,audit,0", "enrolled,,honor,1", "enrolled,,verified,1",
            "eligible,,,1", "delivered,,,1", "certificates,downloadable,honor,1",
        ]  # fmt: skip

    @pytest.mark.any_database
    def test_each_setting_says_where_it_is_written(self, support: CoursePage, session: Session) -> None:
        make_run(session, use_updated=False)
        session.commit()

        before = [support.setting(one) for one in ("Learners are judged by", "Switch of this course")]
        make_live(
            session, make_staff(session), Kind.COURSE, HTML, {"self_generation_enabled": True, "use_updated": True}
        )
        session.commit()
        after = [support.setting(one) for one in ("Learners are judged by", "Switch of this course")]

        assert before == ["The rules of the queue Course record", "Off No settings of its own"]
        assert after == ["The regular rules Course settings, version 1", "On Course settings, version 1"]
        assert "Learners cannot ask themselves yet" in support.text()

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("auto", "topics", "shown"),
        [
            (True, ("grades",), "Yes A passing grade that the platform’s events tell leads to a certificate by itself; for grades that are imported, begin a run. Begin a run"),
            (True, (), "No The platform’s events are not taken here: for whoever has passed, begin a run. Begin a run"),
            (False, ("grades",), "No The service’s settings let nothing be made by itself: for whoever has passed, begin a run. Begin a run"),
        ],
    )  # fmt: skip
    def test_what_is_made_by_itself_is_said_as_it_is(
        self, support: CoursePage, desk: Desk, session: Session, *, auto: bool, topics: tuple[str, ...], shown: str
    ) -> None:
        make_run(session)
        session.commit()
        desk.sets(auto_generate=auto, kafka_topics=topics)

        assert support.setting("Made by itself") == f"{shown} Settings of the service"
        assert f'href="/courses/{HTML}?part=runs">Begin a run</a>' in support.markup()

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("course_id", "modes", "title"),
        [
            (HTML, (("audit", False),), ONLY_AUDIT),
            (HTML, (), "No mode is known"),
            (PDF, MODES, "No queue is configured"),
            (HTML, MODES, ""),
        ],
    )
    def test_what_stands_in_the_way_is_said_first(
        self, support: CoursePage, session: Session, course_id: str, modes: tuple[tuple[str, bool], ...], title: str
    ) -> None:
        make_run(session, course_id, modes=modes)
        session.commit()
        support.course_id = course_id

        page = support.markup().split('<div class="split">')[0]

        assert ("notice--error" in page, title in page) == (bool(title), True)

    @pytest.mark.any_database
    def test_an_old_key_has_its_page_too(self, support: CoursePage, session: Session) -> None:
        make_course(session, OLD)
        session.commit()
        support.course_id = OLD

        assert "Demonstration" in support.text()

    @pytest.mark.any_database
    def test_what_is_no_course_run_leads_to_what_is(self, support: CoursePage, session: Session) -> None:
        make_course(session)
        session.commit()

        pages = [support.visitor.get(f"/courses/{key}", 404) for key in ("demonstr", "course-v1:No+Such+Run")]

        assert "Perhaps you mean" in pages[0]
        assert "told nothing of" in pages[1]

    @pytest.mark.any_database
    def test_the_list_and_the_search_lead_to_it(self, support: CoursePage, session: Session) -> None:
        course = make_run(session)
        session.commit()

        pages = [support.visitor.get(path) for path in ("/admin/courses/", "/search?q=demonstration")]
        former = support.visitor.client.get(f"/admin/courses/details/?id={course.id}")

        assert [f'href="{support.address}"' in page for page in pages] == [True, True]
        assert (former.status_code, former.location) == (302, support.address)

    @pytest.mark.any_database
    def test_its_team_is_named(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        teacher = make_candidate(session, "tom", name="Tom Teacher")
        session.add_all(
            CourseRole(learner_id=teacher.id, course_id=HTML, role=role) for role in ("instructor", "beta_tester")
        )
        session.commit()

        assert support.text().endswith("Team Instructor Tom Teacher")


class TestGivenExamples:
    def test_they_are_made_at_once_for_a_web_page(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        session.commit()

        said = support.does("examples")

        assert "The examples came out well." in said
        assert "honor Success Page in mode honor" in said

    @pytest.mark.any_database
    def test_none_is_made_where_no_mode_is_offered(self, support: CoursePage, session: Session) -> None:
        make_run(session, modes=())
        session.commit()

        assert "No example was made. The course offers no mode" in support.does("examples")


class TestGivenTheSwitch:
    def test_support_asks_for_it_and_nothing_changes_yet(
        self, support: CoursePage, session: Session, desk: Desk
    ) -> None:
        make_run(session)
        session.commit()

        said = support.does("switch", enabled="yes")

        (change,) = [one for one in desk.every(ChangeRequest) if one.kind == Kind.COURSE]
        assert (change.key, change.author_name) == (HTML, "sam")
        assert "The change request waits for approval." in said
        assert "A change of the settings waits Asked for by sam." in said
        assert support.setting("Switch of this course").startswith("Off")
        assert "switch" not in support.acts()

    @pytest.mark.any_database
    def test_what_is_refused_says_why(self, support: CoursePage, session: Session) -> None:
        make_run(session, PDF)
        session.commit()
        support.course_id = PDF

        assert "Nothing was filed. Can be switched on" in support.does("switch", enabled="yes")

    @pytest.mark.any_database
    def test_an_editor_is_led_to_the_form(self, enter: Enter, session: Session) -> None:
        make_run(session)
        editor = enter("eva", Role.EDITOR)

        page = editor.markup()

        assert "/admin/course-settings/edit/?id=course-v1" in page
        assert editor.acts() == set()
