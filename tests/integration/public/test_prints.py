"""Does the world get a certificate's files where it sees its page, and only there?"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.candidates import make_run
from tests.factories.exceptions import make_invalidation
from tests.fakes import NOON
from tests.integration.public.pages import FORMER, PAGE, PERSONAL, UUID, make_issued
from webapp.adapters.certificate_print import Sheet, typeset
from webapp.models.certificates import FormerPublicId
from webapp.ports import PageBroken

pytestmark = pytest.mark.any_database

PDF, CARD = f"{PAGE}.pdf", f"{PAGE}.png"
BOTH = pytest.mark.parametrize("ending", ["pdf", "png"])


def refuse(sheet: Sheet) -> bytes:
    """A printer that prints nothing."""
    raise PageBroken("out of ink")


@pytest.fixture(autouse=True)
def _own_printer(app: Flask) -> Iterator[None]:
    """A printer that has made nothing yet."""
    kept = app.extensions["printer"]
    app.extensions["printer"] = typeset
    yield
    app.extensions["printer"] = kept


class TestGivenAValidCertificate:
    @pytest.mark.parametrize(
        ("path", "mimetype", "begins", "disposition"),
        [
            (PDF, "application/pdf", b"%PDF-", f'attachment; filename="certificate-{UUID}.pdf"'),
            (CARD, "image/png", b"\x89PNG", f'inline; filename="certificate-{UUID}.png"'),
        ],
    )
    def test_anybody_gets_its_files(
        self, session: Session, client: FlaskClient, path: str, mimetype: str, begins: bytes, disposition: str
    ) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        answer = client.get(path)

        assert (answer.status_code, answer.mimetype) == (200, mimetype)
        assert answer.data.startswith(begins)
        assert answer.headers["Content-Disposition"] == disposition
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers

    def test_each_paper_has_a_file_of_its_own_and_no_other_has_one(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        a4, letter, nonsense = (client.get(PDF + more) for more in ("", "?paper=letter", "?paper=%00napkin"))

        assert a4.data == nonsense.data
        assert a4.data != letter.data
        assert a4.headers["ETag"] == nonsense.headers["ETag"] != letter.headers["ETag"]

    @BOTH
    def test_who_has_it_already_is_told_so_until_it_changes(
        self, session: Session, client: FlaskClient, ending: str
    ) -> None:
        make_run(session)
        certificate = make_issued(session)
        session.commit()
        tag = client.get(f"{PAGE}.{ending}").headers["ETag"]

        same = client.get(f"{PAGE}.{ending}", headers={"If-None-Match": tag})
        certificate.name = "Ada King"
        session.commit()
        other = client.get(f"{PAGE}.{ending}", headers={"If-None-Match": tag})

        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
        assert same.headers["Cache-Control"] == "public, max-age=60"
        assert other.status_code == 200

    @BOTH
    def test_a_printer_that_fails_is_told_of_in_plain_words(
        self, app: Flask, session: Session, client: FlaskClient, ending: str
    ) -> None:
        make_run(session)
        make_issued(session)
        session.commit()
        app.extensions["printer"] = refuse

        answer = client.get(f"{PAGE}.{ending}")

        assert (answer.status_code, answer.mimetype) == (503, "text/html")
        assert "cannot be printed just now" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "out of ink" not in answer.text


class TestGivenNoneToBeSeen:
    @BOTH
    def test_one_that_was_taken_away_is_gone(self, session: Session, client: FlaskClient, ending: str) -> None:
        make_run(session)
        make_invalidation(session, make_issued(session))
        session.commit()

        answer = client.get(f"{PAGE}.{ending}")

        assert (answer.status_code, answer.headers["Cache-Control"]) == (410, "public, max-age=60")
        assert [text for text in PERSONAL if text in answer.text] == []

    @BOTH
    @pytest.mark.parametrize("address", ["0" * 32, UUID.upper(), UUID + ".pdf", UUID + "0", "..", "%00", "é"])
    def test_an_unknown_address_is_404(self, session: Session, client: FlaskClient, address: str, ending: str) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

        answer = client.get(f"/certificates/{address}.{ending}")

        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")

    @pytest.mark.parametrize(
        ("asked", "led"),
        [(".pdf", ".pdf"), (".pdf?paper=letter", ".pdf?paper=letter"), (".pdf?paper=x", ".pdf"), (".png?a=b", ".png")],
    )
    def test_a_former_id_leads_to_the_same_file(
        self, session: Session, client: FlaskClient, asked: str, led: str
    ) -> None:
        make_run(session)
        session.add(FormerPublicId(certificate_id=make_issued(session).id, verify_uuid=FORMER, retired_at=NOON))
        session.commit()

        answer = client.get(f"/certificates/{FORMER}{asked}")

        assert (answer.status_code, answer.headers["Location"]) == (301, f"http://desk.test{PAGE}{led}")
