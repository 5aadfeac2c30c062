"""What do others show of a certificate in a page of theirs, and how short is the way to a profile (ecosystem note §4)?"""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.candidates import make_run
from tests.factories.governance import make_staff
from tests.fakes import NOON, FakeAttempts, FakeVisits
from tests.integration.governed.desk import make_live
from tests.integration.public.pages import FORMER, PAGE, PERSONAL, UUID, make_issued, words_of
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import EvidenceCount, FormerPublicId, GeneratedCertificate
from webapp.ports import Ports

pytestmark = pytest.mark.any_database
SLIP, PROFILE = f"{PAGE}/embed", f"{PAGE}/linkedin"
MARKUP = 'Ada "<b>" & Żofia'


def offer(session: Session, **switches: bool) -> None:
    """Bring a configuration live that offers ways to pass certificates on."""
    make_live(session, make_staff(session), "html-view", "-", {"enabled": True, "configuration": {"default": switches}})


def issue(session: Session, **values: Any) -> None:  # noqa: ANN401 - any column
    """Make Ada's certificate in a course run that shows it."""
    make_run(session, display_name="Web Weaving")
    make_issued(session, **values)
    session.commit()


class TestGivenAConfigurationThatOffersIt:
    def test_it_says_who_has_what_and_leads_to_the_whole(self, client: FlaskClient, session: Session) -> None:
        issue(session)
        offer(session, share_embed=True)

        answer = client.get(SLIP)

        assert answer.status_code == 200
        assert "Ada Lovelace Verified Certificate, Web Weaving Valid now. Issued on" in words_of(answer.text)
        assert f'href="http://desk.test{PAGE}" target="_blank" rel="noopener"' in answer.text

    def test_any_site_may_frame_it_and_nothing_runs_in_it(self, client: FlaskClient, session: Session) -> None:
        issue(session)
        offer(session, share_embed=True)

        answer, whole = client.get(SLIP), client.get(PAGE)

        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'self'" in whole.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers

    def test_who_has_it_already_gets_304(self, client: FlaskClient, session: Session) -> None:
        issue(session)
        offer(session, share_embed=True)

        tag = client.get(SLIP).headers["ETag"]

        assert client.get(SLIP, headers={"If-None-Match": tag}).status_code == 304

    def test_its_code_stands_on_the_page_and_shows_it(self, client: FlaskClient, session: Session) -> None:
        issue(session, name=MARKUP)
        offer(session, share_embed=True)

        page = client.get(PAGE).text

        (shown,) = re.findall(r"<code>(.*?)</code>", page)
        code = unescape(shown)
        assert code.startswith(
            f'<iframe src="http://desk.test{SLIP}" title="Verified Certificate of Ada &quot;&lt;b&gt;&quot; &amp; Żofia"'
        )
        assert "<b>" not in code
        assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in code

    def test_that_it_was_taken_is_counted(self, client: FlaskClient, session: Session) -> None:
        issue(session)
        offer(session, share_embed=True)

        answer = client.post(f"{PAGE}/shared", data={"network": "embed"})

        assert answer.status_code == 204
        assert [*session.scalars(select(EvidenceCount.shares))] == [1]

    @pytest.mark.parametrize(("site", "counted"), [("cross-site", True), ("same-origin", False)])
    def test_who_looks_at_it_elsewhere_is_a_visitor(
        self, app: Flask, client: FlaskClient, session: Session, site: str, counted: bool
    ) -> None:
        visits = FakeVisits()
        app.extensions["ports"] = Ports(attempts=FakeAttempts(), visits=visits)
        issue(session)
        offer(session, share_embed=True)

        client.get(SLIP, headers={"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": site, "User-Agent": "Somebody/1"})

        assert (visits.counted == {"Somebody/1": 1}) is counted

    def test_a_former_address_leads_to_the_present_one(self, client: FlaskClient, session: Session) -> None:
        issue(session)
        offer(session, share_embed=True)
        row = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.verify_uuid == UUID)).one()
        session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=row.id, retired_at=NOON))
        session.commit()

        answer = client.get(f"/certificates/{FORMER}/embed")

        assert (answer.status_code, answer.location) == (301, f"http://desk.test{SLIP}")


class TestGivenNone:
    def test_there_is_no_slip_and_no_code_for_it(self, client: FlaskClient, session: Session) -> None:
        issue(session)

        assert client.get(SLIP).status_code == 404
        assert "&lt;iframe" not in client.get(PAGE).text
        assert client.post(f"{PAGE}/shared", data={"network": "embed"}).status_code == 400

    @pytest.mark.parametrize("shown", [True, False])
    def test_an_unknown_id_is_answered_alike(self, client: FlaskClient, session: Session, shown: bool) -> None:
        issue(session)
        if shown:
            offer(session, share_embed=True)

        answer = client.get(f"/certificates/{'9' * 32}/embed")

        assert answer.status_code == 404
        assert answer.text == client.get(f"/certificates/{'9' * 32}").text


class TestGivenACertificateThatEnded:
    def test_the_pages_that_show_it_say_so_and_not_whose_it_was(self, client: FlaskClient, session: Session) -> None:
        issue(session, status=Status.DELETED)

        answer = client.get(SLIP)

        assert answer.status_code == 410
        assert (
            words_of(answer.text).partition("> ")[2].strip()
            == "This certificate is not valid any more How and when it ended"
        )
        assert [text for text in (*PERSONAL, "Web Weaving") if text in answer.text] == []
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


class TestGivenTheShortWayToAProfile:
    def test_it_leads_to_the_form_filled_in(self, client: FlaskClient, session: Session) -> None:
        issue(session)
        offer(session, share_linkedin=True)

        answer = client.get(PROFILE)

        target = urlsplit(answer.location)
        assert (answer.status_code, target.hostname, target.path) == (302, "www.linkedin.com", "/profile/add")
        assert parse_qs(target.query)["certUrl"] == [f"http://desk.test{PAGE}"]
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("status", "code"), [(Status.DOWNLOADABLE, 404), (Status.DELETED, 410), (Status.AUDIT_PASSING, 404)]
    )
    def test_it_leads_nowhere_where_it_is_not_offered(
        self, client: FlaskClient, session: Session, status: Status, code: int
    ) -> None:
        issue(session, status=status)
        if status is not Status.DOWNLOADABLE:
            offer(session, share_linkedin=True)

        answer = client.get(PROFILE)

        assert answer.status_code == code
        assert "Ada Lovelace" not in answer.text
        assert answer.headers["X-Robots-Tag"] == "noindex"


class TestGivenACertificateOnPaper:
    def test_page_and_sheet_carry_one_code(self, client: FlaskClient, session: Session) -> None:
        issue(session)

        said = words_of(client.get(PAGE).text)

        (code,) = set(re.findall(r"Check code ([0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4})", said))
        first = client.get(f"{PAGE}.pdf").headers["ETag"]
        session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.verify_uuid == UUID)).one().name = "Ada"
        session.commit()
        assert code not in words_of(client.get(PAGE).text)
        assert client.get(f"{PAGE}.pdf").headers["ETag"] != first
