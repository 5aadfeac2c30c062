"""Does a crawler leave everything as it was, and get what everybody gets (decisions 33, 41)?"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import make_run
from tests.factories.crawlers import make_crawlers
from tests.factories.deliveries import APPLIED, send, store_certificate
from tests.factories.pictures import a_picture
from tests.factories.queue_messages import success
from tests.fakes import NOON, FakeAttempts
from tests.integration.governed.desk import make_picture
from tests.integration.public.pages import FORMER, PAGE, make_issued
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.accounts import AccountSession
from webapp.models.badges import BadgeAward
from webapp.models.base import db
from webapp.models.certificates import FormerPublicId, GeneratedCertificate
from webapp.ports import Ports
from webapp.services.badges import keys
from webapp.tasks.visits import VisitTeller

CRAWLER, PERSON = "python-requests/2.33.1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
UNKNOWN, ASSERTION = "9" * 32, "a" * 32
VISITS: tuple[tuple[str, str, int], ...] = (
    ("GET", PAGE, 200),
    ("HEAD", PAGE, 200),
    ("GET", f"{PAGE}?evidence_visit=1", 200),
    ("GET", f"{PAGE}.pdf", 200),
    ("GET", f"{PAGE}.pdf?paper=letter", 200),
    ("GET", f"{PAGE}.png", 200),
    ("GET", f"/certificates/{FORMER}", 301),
    ("GET", f"/certificates/{UNKNOWN}", 404),
    ("POST", PAGE, 405),
    ("POST", f"{PAGE}/shared", 204),
    ("POST", f"/certificates/{FORMER}/shared", 308),
    ("POST", f"/certificates/{UNKNOWN}/shared", 404),
    ("GET", f"{PAGE}/shared", 405),
    ("GET", "/badges/issuer", 200),
    ("GET", "/badges/classes/web-weaving", 200),
    ("GET", "/badges/classes/web-weaving.png", 200),
    ("GET", "/badges/classes/unknown", 404),
    ("GET", f"/badges/assertions/{ASSERTION}", 200),
    ("GET", f"/badges/assertions/{ASSERTION}.png", 200),
    ("GET", f"/badges/assertions/{ASSERTION}.jwt", 200),
    ("GET", f"/badges/assertions/{UNKNOWN}", 404),
    ("GET", "/badges/status/0", 200),
    ("GET", "/.well-known/did.json", 200),
    ("GET", "/api/v1/crawlers/check?user_agent=python-requests/2", 200),
    ("GET", "/api/v1/crawlers/check", 400),
    ("GET", "/api/docs", 200),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/static/css/certificate.css", 200),
)
"""Method, address, status: all that anybody may see of certificates and badges, and what lies beside it."""

Rows = dict[str, list[str]]
Visit = Callable[[FlaskClient, str], list[TestResponse]]


@pytest.fixture
def teller(app: Flask) -> Iterator[VisitTeller]:
    """The real teller, which tells when it is told to."""
    teller = VisitTeller(app, timedelta(hours=1))
    app.extensions["ports"] = Ports(attempts=FakeAttempts(), visits=teller)
    yield teller
    teller.stop()


@pytest.fixture
def visit(teller: VisitTeller) -> Visit:
    """Come by everywhere with an agent, and let the database hear of it."""

    def visit(client: FlaskClient, agent: str) -> list[TestResponse]:
        answers = [
            client.open(
                path,
                method=method,
                headers={"User-Agent": agent},
                data={"network": "mail"} if method == "POST" else None,
            )
            for method, path, _ in VISITS
        ]
        teller.tell()
        return answers

    return visit


@pytest.fixture(autouse=True)
def issued(session: Session) -> GeneratedCertificate:
    """Ada's certificate with its badge and a former address, and a list that knows python-requests."""
    make_run(session)
    certificate = make_issued(session)
    session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=certificate.created_at))
    award = BadgeAward(
        learner_id=certificate.learner_id,
        course_id=certificate.course_id,
        certificate_id=certificate.id,
        mode="honor",
        class_slug="web-weaving",
        state=BadgeState.AWARDED,
        assertion_id=ASSERTION,
        salt="5" * 32,
        status_number=1,
        image_sha256=make_picture(session, a_picture()),
        created_at=NOON,
        awarded_at=NOON,
    )
    session.add(award)
    keys.make_first(session, Actor("sam"), secret="not-a-secret-of-anyone", now=NOON)  # as the first badge does
    session.commit()
    make_crawlers(session, "python-requests")
    return certificate


@pytest.fixture
def signed_in(app: Flask, session: Session) -> FlaskClient:
    """A browser whose session is one that somebody left open five minutes ago."""
    make_account(session, "sam", Role.SUPPORT)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("sam", PASSWORD)
    row = session.scalars(select(AccountSession)).one()
    seen_at = row.seen_at - timedelta(minutes=5)
    session.execute(update(AccountSession).values(seen_at=seen_at, created_at=seen_at))
    session.commit()
    return visitor.client


def everything(session: Session) -> Rows:
    """Give every row of every table, as text."""
    session.rollback()
    session.expire_all()
    found = {table.name: sorted(map(_line, session.execute(select(table)))) for table in db.metadata.sorted_tables}
    session.rollback()
    return found


def _line(row: Any) -> str:  # noqa: ANN401 - a row of any table
    return repr(tuple(row))


def changed(before: Rows, after: Rows) -> set[str]:
    """Give the tables that differ."""
    return {name for name in before if before[name] != after[name]}


class TestGivenACrawler:
    def test_it_changes_no_table_but_the_count_of_agents(
        self, session: Session, client: FlaskClient, visit: Visit
    ) -> None:
        before = everything(session)

        answers = visit(client, CRAWLER)

        assert [answer.status_code for answer in answers] == [status for _, _, status in VISITS]
        assert changed(before, everything(session)) == {"user_agent_count"}

    def test_so_it_is_where_it_brings_somebodys_session(
        self, session: Session, signed_in: FlaskClient, visit: Visit
    ) -> None:
        before = everything(session)

        answers = visit(signed_in, CRAWLER)

        assert [answer.status_code for answer in answers] == [status for _, _, status in VISITS]
        assert changed(before, everything(session)) == {"user_agent_count"}

    @pytest.mark.any_database
    def test_it_gets_no_session(self, client: FlaskClient, signed_in: FlaskClient, visit: Visit) -> None:
        answers = [*visit(client, CRAWLER), *visit(signed_in, CRAWLER)]

        assert [answer.request.path for answer in answers if "Set-Cookie" in answer.headers] == []

    @pytest.mark.usefixtures("same_minute")
    @pytest.mark.any_database
    def test_it_gets_what_everybody_gets(self, client: FlaskClient, visit: Visit) -> None:
        of_crawler, of_person = visit(client, CRAWLER), visit(client, PERSON)

        seen = [
            [
                (answer.status_code, answer.headers.get("ETag"), answer.headers.get("Content-Type"), answer.location)
                for answer in answers
            ]
            for answers in (of_crawler, of_person)
        ]
        assert seen[0] == seen[1]


class TestGivenAPerson:
    def test_the_same_visits_are_remembered(self, session: Session, client: FlaskClient, visit: Visit) -> None:
        before = everything(session)

        answers = visit(client, PERSON)

        assert [answer.status_code for answer in answers] == [status for _, _, status in VISITS]
        assert changed(before, everything(session)) == {"user_agent_count", "evidence_count", "outbox"}

    def test_so_is_that_their_session_was_in_use(self, session: Session, signed_in: FlaskClient, visit: Visit) -> None:
        before = everything(session)

        visit(signed_in, PERSON)

        assert changed(before, everything(session)) == {
            "user_agent_count", "evidence_count", "outbox", "account_session",
        }  # fmt: skip


class TestGivenAnAgentOfOursOnTheList:
    def test_an_answer_of_the_queue_lands_all_the_same(self, session: Session, client: FlaskClient) -> None:
        certificate = store_certificate(session, "grace")

        answer = send(client, success(username="grace"), headers={"User-Agent": CRAWLER})

        session.refresh(certificate)
        assert (answer.get_json(), certificate.status) == (APPLIED, Status.DOWNLOADABLE)

    @pytest.mark.any_database
    def test_people_who_work_with_it_stay_signed_in(self, session: Session, signed_in: FlaskClient) -> None:
        before = session.scalars(select(AccountSession.seen_at)).one()
        session.rollback()

        answer = signed_in.get("/", headers={"User-Agent": CRAWLER})

        assert answer.status_code == 200
        assert session.scalars(select(AccountSession.seen_at)).one() > before
