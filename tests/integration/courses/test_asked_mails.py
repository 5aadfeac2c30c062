"""Does somebody who teaches a course run hear of their request's end, though they have no role of the desk?"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.governance import Staff, make_staff, terms_of
from tests.integration.courses.conftest import Enter
from tests.integration.courses.pages import CoursePage
from tests.integration.notices.post import Post
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.notices import Notice
from webapp.models.learners import CourseRole
from webapp.services.governance import decisions

NEWS = "News of what you asked for"
WHY = "Not before the exams."
Reject = Callable[[], None]


@pytest.fixture
def team(enter: Enter, session: Session) -> CoursePage:
    """Somebody who teaches the course run, with an account and no role of the desk."""
    teacher = make_candidate(session, "tom", name="Tom Teacher")
    make_run(session)
    session.add(CourseRole(learner_id=teacher.id, course_id=HTML, role="instructor"))
    return enter("tom", learner_id=teacher.id)


@pytest.fixture
def staff(session: Session) -> Staff:
    """Those who decide."""
    return make_staff(session)


@pytest.fixture
def post(app: Flask, team: CoursePage) -> Post:
    """The application with a mail server that takes everything."""
    return Post(app)


@pytest.fixture
def reject(post: Post, team: CoursePage, staff: Staff) -> Reject:
    """Have the request, which the team makes here, rejected."""
    team.does("switch", enabled="yes")
    post.send()

    def reject() -> None:
        with post.work() as session:
            change = session.scalars(select(ChangeRequest).where(ChangeRequest.author_name == "tom")).one()
            decisions.reject(session, terms_of(staff.approver), change.id, note=WHY)

    return reject


def told(post: Post) -> list[Notice]:
    with post.look() as session:
        tom = select(Account.id).where(Account.username == "tom").scalar_subquery()
        return list(session.scalars(select(Notice).where(Notice.account_id == tom)))


class TestGivenARequestThatIsDecided:
    def test_its_author_is_told_and_mailed_with_a_way_to_the_course_run(self, post: Post, reject: Reject) -> None:
        reject()

        (mail,) = post.send()

        assert [(notice.action, notice.note, notice.actor_name) for notice in told(post)] == [
            ("change.rejected", WHY, "amir")
        ]
        assert (mail.address, WHY in mail.text) == ("tom@example.org", True)
        assert mail.text.count(f"http://desk.test/courses/{HTML}#asked\n") == 2
        assert "/changes/" not in mail.text

    def test_what_was_read_on_the_page_of_the_course_run_is_not_mailed(
        self, post: Post, team: CoursePage, reject: Reject
    ) -> None:
        reject()
        team.markup("learners")
        before = [notice.read_at is None for notice in told(post)]

        team.markup()

        assert (before, [notice.read_at is None for notice in told(post)]) == ([True], [False])
        assert post.send() == []

    def test_the_way_to_it_says_so_until_they_were_there(self, team: CoursePage, reject: Reject) -> None:
        before = team.visitor.get("/")
        reject()

        told = team.visitor.get("/")
        team.markup()

        assert [NEWS in page for page in (before, told, team.visitor.get("/"))] == [False, True, False]
        assert f"/courses/{HTML}#asked" in told

    def test_a_request_that_another_came_after_is_no_news(self, team: CoursePage, reject: Reject) -> None:
        reject()
        team.does("switch", enabled="yes")

        assert NEWS not in team.visitor.get("/")

    def test_mails_are_turned_off_and_on_there(self, post: Post, team: CoursePage, reject: Reject) -> None:
        off = team.does("mails", mails="off")
        reject()
        without = post.send()
        on = team.does("mails", mails="on")

        assert "You get no more mails." in off
        assert "Turn mails on" in off
        assert without == []
        assert "Turn mails off" in on
        assert team.send("mails", mails="maybe").status_code == 400


@pytest.mark.any_database
class TestGivenSomebodyWhoTeachesThereNoMore:
    @pytest.mark.parametrize("left", [{"active": False}, {"role": "beta_tester_too"}])
    def test_they_are_neither_told_nor_mailed(self, post: Post, reject: Reject, left: dict[str, object]) -> None:
        with post.work() as session:
            session.execute(update(CourseRole).where(CourseRole.role == "instructor").values(**left))

        reject()

        assert (told(post), post.send()) == ([], [])

    def test_a_mail_that_waits_does_not_leave(self, post: Post, reject: Reject) -> None:
        reject()
        with post.work() as session:
            session.execute(update(CourseRole).where(CourseRole.role == "instructor").values(active=False))

        assert post.send() == []


@pytest.mark.any_database
class TestGivenNoMailServer:
    def test_mails_are_not_spoken_of(self, post: Post, team: CoursePage, reject: Reject) -> None:
        post.configure(None)

        assert "mails" not in team.acts()
        assert "mailed" not in team.text()
