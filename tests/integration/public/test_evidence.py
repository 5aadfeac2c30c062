"""Which visits of a certificate does its learner owe to others (domain note §6, decision 33)?"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, make_run
from tests.factories.certificates import make_learner
from tests.factories.governance import make_staff
from tests.fakes import FakeAttempts, FakeVisits
from tests.integration.governed.desk import make_live
from tests.integration.public.pages import PAGE, UUID, make_issued
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.accounts import AccountSession
from webapp.models.learners import Learner
from webapp.ports import Ports

pytestmark = pytest.mark.any_database
CRAWLER = {"User-Agent": "edX-downloader/1.2"}


@pytest.fixture
def visits(app: Flask) -> FakeVisits:
    """What is seen from now on."""
    counter = FakeVisits()
    app.extensions["ports"] = Ports(attempts=FakeAttempts(), visits=counter)
    return counter


@pytest.fixture(autouse=True)
def _issued(session: Session) -> None:
    """Ada's certificate, and a list with one crawler on it."""
    make_run(session)
    make_issued(session)
    ada = session.scalars(select(Learner).where(Learner.username == "ada")).one()
    ada.external_id = 7
    make_account(session, "ada.account", learner_id=ada.id)
    make_account(session, "bob.account", learner_id=make_learner(session, "bob").id)
    session.commit()
    make_live(
        session,
        make_staff(session),
        "crawlers",
        "-",
        {"enabled": True, "known_user_agents": ["edX-downloader", "müde"]},
    )


def signed_in(app: Flask, name: str) -> FlaskClient:
    """The browser of somebody who has signed in."""
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    return visitor.client


class TestGivenAPerson:
    def test_a_stranger_is_seen_with_what_the_page_knows(self, client: FlaskClient, visits: FakeVisits) -> None:
        client.get(PAGE)

        (visit,) = visits.seen
        shown = visit.shown
        assert (shown.user_id, shown.course_id, shown.mode, shown.verify_uuid) == (7, HTML, "verified", UUID)
        assert (visit.network, visit.by_badge) == (None, False)

    @pytest.mark.parametrize(
        ("query", "by_badge"), [("?evidence_visit=1", True), ("?evidence_visit", True), ("", False)]
    )
    def test_it_is_known_who_followed_a_badge_and_from_where(
        self, client: FlaskClient, visits: FakeVisits, query: str, by_badge: bool
    ) -> None:
        client.get(PAGE + query, headers={"Referer": "https://www.linkedin.com/"})

        assert [(visit.network, visit.by_badge) for visit in visits.seen] == [("LinkedIn", by_badge)]

    @pytest.mark.usefixtures("same_minute")
    def test_who_has_the_page_already_is_seen(self, client: FlaskClient, visits: FakeVisits) -> None:
        tag = client.get(PAGE).headers["ETag"]

        assert client.get(PAGE, headers={"If-None-Match": tag}).status_code == 304
        assert len(visits.seen) == 2

    def test_another_learner_is_seen_and_the_owner_is_not(self, app: Flask, visits: FakeVisits) -> None:
        signed_in(app, "bob.account").get(PAGE)
        seen = len(visits.seen)
        signed_in(app, "ada.account").get(PAGE)

        assert (seen, len(visits.seen)) == (1, 1)

    @pytest.mark.parametrize("cookie", ["", "x", "eyJ4IjoxfQ.x.y"])
    def test_a_cookie_that_is_none_of_ours_is_a_strangers(
        self, client: FlaskClient, visits: FakeVisits, cookie: str
    ) -> None:
        client.set_cookie("certdesk", cookie)

        assert client.get(PAGE).status_code == 200
        assert len(visits.seen) == 1

    def test_whose_session_was_ended_is_a_stranger(self, app: Flask, session: Session, visits: FakeVisits) -> None:
        ada = signed_in(app, "ada.account")
        for row in session.scalars(select(AccountSession)):
            row.ended_at = row.created_at
        session.commit()

        ada.get(PAGE)

        assert len(visits.seen) == 1

    @pytest.mark.usefixtures("same_minute")
    @pytest.mark.parametrize("name", ["ada.account", "sam"])
    def test_the_page_is_the_same_for_all_and_keeps_no_session(
        self, app: Flask, session: Session, client: FlaskClient, visits: FakeVisits, name: str
    ) -> None:
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        known = signed_in(app, name).get(PAGE)

        assert known.headers["ETag"] == client.get(PAGE).headers["ETag"]
        assert "Cookie" not in known.headers.get("Vary", "")
        assert "Set-Cookie" not in known.headers

    def test_a_look_at_its_head_is_none(self, client: FlaskClient, visits: FakeVisits) -> None:
        client.head(PAGE)

        assert visits.seen == []

    def test_what_is_not_shown_is_not_seen(self, client: FlaskClient, session: Session, visits: FakeVisits) -> None:
        make_run(session, f"{HTML}_2")
        make_issued(session, f"{HTML}_2", verify_uuid="a" * 32, status=Status.DELETED)
        session.commit()

        statuses = [client.get(f"/certificates/{uuid}").status_code for uuid in ("a" * 32, "9" * 32, "x")]

        assert statuses == [410, 404, 404]
        assert visits.seen == []


class TestGivenACrawler:
    @pytest.mark.usefixtures("same_minute")
    @pytest.mark.parametrize(
        "agent", ["edX-downloader", "edX-downloader/1.2", "müde/1", f"edX-downloader {'x' * 3000}"]
    )
    def test_it_sees_the_same_page_and_is_not_seen(self, client: FlaskClient, visits: FakeVisits, agent: str) -> None:
        mine = client.get(PAGE).headers["ETag"]
        visits.seen.clear()
        answer = client.get(f"{PAGE}?evidence_visit=1", headers={"User-Agent": agent.encode().decode("latin-1")})

        assert (answer.status_code, answer.headers["ETag"]) == (200, mine)
        assert visits.seen == []

    @pytest.mark.parametrize("agent", ["edx-downloader/1", "Mozilla edX-downloader", ""])
    def test_who_only_sounds_like_one_is_a_person(self, client: FlaskClient, visits: FakeVisits, agent: str) -> None:
        client.get(PAGE, headers={"User-Agent": agent})

        assert len(visits.seen) == 1


class TestGivenSupportThatLooksAtThePageInItsFrame:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"},
            {"Referer": "http://localhost/learners/ada/course-v1:A+B+C"},
        ],
    )
    def test_it_is_nobodys_visit(self, client: FlaskClient, visits: FakeVisits, headers: dict[str, str]) -> None:
        assert client.get(PAGE, headers=headers).status_code == 200

        assert visits.seen == []
