"""How loudly is each outcome logged, and whom does the log name?"""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.factories.deliveries import outcomes, send, store_certificate
from tests.factories.queue_messages import KEY, failure, success
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome

pytestmark = pytest.mark.any_database


class TestGivenTheLog:
    @pytest.mark.parametrize(
        ("status", "body", "key", "level", "outcome"),
        [
            (Status.GENERATING, success(), KEY, "info", Outcome.APPLIED),
            (Status.GENERATING, failure(), KEY, "info", Outcome.APPLIED),
            (Status.GENERATING, success(), "a" * 32, "critical", Outcome.UNKNOWN_KEY),
            (Status.UNAVAILABLE, success(), KEY, "critical", Outcome.INVALID_STATUS),
            (Status.NOT_PASSING, failure(), KEY, "critical", Outcome.INVALID_STATUS),
            (Status.GENERATING, success(url=None), KEY, "warning", Outcome.INVALID_BODY),
            (Status.GENERATING, "not json", KEY, "warning", Outcome.INVALID_BODY),
            (Status.DOWNLOADABLE, failure(), KEY, "critical", Outcome.INVALID_STATUS),
            (Status.GENERATING, success(), None, "warning", Outcome.UNREADABLE),
        ],
    )
    def test_each_outcome_has_its_level(
        self,
        client: FlaskClient,
        session: Session,
        status: Status,
        body: str,
        key: object,
        level: str,
        outcome: Outcome,
    ) -> None:
        store_certificate(session, status=status)

        with capture_logs() as logs:
            send(client, body, key)

        assert [(entry["event"], entry["log_level"]) for entry in logs] == [(f"delivery.{outcome}", level)]
        assert outcomes(session) == [outcome]

    def test_a_repetition_is_told_in_passing_and_a_rival_with_a_warning(
        self, client: FlaskClient, session: Session
    ) -> None:
        store_certificate(session)

        with capture_logs() as logs:
            for body in (success(), success(), success(verify_uuid="e" * 32)):
                send(client, body)

        assert [(entry["event"], entry["log_level"]) for entry in logs] == [
            ("delivery.applied", "info"),
            ("delivery.duplicate", "info"),
            ("delivery.conflict", "warning"),
        ]

    def test_nobody_is_named(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session, "ada.lovelace")

        with capture_logs() as logs:
            send(client, success(username="ada.lovelace"))
            send(client, failure(username="ada.lovelace", error_reason="Ada Lovelace"), "a" * 32)

        assert "ada" not in json.dumps(logs, default=str).lower()
