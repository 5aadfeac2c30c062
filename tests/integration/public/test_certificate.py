"""Does the world see a certificate that is valid, the end of one that was, and nothing else?"""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.certificates import make_certificate, make_learner, make_noise
from tests.factories.exceptions import make_invalidation
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.roles import Role
from webapp.models.certificates import DateOverride, FormerPublicId, GeneratedCertificate

UUID, FORMER = "0123456789abcdef0123456789abcdef", "f" * 32
PAGE = f"/certificates/{UUID}"
ISSUED = NOON - timedelta(days=90)
BEFORE, AFTER = NOON - timedelta(days=2000), NOON + timedelta(days=20_000)
PERSONAL = ("Ada Lovelace", "ada@example.org", "0.87")


def make_issued(
    session: Session,
    course_id: str = HTML,
    *,
    name: str = "Ada Lovelace",
    **more: Any,  # noqa: ANN401 - any column
) -> GeneratedCertificate:
    """Make Ada's certificate, valid unless what is named says otherwise."""
    make_noise(session)
    make_learner(session, "ada", name="Ada King")
    values = {"status": Status.DOWNLOADABLE, "verify_uuid": UUID, "issued_at": ISSUED, "grade": "0.87", **more}
    certificate = make_certificate(session, "ada", course_id, mode=values.pop("mode", "verified"), key="", **values)
    certificate.name = name
    return certificate


def words_of(page: str) -> str:
    """Give what people read, in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.partition("<body")[2])))


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

    def test_the_page_is_bare_of_sessions_and_soon_forgotten(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        answer = client.get(PAGE)

        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["X-Robots-Tag"] == "noindex"

    def test_the_policy_lets_no_script_run(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        answer = client.get(PAGE)

        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
            "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
        )
        assert [tag for tag in ("<script", "<style", "style=", "<form") if tag in answer.text] == []

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


class TestGivenACertificateThatIsNotValid:
    @pytest.mark.parametrize("status", sorted({*Status} - {Status.DOWNLOADABLE} - HIDDEN))
    def test_its_page_says_so_and_not_whose_it_was(self, session: Session, client: FlaskClient, status: Status) -> None:
        make_run(session, display_name="Web Weaving")
        make_issued(session, status=status)
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 410
        assert "This certificate is not valid any more" in answer.text
        assert [text for text in (*PERSONAL, "Web Weaving", "verified", UUID) if text in answer.text] == []
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers

    def test_invalidated_it_is_gone_though_its_status_says_otherwise(
        self, session: Session, client: FlaskClient
    ) -> None:
        make_run(session)
        make_invalidation(session, make_issued(session))
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 410
        assert [text for text in PERSONAL if text in answer.text] == []

    def test_once_the_invalidation_ended_it_is_there_again(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_invalidation(session, make_issued(session), active=False)
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 200


class TestGivenNothingToBeSeen:
    @pytest.mark.parametrize(
        "address",
        [FORMER, "0" * 32, UUID.upper(), UUID[:-1], UUID + "0", "course", "0123456789abcdeg0123456789abcdef", "%00"],
    )
    def test_an_unknown_address_is_404(self, session: Session, client: FlaskClient, address: str) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        answer = client.get(f"/certificates/{address}")

        assert answer.status_code == 404
        assert "There is no such certificate" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers

    def test_an_empty_public_id_is_no_address(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_issued(session, verify_uuid="")
        session.commit()

        answer = client.get("/certificates/")

        assert answer.status_code == 404

    @pytest.mark.parametrize("status", sorted(HIDDEN))
    def test_what_is_hidden_looks_like_nothing(self, session: Session, client: FlaskClient, status: Status) -> None:
        make_run(session)
        make_issued(session, status=status, mode="audit")
        session.commit()

        answer = client.get(PAGE)

        assert (answer.status_code, answer.text) == (404, client.get(f"/certificates/{FORMER}").text)

    @pytest.mark.parametrize(
        ("run", "status"),
        [
            ({"end": AFTER}, 404),
            ({"end": BEFORE}, 200),
            ({"certificate_available_date": AFTER, "end": BEFORE}, 404),
            ({"certificate_available_date": BEFORE, "end": AFTER}, 200),
            ({"certificate_available_date": AFTER, "self_paced": True}, 200),
        ],
    )
    def test_a_course_run_shows_its_certificates_when_its_dates_say(
        self, session: Session, client: FlaskClient, run: dict[str, Any], status: int
    ) -> None:
        make_run(session, **run)
        make_issued(session)
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == status


class TestGivenAFormerPublicId:
    @pytest.mark.parametrize("status", [Status.DOWNLOADABLE, Status.DELETED])
    def test_it_leads_to_the_certificate_for_good(self, session: Session, client: FlaskClient, status: Status) -> None:
        make_run(session, PDF)
        certificate = make_issued(session, PDF, status=status)
        session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=NOON))
        session.commit()

        answer = client.get(f"/certificates/{FORMER}")

        assert (answer.status_code, answer.location) == (301, f"http://desk.test{PAGE}")
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert [text for text in PERSONAL if text in answer.text] == []
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"status": Status.AUDIT_PASSING}, 404),
            ({"status": Status.GENERATING, "verify_uuid": ""}, 410),
            ({"verify_uuid": ""}, 410),
        ],
    )
    def test_it_leads_nowhere_where_there_is_nothing_to_lead_to(
        self, session: Session, client: FlaskClient, fields: dict[str, Any], status: int
    ) -> None:
        make_run(session, PDF)
        certificate = make_issued(session, PDF, **fields)
        session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=NOON))
        session.commit()

        answer = client.get(f"/certificates/{FORMER}")

        assert answer.status_code == status


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
