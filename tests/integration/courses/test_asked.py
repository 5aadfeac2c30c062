"""Does somebody who teaches a course run see what becomes of their request to turn its switch, and can they give it up?"""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.candidates import CCX, HTML, make_candidate, make_run
from tests.factories.governance import Staff, make_change, make_staff, make_wish, terms_of
from tests.integration.courses.conftest import Enter
from tests.integration.courses.pages import CoursePage
from tests.integration.generation.desk import Desk
from webapp.domain.approval.states import State
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.models.learners import CourseRole
from webapp.services.governance import decisions, standing

ON = {"self_generation_enabled": True, "use_updated": None}


@pytest.fixture
def team(enter: Enter, session: Session) -> CoursePage:
    """Somebody who teaches two course runs, with an account and no role of the desk."""
    teacher = make_candidate(session, "tom", name="Tom Teacher")
    for course_id in (HTML, CCX):
        make_run(session, course_id)
        session.add(CourseRole(learner_id=teacher.id, course_id=course_id, role="instructor"))
    return enter("tom", learner_id=teacher.id)


@pytest.fixture
def staff(session: Session) -> Staff:
    """Those who decide."""
    return make_staff(session)


def the_change(desk: Desk) -> ChangeRequest:
    change: ChangeRequest
    (change,) = [one for one in desk.every(ChangeRequest) if one.kind == Kind.COURSE]
    return change


def asked(page: CoursePage) -> str:
    """Give the words of the part that tells what the reader asked for; empty where it is not there."""
    found = re.search(r'<section [^>]*id="asked".*?</section>', page.markup(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def withdraw(page: CoursePage, shown: str, **otherwise: str) -> TestResponse:
    """Press the button that stood on a page."""
    fields = dict(re.findall(r'name="(change|expected)" value="([^"]+)"', shown))
    return page.send(
        "withdraw", **{**{name: value.replace("&#34;", '"') for name, value in fields.items()}, **otherwise}
    )


class TestGivenARequestThatIsOpen:
    def test_its_author_sees_how_it_stands_and_withdraws_it_once(self, team: CoursePage, desk: Desk) -> None:
        nothing = asked(team)
        team.does("switch", enabled="yes")
        shown, told = team.markup(), asked(team)

        first = team.visitor.get(withdraw(team, shown).location.partition("#")[0])
        second = team.visitor.get(withdraw(team, shown).location.partition("#")[0])

        assert nothing == ""
        assert "Pending" in told
        assert "0 of 1 approval" in told
        assert "Your request waits for a decision." in shown
        assert "Only somebody with the role" not in shown
        assert "The change is withdrawn. Nothing was changed." in first
        assert "Nothing was withdrawn." in second
        assert the_change(desk).state is State.WITHDRAWN
        assert "Withdrawn by tom." in asked(team)
        assert {"switch"} <= team.acts()
        assert "withdraw" not in team.acts()

    def test_what_holds_it_up_is_said(self, team: CoursePage, desk: Desk, staff: Staff, session: Session) -> None:
        team.does("switch", enabled="yes")

        decisions.hold(session, terms_of(staff.approver), the_change(desk).id, note="After the exams.")
        session.commit()

        told = asked(team)
        assert "On hold, by amir." in told
        assert "After the exams." in told
        assert {"withdraw"} <= team.acts()

    @pytest.mark.any_database
    def test_one_that_moved_meanwhile_is_looked_at_first(
        self, team: CoursePage, desk: Desk, staff: Staff, session: Session
    ) -> None:
        team.does("switch", enabled="yes")
        shown = team.markup()
        decisions.hold(session, terms_of(staff.approver), the_change(desk).id, note="After the exams.")
        session.commit()

        said = team.visitor.get(withdraw(team, shown).location.partition("#")[0])

        assert "Nothing was withdrawn." in said
        assert the_change(desk).state is State.ON_HOLD


class TestGivenARequestThatIsDecided:
    def test_one_that_was_rejected_says_why_and_by_whom(
        self, team: CoursePage, desk: Desk, staff: Staff, session: Session
    ) -> None:
        team.does("switch", enabled="yes")

        decisions.reject(session, terms_of(staff.approver), the_change(desk).id, note="Not before the <b>exams</b>.")
        session.commit()

        told = asked(team)
        assert "Rejected by amir." in told
        assert "Not before the &lt;b&gt;exams&lt;/b&gt;." in told
        assert {"switch"} <= team.acts()

    def test_one_that_was_approved_says_by_whom(
        self, team: CoursePage, desk: Desk, staff: Staff, session: Session
    ) -> None:
        team.does("switch", enabled="yes")

        decisions.approve(session, terms_of(staff.approver), the_change(desk).id, note="Its examples look well.")
        session.commit()

        told = asked(team)
        assert "Live as version 1, approved by amir." in told
        assert "Its examples look well." in told
        assert "withdraw" not in team.acts()


@pytest.mark.any_database
class TestGivenWhatIsNoRequestOfTheirs:
    def test_anothers_is_neither_shown_nor_theirs_to_withdraw(
        self, team: CoursePage, desk: Desk, staff: Staff, session: Session
    ) -> None:
        change = make_change(session, staff.editor, make_wish(Kind.COURSE, HTML, ON))

        form = {"change": str(change.id), "expected": standing.tag_of(session, change)}
        said = team.visitor.get(withdraw(team, "", **form).location.partition("#")[0])

        assert asked(team) == ""
        assert "Only whoever proposed it can withdraw it." in said
        assert "A request on these settings waits for a decision already." in said
        assert the_change(desk).state is State.PENDING

    @pytest.mark.parametrize(
        ("course_id", "change", "status"), [(CCX, "own", 404), (HTML, "4711", 404), (HTML, "", 400), (HTML, "x", 400)]
    )
    def test_a_form_about_something_else_is_refused(
        self, team: CoursePage, desk: Desk, course_id: str, change: str, status: int
    ) -> None:
        team.does("switch", enabled="yes")
        shown, team.course_id = team.markup(), course_id

        number = str(the_change(desk).id) if change == "own" else change
        answer = withdraw(team, shown, change=number)

        assert answer.status_code == status
        assert the_change(desk).state is State.PENDING

    def test_an_editor_withdraws_on_the_page_of_the_change(
        self, enter: Enter, team: CoursePage, session: Session
    ) -> None:
        page = enter("erin", Role.EDITOR)
        erin = session.scalars(select(Account).where(Account.username == "erin")).one()
        make_change(session, erin, make_wish(Kind.COURSE, HTML, ON))

        assert "Pending" in asked(page)
        assert "withdraw" not in page.acts()
        assert withdraw(page, page.markup(), change="1", expected="").status_code == 403
