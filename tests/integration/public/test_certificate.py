"""Does the world see a certificate that is valid, the end of one that was, and nothing else?"""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.governance import make_staff
from tests.fakes import NOON
from tests.integration.governed.desk import make_live
from tests.integration.public.pages import FORMER, PAGE, UUID, make_issued, words_of
from tests.visitors import Visitor
from webapp.domain.roles import Role
from webapp.models.certificates import DateOverride


class TestGivenAValidCertificate:
    def test_anybody_sees_whose_it_is_and_what_for(self, session: Session, client: FlaskClient) -> None:
        make_run(session, display_name="Web Weaving")
        make_issued(session)
        session.commit()

        answer = client.get(PAGE)

        words = words_of(answer.text)
        assert answer.status_code == 200
        assert [
            text
            for text in ("Verified Certificate", "Ada Lovelace", "Web Weaving", "a course of edX", "August 23, 2026",
                         "Valid now. Checked at", f"http://desk.test{PAGE}", UUID)
            if text not in words
        ] == []  # fmt: skip
        assert [text for text in ("0.87", "ada@example.org", "Ada King", HTML) if text in answer.text] == []
        assert "<title>edX Web Certificate | Certdesk</title>" in answer.text

    @pytest.mark.parametrize("key", ["icon", "gettext", "page_language", "page_direction", "course_id"])
    def test_no_key_of_a_record_or_a_configuration_reaches_what_the_page_calls_so(
        self, session: Session, client: FlaskClient, key: str
    ) -> None:
        make_run(session, certificate={"title": "Weaving", key: "x"})
        make_issued(session)
        session.commit()
        configured = {"enabled": True, "configuration": {"default": {key: "en", "copyright": "Ours"}}}
        make_live(session, make_staff(session), "html-view", "-", configured)

        answer = client.get(PAGE)

        assert (answer.status_code, "Weaving" in answer.text, "Ours" in answer.text) == (200, True, True)

    def test_the_page_is_bare_of_sessions_and_soon_forgotten(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        answer = client.get(PAGE)

        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["X-Robots-Tag"] == "noindex"

    def test_the_policy_lets_a_file_of_ours_run_and_nothing_within_the_page(
        self, session: Session, client: FlaskClient
    ) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        answer = client.get(PAGE)

        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
            "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
        )
        assert re.findall(r"<script[^>]*>", answer.text) == [
            '<script type="application/ld+json">',
            '<script src="/static/js/certificate.js" defer>',
        ]
        assert [tag for tag in ("<style", "style=", "<form") if tag in answer.text] == []

    def test_somebody_who_signed_in_gets_the_same_page(
        self, session: Session, client: FlaskClient, visitor: Visitor
    ) -> None:
        make_run(session)
        make_issued(session)
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        visitor.sign_in("sam", PASSWORD)

        answer = visitor.client.get(PAGE)

        minute = re.compile(r"\d\d:\d\d(:\d\d)?")
        assert minute.sub("", answer.text) == minute.sub("", client.get(PAGE).text)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")

    def test_signatories_stand_on_it_and_their_hosts_in_the_policy(self, session: Session, client: FlaskClient) -> None:
        hand = "https://cdn.example.org/hale.png"
        signatories = [
            {"name": "Imogen Hale", "title": "Course lead", "organization": "edX", "signature_image_path": hand},
            {"title": "Dean"},
        ]
        make_run(session, certificate={"title": "Weaving the Web", "signatories": signatories})
        make_issued(session)
        session.commit()

        answer = client.get(PAGE)

        words = words_of(answer.text)
        assert [
            text for text in ("Imogen Hale", "Course lead , edX", "Dean", "Weaving the Web") if text not in words
        ] == []
        assert f'<img class="signed__hand" src="{hand}" alt="Signature of Imogen Hale">' in answer.text
        assert "img-src 'self' data: https://cdn.example.org;" in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("name", ["ليلى العلوي", '<b>Ada</b> & "Co"', "Giulia D'Angelo", "山田 由紀", "Ж" * 255])
    def test_any_name_stands_as_it_is_and_in_its_own_direction(
        self, session: Session, client: FlaskClient, name: str
    ) -> None:
        make_run(session)
        make_issued(session, name=name)
        session.commit()

        page = client.get(PAGE).text

        shown = [unescape(found) for found in re.findall(r"<bdi>([^<]*)</bdi>", page)]
        assert shown.count(name) == 2
        assert "<b>" not in page

    def test_a_row_without_a_name_shows_the_profiles(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_issued(session, name="")
        session.commit()

        page = client.get(PAGE).text

        assert "Ada King" in page

    def test_a_broken_course_record_leaves_the_page_standing(self, session: Session, client: FlaskClient) -> None:
        make_run(session, certificate={"title": None, "signatories": [{"name": 7}, {"name": "Imogen Hale"}]})
        make_issued(session, mode="xseries")
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 200
        assert "Imogen Hale" in answer.text

    @pytest.mark.parametrize("mode", ["audit", "honor"])
    def test_hiding_goes_by_status_and_never_by_mode(self, session: Session, client: FlaskClient, mode: str) -> None:
        make_run(session)
        make_issued(session, mode=mode)
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 200

    def test_that_of_a_pdf_course_has_its_page_too(self, session: Session, client: FlaskClient) -> None:
        make_run(session, PDF)
        make_issued(session, PDF, download_url="https://files.test/a.pdf")
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 200
        assert "files.test" not in answer.text

    def test_an_override_of_its_date_is_shown(self, session: Session, client: FlaskClient) -> None:
        make_run(session, certificate_available_date=NOON - timedelta(days=300))
        certificate = make_issued(session)
        certificate.date_override = DateOverride(
            date=NOON - timedelta(days=400), reason="late", overridden_by="sam", created_at=NOON, modified_at=NOON
        )
        session.commit()

        page = client.get(PAGE).text

        assert "October 17, 2025" in page

    def test_the_available_date_is_shown_once_past(self, session: Session, client: FlaskClient) -> None:
        make_run(session, certificate_available_date=NOON - timedelta(days=300))
        make_issued(session)
        session.commit()

        page = client.get(PAGE).text

        assert "January 25, 2026" in page


class TestGivenPagesForAnybody:
    @pytest.mark.parametrize(("address", "heads"), [(UUID, "Verified Certificate"), (FORMER, "There is no such")])
    def test_they_have_a_title_one_heading_and_a_language(
        self, session: Session, client: FlaskClient, address: str, heads: str
    ) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        page = client.get(f"/certificates/{address}").text

        (heading,) = re.findall(r"<h1[^>]*>([^<]*)</h1>", page)
        assert heading.startswith(heads)
        assert re.search(r"<title>[^<]+</title>", page)
        assert '<html lang="en"' in page

    def test_every_file_they_name_is_there(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_issued(session)
        session.commit()
        named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get(PAGE).text))

        sheets = {address: client.get(address) for address in named if address.endswith(".css")}
        inner = {
            f"/static/{path}" for sheet in sheets.values() for path in re.findall(r'url\("\.\./([^"]+)"\)', sheet.text)
        }

        assert len(inner) > 8
        assert {address for address in named | inner if client.get(address).status_code != 200} == set()
