"""What do people keep where their request cannot be honoured: the bar they work by, and a way on?"""

from collections.abc import Iterator
from functools import partial

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.crawlers import make_crawlers
from tests.fakes import FakeAttempts
from tests.integration.lists.statements import statements_of
from tests.visitors import Visitor
from webapp import create_app
from webapp.domain.roles import Role
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings

pytestmark = pytest.mark.any_database
NOWHERE = "/nothing"


def words_of_bar(page: str) -> list[str]:
    """Give the entries of the navigation; empty where there is none."""
    return [f"{link.text_content()}".strip() for link in html.document_fromstring(page).find_class("nav__link")]


def ways_on(page: str) -> dict[str, str]:
    """Give the buttons of the page of an error, and where they lead."""
    return {
        f"{link.text_content()}": link.get("href", "")
        for ways in html.document_fromstring(page).find_class("ways-on")
        for link in ways.iter("a")
    }


@pytest.fixture
def learner(visitor: Visitor, session: Session) -> Visitor:
    """Somebody without any role."""
    make_account(session, "ada")
    session.commit()
    visitor.sign_in("ada", PASSWORD)
    return visitor


@pytest.fixture
def failing_app(app: Flask, settings: Settings) -> Iterator[Flask]:
    """An application over the same database with pages of the desk that fail, and one that everybody may see."""
    failing = create_app(settings, Ports(attempts=FakeAttempts()))
    failing.config["PROPAGATE_EXCEPTIONS"] = False
    away = OperationalError("SELECT 1", {}, Exception("away"))
    for path, guard, problem in (
        ("/bug", "signed_in", ZeroDivisionError()),
        ("/away", "signed_in", away),
        ("/shown", "public", away),
    ):
        view = partial(_fail, problem)
        view.guard = guard  # type: ignore[attr-defined]  # as webapp.web.auth marks it
        failing.add_url_rule(path, path, view)
    yield failing
    with failing.app_context():
        db.session.remove()
        db.engine.dispose()


def _fail(problem: Exception) -> str:
    raise problem


class TestGivenStaff:
    @pytest.mark.parametrize(
        ("path", "status"), [(NOWHERE, 404), ("/changes/4711", 404), ("/admin/accounts/", 403), ("/changes/x", 404)]
    )
    def test_they_keep_their_bar(self, staff: Visitor, path: str, status: int) -> None:
        bar = words_of_bar(staff.get("/"))

        page = staff.get(path, status)

        assert words_of_bar(page) == bar
        assert ("Search for the learner or the certificate" in page) == (path in (NOWHERE, "/changes/x"))
        assert ways_on(page) == {"Go to the start page": "/"}

    def test_a_way_leads_back_to_the_page_before(self, staff: Visitor) -> None:
        page = staff.client.get(NOWHERE, headers={"Referer": "http://localhost/admin/courses/?q=a"}).text

        assert ways_on(page)["Back to the page before"] == "/admin/courses/?q=a"

    @pytest.mark.parametrize(
        "before", ["https://elsewhere.test/admin/courses/", "http://localhost/nothing", "http://["]
    )
    def test_no_way_leads_to_what_is_not_ours(self, staff: Visitor, before: str) -> None:
        page = staff.client.get(NOWHERE, headers={"Referer": before}).text

        assert list(ways_on(page)) == ["Go to the start page"]

    def test_what_they_typed_is_kept_for_them(self, staff: Visitor) -> None:
        page = html.document_fromstring(staff.get(NOWHERE, 404))

        assert [
            "data-refused" in script.attrib for script in page.iter("script") if "drafts" in script.get("src", "")
        ] == [True]

    def test_what_everybody_may_see_asks_nobody_who_they_are(self, staff: Visitor) -> None:
        answer = staff.client.get(f"/certificates/{'0' * 32}")

        assert (answer.status_code, words_of_bar(answer.text)) == (404, [])
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Set-Cookie" not in answer.headers

    def test_a_crawler_that_brings_their_session_sees_the_page_alone(self, staff: Visitor, session: Session) -> None:
        make_crawlers(session, "Googlebot")

        page = staff.client.get(NOWHERE, headers={"User-Agent": "Googlebot/2.1"}).text

        assert words_of_bar(page) == []

    def test_a_program_is_answered_as_before(self, staff: Visitor) -> None:
        assert staff.client.get("/api/v1/nothing").mimetype == "application/problem+json"


class TestGivenALearner:
    @pytest.mark.parametrize(("path", "status"), [(NOWHERE, 404), ("/admin/certificates/", 403)])
    def test_they_see_who_they_are_and_nothing_of_the_desk(self, learner: Visitor, path: str, status: int) -> None:
        page = learner.get(path, status)

        assert words_of_bar(page) == []
        assert "topbar__name" in page
        assert "Sign out" in page
        assert "Search for" not in page


class TestGivenAVisitor:
    def test_the_page_stands_alone(self, visitor: Visitor) -> None:
        page = visitor.get(NOWHERE, 404)

        assert words_of_bar(page) == []
        assert "topbar" not in page
        assert "Look whether the address is whole, or go to the start page." in page
        assert ways_on(page) == {"Go to the start page": "/"}


class TestGivenAnErrorOfOurs:
    @pytest.fixture
    def staff(self, failing_app: Flask, session: Session) -> Visitor:
        """Somebody who reads the desk."""
        make_account(session, "sam", Role.VIEWER)
        session.commit()
        visitor = Visitor(failing_app)
        visitor.sign_in("sam", PASSWORD)
        visitor.get("/")
        return visitor

    @pytest.mark.parametrize(("path", "status"), [("/bug", 500), ("/away", 503)])
    def test_staff_keep_their_bar_and_nothing_is_asked_for_it(
        self, failing_app: Flask, staff: Visitor, path: str, status: int
    ) -> None:
        with statements_of(failing_app) as asked:
            page = staff.get(path, status)

        assert "Certificates" in words_of_bar(page)
        assert [one for one, _ in asked if "account_session" not in one] == []

    def test_a_page_for_everybody_does_not_ask_who_looks(self, failing_app: Flask, staff: Visitor) -> None:
        with statements_of(failing_app) as asked:
            page = staff.get("/shown", 503)

        assert words_of_bar(page) == []
        assert asked == []
