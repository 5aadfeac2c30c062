"""Does the page of a learner say who they are, and lead to every course run?"""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, PDF, make_candidate, make_run
from tests.factories.certificates import make_certificate, make_course, make_learner, make_noise
from tests.fakes import NOON
from tests.integration.learners.pages import SupportPage
from webapp.domain.certificates.statuses import Status
from webapp.models.learners import Enrollment, IdVerification, Learner
from webapp.services.places import MOST_PLACES

ADA = "/learners/ada"
POETRY = "edX/Poetry/2014_Fall"


class TestGivenALearnerInSeveralCourseRuns:
    def seed(self, session: Session) -> None:
        make_noise(session)
        make_run(session, HTML, display_name="Weaving")
        make_run(session, PDF, display_name="Apiculture")
        make_course(session, POETRY, display_name="")
        make_candidate(session, course_id=HTML)
        make_candidate(session, course_id=PDF, mode="honor", percent="1", letter="", passed=False, id_status="")
        make_certificate(session, course_id=PDF, status=Status.NOT_PASSING)
        make_certificate(session, course_id=POETRY, status=Status.DOWNLOADABLE, key="", mode="honor")
        session.commit()

    def test_it_says_who_they_are(self, support: SupportPage, session: Session) -> None:
        self.seed(session)

        text = support.text(ADA)

        assert "Name Ada Lovelace User name ada E-mail ada@example.org" in text
        assert "ID verification Approved, told on 22 Oct 2026, 12:00 UTC" in text
        assert "May hold certificates Yes" in text

    def test_each_course_run_stands_there_by_its_title_with_what_is_known(
        self, support: SupportPage, session: Session
    ) -> None:
        self.seed(session)

        text = support.text(ADA)

        apiculture = f"Apiculture {PDF} honor · 100 %, not passing Not passing"
        poetry = f"{POETRY} Not enrolled Issued"
        weaving = f"Weaving {HTML} verified · 87 % B, passing None yet"
        assert [text.count(line) for line in (apiculture, poetry, weaving)] == [1, 1, 1]
        assert text.index(apiculture) < text.index(weaving)
        assert "noise" not in text.lower()

    def test_each_leads_to_its_explanation(self, support: SupportPage, session: Session) -> None:
        self.seed(session)

        page = support.visitor.get(ADA)

        assert [f'href="{ADA}/{key}"' in page for key in (HTML, PDF, POETRY)] == [True] * 3

    def test_it_leads_to_the_record_and_back(self, support: SupportPage, session: Session) -> None:
        self.seed(session)
        number = make_learner(session).id

        page, record = support.visitor.get(ADA), support.visitor.get(f"/admin/learners/details/?id={number}")

        assert f'href="/admin/learners/details/?id={number}"' in page
        assert f'href="{ADA}"' in record

    def test_an_enrollment_that_ended_is_told(self, support: SupportPage, session: Session) -> None:
        self.seed(session)
        session.execute(update(Enrollment).where(Enrollment.course_id == HTML).values(active=False))
        session.commit()

        text = support.text(ADA)

        assert "verified, no longer active · 87 % B, passing" in text

    @pytest.mark.parametrize(("days", "word"), [(1, "Expires"), (-1, "Expired")])
    def test_the_end_of_the_id_verification_is_told(
        self, support: SupportPage, session: Session, days: int, word: str
    ) -> None:
        self.seed(session)
        far_away = timedelta(days=days * 20_000)
        session.execute(update(IdVerification).values(expires_at=NOON + far_away))
        session.commit()

        text = support.text(ADA)

        assert f"{word} on" in text

    def test_a_restriction_is_the_first_thing_to_read(self, support: SupportPage, session: Session) -> None:
        self.seed(session)
        session.execute(update(Learner).where(Learner.username == "ada").values(allow_certificate=False))
        session.commit()

        text = support.text(ADA)

        assert text.index("Certificates are not allowed") < text.index("Course runs")
        assert "No: the platform restricts the learner" in text

    def test_the_menu_shows_where_one_is(self, support: SupportPage, session: Session) -> None:
        self.seed(session)

        page = support.visitor.get(ADA)

        assert '<a class="nav__link" href="/admin/learners/" aria-current="page">' in page
        assert page.count('aria-current="page"') == 1


class TestGivenALearnerOfWhomLittleIsKnown:
    def test_no_course_run_at_all_is_explained(self, support: SupportPage, session: Session) -> None:
        make_learner(session)
        make_noise(session)
        session.commit()

        text = support.text(ADA)

        assert "Not enrolled anywhere, and no certificate" in text
        assert "The platform has told of no enrollment for ada." in text
        assert "ID verification None that the platform has told of" in text

    def test_without_a_name_the_user_name_stands_for_it(self, support: SupportPage, session: Session) -> None:
        make_learner(session, name="", email="")
        session.commit()

        page = support.visitor.get(ADA)

        assert "<h1><bdi>ada</bdi></h1>" in page
        assert "Without a name in the profile no certificate can be made." in page

    def test_markup_in_names_is_shown_as_text(self, support: SupportPage, session: Session) -> None:
        make_learner(session, name="<img src=x>", email="<b>@x")
        session.commit()

        page = support.visitor.get(ADA)

        assert "<img" not in page
        assert "&lt;img src=x&gt;" in page


class TestGivenALearnerInVeryManyCourseRuns:
    def test_the_first_are_shown_and_the_others_told_of(self, support: SupportPage, session: Session) -> None:
        ada = make_learner(session)
        session.add_all(
            Enrollment(learner_id=ada.id, course_id=f"course-v1:edX+Many+{n:03}", mode="honor", modified_at=NOON)
            for n in range(MOST_PLACES + 1)
        )
        session.commit()

        page = support.visitor.get(ADA)

        assert page.count('class="hit"') == MOST_PLACES
        assert f"These are the first {MOST_PLACES}." in page


class TestGivenNobodyOfThatName:
    def test_others_who_may_be_meant_are_offered(self, support: SupportPage, session: Session) -> None:
        make_learner(session, "ada")
        make_learner(session, "bob", name="Bob")
        session.commit()

        page = support.visitor.get("/learners/Ad", 404)

        assert "No such learner" in page
        assert f'href="{ADA}"' in page
        assert "Bob" not in page

    def test_case_counts_in_a_user_name(self, support: SupportPage, session: Session) -> None:
        make_learner(session, "ada")
        session.commit()

        page = support.visitor.get("/learners/ADA", 404)

        assert f'href="{ADA}"' in page

    @pytest.mark.parametrize(
        "name", ["nobody", "%00", "a%00b", "%ED%A0%80", "%F0%9F%98%80", "x" * 2_000, "%3Cb%3E", "' OR 1=1"]
    )
    def test_where_nobody_comes_near_the_search_is_offered(self, support: SupportPage, name: str) -> None:
        text = support.text(f"/learners/{name}", 404)

        assert "Search by e-mail address or name" in text

    def test_the_address_without_a_name_leads_to_the_list(self, support: SupportPage) -> None:
        answer = support.visitor.client.get("/learners/")

        assert (answer.status_code, answer.location) == (302, "/admin/learners/")
