"""What does an answer to a settled certificate do?"""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.deliveries import APPLIED, WRONG_STATUS, columns_of, outcomes, send, store_certificate
from tests.factories.queue_messages import LEFT_OUT, failure, removal, success
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.services.certificates.timeline import timeline_of


class TestGivenASettledCertificate:
    def test_the_same_answer_in_other_letters_is_a_repetition(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session)
        send(client, success())

        send(client, json.dumps(json.loads(success()), indent=1))
        send(client, success(verify_uuid=None))

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE, Outcome.DUPLICATE]

    @pytest.mark.parametrize(
        "rival",
        [
            success(verify_uuid="e" * 32),
            success(download_uuid="e" * 32),
            success(url="https://certs.example.org/other.pdf"),
            success(url=None),
        ],
    )
    def test_a_rival_answer_is_a_conflict(self, client: FlaskClient, session: Session, rival: str) -> None:
        certificate = store_certificate(session)
        send(client, success())
        before = columns_of(session, certificate.id)

        answer = send(client, rival)

        assert (answer.status_code, answer.json) == (200, WRONG_STATUS)
        assert columns_of(session, certificate.id) == before
        assert outcomes(session) == [Outcome.APPLIED, Outcome.CONFLICT]
        assert "Rival answer" in [entry.title for entry in timeline_of(session, certificate.id)]

    def test_an_error_that_comes_late_names_no_other_file(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session)
        send(client, success())
        before = columns_of(session, certificate.id)

        answer = send(client, failure())

        assert (answer.status_code, answer.json) == (200, WRONG_STATUS)
        assert columns_of(session, certificate.id) == before
        assert outcomes(session) == [Outcome.APPLIED, Outcome.INVALID_STATUS]

    @pytest.mark.parametrize(
        ("second", "outcome"),
        [
            (failure(), Outcome.DUPLICATE),
            (failure(error="other words"), Outcome.DUPLICATE),
            (failure(error_reason="another reason"), Outcome.INVALID_STATUS),
            (success(), Outcome.CONFLICT),
        ],
    )
    def test_a_second_answer_after_an_error_changes_nothing(
        self, client: FlaskClient, session: Session, second: str, outcome: Outcome
    ) -> None:
        certificate = store_certificate(session)
        send(client, failure())

        answer = send(client, second)

        assert answer.json == WRONG_STATUS
        assert columns_of(session, certificate.id)["status"] is Status.ERROR
        assert outcomes(session) == [Outcome.APPLIED, outcome]

    def test_an_answer_to_a_job_that_was_given_up_is_nobodys_rival(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session, status=Status.ERROR, error_reason="XQueue never answered.")

        answer = send(client, success())

        assert answer.json == WRONG_STATUS
        assert columns_of(session, certificate.id)["status"] is Status.ERROR
        assert outcomes(session) == [Outcome.INVALID_STATUS]
        assert "Rival answer" not in [entry.title for entry in timeline_of(session, certificate.id)]

    @pytest.mark.parametrize(("before", "changed"), [("", {"error_reason": ""}), ("old", {"error_reason": LEFT_OUT})])
    def test_an_error_that_left_the_reason_is_repeated_harmlessly_in_other_letters(
        self, client: FlaskClient, session: Session, before: str, changed: dict[str, object]
    ) -> None:
        store_certificate(session, error_reason=before)
        send(client, failure(**changed))

        send(client, json.dumps(json.loads(failure(**changed)), indent=1))

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    def test_the_repetition_of_a_removal_is_harmless(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session, status=Status.DELETING)

        answers = [send(client, removal()).json for _ in range(2)]

        assert answers == [APPLIED, WRONG_STATUS]
        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    def test_the_repetition_is_known_after_the_certificate_was_revoked(
        self, client: FlaskClient, session: Session
    ) -> None:
        certificate = store_certificate(session)
        send(client, success())
        session.commit()
        certificate.status = Status.UNAVAILABLE
        session.commit()

        send(client, success())

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]
