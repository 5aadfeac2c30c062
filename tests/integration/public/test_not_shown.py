"""What does the world see where a certificate is not valid, not there, or has moved (decisions 9, 15, 20)?"""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.candidates import PDF, make_run
from tests.factories.certificates import make_moves
from tests.factories.exceptions import make_invalidation
from tests.fakes import NOON, FakeAttempts
from tests.integration.public.pages import AFTER, BEFORE, FORMER, PAGE, PERSONAL, UUID, make_issued, words_of
from webapp import create_app
from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.models.certificates import FormerPublicId
from webapp.ports import Ports
from webapp.settings import Settings


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

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"status": Status.DELETED}, "It was deleted on November 21, 2026."),
            ({"status": Status.NOT_PASSING}, "It was taken back on November 21, 2026."),
            ({"status": Status.UNAVAILABLE, "issued_at": None}, "It was never finished."),
        ],
    )
    def test_its_page_says_how_that_came_and_when(
        self, session: Session, client: FlaskClient, more: dict[str, Any], words: str
    ) -> None:
        make_run(session)
        certificate = make_issued(session, **more)
        make_moves(session, certificate, certificate.status)
        session.commit()

        assert words in words_of(client.get(PAGE).text)
        assert words in words_of(client.get(f"{PAGE}.pdf").text)

    @pytest.mark.any_database
    def test_of_an_invalidation_it_says_the_day(self, session: Session, client: FlaskClient) -> None:
        make_run(session)
        make_invalidation(session, make_issued(session))
        session.commit()

        assert "It was declared invalid on November 21, 2026." in words_of(client.get(PAGE).text)
        assert "November" not in client.get(PAGE, headers={"Accept-Language": "ar"}).text

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

    def test_whoever_follows_a_badge_is_known_as_such_there(self, session: Session, client: FlaskClient) -> None:
        make_run(session, PDF)
        certificate = make_issued(session, PDF)
        session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=NOON))
        session.commit()

        answer = client.get(f"/certificates/{FORMER}?evidence_visit=1&name=ada")

        assert (answer.status_code, answer.location) == (301, f"http://desk.test{PAGE}?evidence_visit=1")

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"status": Status.AUDIT_PASSING}, 404),
            ({"status": Status.GENERATING, "verify_uuid": ""}, 410),
            ({"verify_uuid": ""}, 404),  # valid, and nobody has said where it is now
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


class TestGivenADatabaseThatCannotBeReached:
    def test_the_page_asks_to_come_again(self) -> None:
        settings = Settings(
            database_url="postgresql+psycopg://nobody:nothing@127.0.0.1:1/none",
            secret_key="not-a-secret-of-anyone",
        )
        app = create_app(settings, Ports(attempts=FakeAttempts()))

        answer = app.test_client().get(PAGE)

        assert answer.status_code == 503
        assert "nobody:nothing" not in answer.text
