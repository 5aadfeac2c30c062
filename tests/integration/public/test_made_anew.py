"""Does the page of a certificate stand while it is made anew, and only then (decisions 3, 9, 20)?"""

from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.candidates import PDF, make_run
from tests.factories.certificates import make_certificate, make_moves
from tests.factories.exceptions import make_invalidation
from tests.integration.public.pages import AFTER, FORMER, PAGE, PERSONAL, make_issued, words_of
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import FormerPublicId, GeneratedCertificate

DONE, WANTED, ANEW, FAILED = Status.DOWNLOADABLE, Status.GENERATING, Status.REGENERATING, Status.ERROR
STANDS: tuple[Sequence[Status], ...] = (
    (WANTED, DONE, ANEW),
    (WANTED, DONE, ANEW, ANEW, ANEW),
    (WANTED, DONE, ANEW, FAILED),
    (WANTED, DONE, ANEW, FAILED, WANTED),
    (WANTED, DONE, ANEW, FAILED, ANEW, FAILED, WANTED, FAILED),
    (Status.NOT_PASSING, WANTED, DONE, ANEW),
    (Status.DELETED, WANTED, DONE, ANEW),
)
"""Moves after which the certificate was issued, and is only made anew."""
FALLEN: tuple[Sequence[Status], ...] = (
    (WANTED,),
    (WANTED, FAILED),
    (ANEW,),
    (FAILED, ANEW),
    (WANTED, DONE, Status.DELETED, ANEW),
    (WANTED, DONE, Status.DELETED, WANTED, FAILED),
    (WANTED, DONE, Status.DELETING, FAILED),
    (WANTED, DONE, Status.UNAVAILABLE, ANEW),
    (WANTED, DONE, ANEW, Status.NOT_PASSING),
    (WANTED, DONE, ANEW, FAILED, Status.NOT_PASSING, WANTED),
    (WANTED, DONE, Status.AUDIT_PASSING, ANEW),
    (WANTED, DONE, Status.RESTRICTED, WANTED),
)
"""Moves after which it was never issued, or was taken away since."""


def make_moved(session: Session, moves: Sequence[Status]) -> GeneratedCertificate:
    """Make Ada's PDF, which came by these moves to the last of them, beside one that is issued."""
    make_run(session, PDF)
    other = make_certificate(session, "emmy", PDF, status=DONE, key="")
    certificate = make_issued(session, PDF, status=moves[-1])
    make_moves(session, certificate, *moves)
    make_moves(session, other, WANTED, DONE)
    return certificate


class TestGivenACertificateThatIsMadeAnew:
    @pytest.mark.parametrize("moves", STANDS)
    def test_its_page_stands_and_says_what_it_certifies(
        self, session: Session, client: FlaskClient, moves: Sequence[Status]
    ) -> None:
        make_moved(session, moves)
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 200
        assert [text for text in ("Ada Lovelace", "Valid now.", "August 23, 2026") if text not in answer.text] == []

    def test_a_former_id_leads_to_it(self, session: Session, client: FlaskClient) -> None:
        certificate = make_moved(session, (WANTED, DONE, ANEW))
        session.add(
            FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=certificate.created_at)
        )
        session.commit()

        answer = client.get(f"/certificates/{FORMER}")

        assert (answer.status_code, answer.location) == (301, f"http://desk.test{PAGE}")

    def test_invalidated_it_is_gone(self, session: Session, client: FlaskClient) -> None:
        make_invalidation(session, make_moved(session, (WANTED, DONE, ANEW)))
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 410

    def test_before_its_day_it_is_not_to_be_seen(self, session: Session, client: FlaskClient) -> None:
        make_run(session, PDF, end=AFTER)
        certificate = make_issued(session, PDF, status=ANEW)
        make_moves(session, certificate, WANTED, DONE, ANEW)
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 404


class TestGivenWhatWasNeverIssuedOrWasTakenAway:
    @pytest.mark.parametrize("moves", FALLEN)
    def test_its_making_shows_nothing(self, session: Session, client: FlaskClient, moves: Sequence[Status]) -> None:
        make_moved(session, moves)
        session.commit()

        answer = client.get(PAGE)

        assert answer.status_code == 410
        assert [text for text in PERSONAL if text in answer.text] == []
        assert "made anew" not in words_of(answer.text)
