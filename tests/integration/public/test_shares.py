"""What becomes of a certificate that is passed on (domain note §6, decision 33)?"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, make_run
from tests.factories.governance import make_staff
from tests.fakes import NOON, FakeAttempts
from tests.integration.governed.desk import make_live
from tests.integration.public.pages import FORMER, PAGE, UUID, make_issued
from tests.visitors import Visitor
from webapp.domain.certificates.page.evidence import NETWORKS
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.certificates import EvidenceCount, FormerPublicId, GeneratedCertificate
from webapp.models.messages import Outbox
from webapp.ports import Ports
from webapp.ports.counters import Allowance

SHARED = f"{PAGE}/shared"
CRAWLER = {"User-Agent": "edX-downloader/1.2"}


@pytest.fixture(autouse=True)
def _issued(app: Flask, session: Session) -> None:
    app.extensions["ports"] = Ports(attempts=FakeAttempts())
    make_run(session)
    make_issued(session)
    session.commit()


def noted(session: Session) -> list[int]:
    """How often each certificate was passed on each day."""
    session.rollback()
    return [*session.scalars(select(EvidenceCount.shares).order_by(EvidenceCount.id))]


class TestGivenAPerson:
    def test_it_is_noted_and_told_at_once(self, client: FlaskClient, session: Session) -> None:
        offered = dict.fromkeys(("share_linkedin", "share_x", "share_facebook", "share_embed"), True)
        payload = {"enabled": True, "configuration": {"default": offered}}
        make_live(session, make_staff(session), "html-view", "-", payload)

        answers = [client.post(SHARED, data={"network": network}) for network in NETWORKS]

        assert {answer.status_code for answer in answers} == {204}
        assert noted(session) == [len(NETWORKS)]
        of_shares = select(Outbox).where(Outbox.channel == "tracking").order_by(Outbox.id)
        events = [row.payload for row in session.scalars(of_shares)]
        assert [event["event"]["social_network"] for event in events] == [*NETWORKS.values()]
        assert events[0]["name"] == "edx.certificate.shared"
        assert events[0]["event"] == {
            "user_id": None,
            "course_id": HTML,
            "certificate_id": UUID,
            "enrollment_mode": "verified",
            "social_network": "LinkedIn",
            "certificate_url": f"http://desk.test{PAGE}",
        }

    def test_no_cookie_comes_of_it(self, client: FlaskClient) -> None:
        answer = client.post(SHARED, data={"network": "copy"})

        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"

    def test_staff_see_how_often(self, app: Flask, client: FlaskClient, session: Session) -> None:
        client.post(SHARED, data={"network": "copy"})
        number = session.scalars(select(EvidenceCount.certificate_id)).one()
        make_account(session, "sam", Role.VIEWER)
        session.commit()
        visitor = Visitor(app)
        visitor.sign_in("sam", PASSWORD)

        page = visitor.get(f"/admin/certificates/details/?id={number}")

        assert "Passed on" in page
        assert "1 time" in page


@pytest.mark.any_database
class TestGivenWhatCannotBeNoted:
    @pytest.mark.parametrize("network", [None, "", "X", "x", "myspace", "x" * 3000, "\x00"])
    def test_a_way_that_nobody_offers(self, client: FlaskClient, session: Session, network: str | None) -> None:
        answer = client.post(SHARED, data={} if network is None else {"network": network})

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (400, "unknown_network")
        assert noted(session) == []

    @pytest.mark.parametrize(
        ("uuid", "status", "code"),
        [("9" * 32, 404, "unknown_certificate"), ("x", 404, "unknown_certificate"), ("a" * 32, 410, "gone")],
    )
    def test_a_certificate_that_is_not_shown(
        self, client: FlaskClient, session: Session, uuid: str, status: int, code: str
    ) -> None:
        make_run(session, f"{HTML}_2")
        make_issued(session, f"{HTML}_2", verify_uuid="a" * 32, status=Status.DELETED)
        session.commit()

        answer = client.post(f"/certificates/{uuid}/shared", data={"network": "x"})

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)
        assert noted(session) == []

    @pytest.mark.parametrize(
        "headers", [{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    )
    def test_another_sites_doing(self, client: FlaskClient, session: Session, headers: dict[str, str]) -> None:
        answer = client.post(SHARED, data={"network": "x"}, headers=headers)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "foreign_origin")
        assert noted(session) == []

    def test_more_than_anybody_passes_on(self, client: FlaskClient, session: Session) -> None:
        most = Allowance.SHARE.amount

        statuses = [client.post(SHARED, data={"network": "copy"}).status_code for _ in range(most + 1)]

        refused = client.post(SHARED, data={"network": "copy"})
        assert statuses == [204] * most + [429]
        assert refused.headers["Retry-After"] == "60"
        assert noted(session) == [most]

    def test_a_former_address_is_told_where_it_went(self, client: FlaskClient, session: Session) -> None:
        row = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.verify_uuid == UUID)).one()
        session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=row.id, retired_at=NOON))
        session.commit()

        answer = client.post(f"/certificates/{FORMER}/shared", data={"network": "copy"})

        assert (answer.status_code, answer.location, noted(session)) == (308, f"http://desk.test{SHARED}", [])

    def test_another_method(self, client: FlaskClient) -> None:
        assert client.get(SHARED).status_code == 405


@pytest.mark.any_database
def test_a_crawler_is_answered_alike_and_leaves_nothing(client: FlaskClient, session: Session) -> None:
    make_live(session, make_staff(session), "crawlers", "-", {"enabled": True, "known_user_agents": ["edX-downloader"]})

    answer = client.post(SHARED, data={"network": "copy"}, headers=CRAWLER)

    assert answer.status_code == 204
    assert noted(session) == []
