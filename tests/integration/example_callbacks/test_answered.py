"""What does an answer about an example write?"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.factories.certificates import make_example
from tests.factories.deliveries import bad_requests, send_example
from tests.factories.queue_messages import URL, example_result
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox

DONE = '{"return_code": 0}'


class TestGivenAnAnswer:
    @pytest.mark.parametrize("reason", ["(x) no font", "Zoë 李明 😀", "x" * 5_000])
    def test_an_error_is_kept_with_its_reason(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate, reason: str
    ) -> None:
        answer = send_example(client, example_result(error="no font", error_reason=reason))

        assert (answer.status_code, answer.mimetype, answer.text) == (200, "application/json", DONE)
        session.refresh(example)
        assert (example.status, example.error_reason, example.download_url) == (ExampleStatus.ERROR, reason, None)
        assert bad_requests(app) == 0
        assert session.scalars(select(AuditEvent.action)).all() == ["example.answered"]

    @pytest.mark.parametrize("said", [{}, {"error_reason": None}, {"error_reason": ""}, {"error_reason": 0}])
    @pytest.mark.parametrize("error", [None, False, "", "no font"])
    def test_an_error_without_a_reason_leaves_none(
        self, client: FlaskClient, session: Session, example: ExampleCertificate, error: object, said: dict[str, object]
    ) -> None:
        answer = send_example(client, example_result(error=error, url=URL, **said))

        assert answer.text == DONE
        session.refresh(example)
        assert (example.status, example.error_reason, example.download_url) == (ExampleStatus.ERROR, None, None)

    @pytest.mark.parametrize(("url", "kept"), [(URL, URL), ("", None)])
    def test_a_success_is_kept_with_its_address(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate, url: str, kept: str | None
    ) -> None:
        answer = send_example(client, example_result(url=url))

        assert (answer.status_code, answer.mimetype, answer.text) == (200, "application/json", DONE)
        session.refresh(example)
        assert (example.status, example.error_reason, example.download_url) == (ExampleStatus.SUCCESS, None, kept)
        assert bad_requests(app) == 0

    def test_each_kind_follows_the_other_and_clears_nothing(
        self, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        statuses = []
        for said in (example_result(url=URL), example_result(error="", error_reason="no font"), example_result(url="")):
            answer = send_example(client, said)

            assert answer.text == DONE
            session.refresh(example)
            statuses.append(example.status)
            session.commit()

        assert statuses == [ExampleStatus.SUCCESS, ExampleStatus.ERROR, ExampleStatus.SUCCESS]
        assert (example.error_reason, example.download_url) == ("no font", URL)
        assert len(session.scalars(select(AuditEvent)).all()) == 3

    @pytest.mark.parametrize(
        ("said", "status", "reason"),
        [
            (example_result(url=URL), ExampleStatus.SUCCESS, None),
            (example_result(error="no font"), ExampleStatus.ERROR, None),
            (example_result(error="no font", error_reason="(x) no font"), ExampleStatus.ERROR, "(x) no font"),
        ],
    )
    @pytest.mark.parametrize(
        ("before", "why"),
        [
            (ExampleStatus.STARTED, "cannot connect to server (no answer within 10 seconds)"),
            (ExampleStatus.ERROR, "Not sent within six hours: cannot connect to server (no answer within 10 seconds)"),
        ],
    )
    def test_that_the_queue_could_not_be_asked_before_is_over(
        self,
        client: FlaskClient,
        session: Session,
        example: ExampleCertificate,
        said: str,
        status: ExampleStatus,
        reason: str | None,
        before: ExampleStatus,
        why: str,
    ) -> None:
        example.status, example.error_reason = before, why
        session.commit()

        answer = send_example(client, said)

        assert answer.text == DONE
        session.refresh(example)
        assert (example.status, example.error_reason) == (status, reason)

    def test_a_repetition_is_done_and_changes_nothing(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        send_example(client, example_result(url=URL))

        answer = send_example(client, example_result(url=URL))

        assert answer.text == DONE
        assert bad_requests(app) == 0
        assert session.scalars(select(CallbackInbox.outcome).order_by(CallbackInbox.id)).all() == [
            Outcome.APPLIED,
            Outcome.DUPLICATE,
        ]
        assert len(session.scalars(select(AuditEvent)).all()) == 1

    def test_no_other_example_is_touched(
        self, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        other = make_example(session, "e" * 32, "f" * 32)
        session.commit()

        send_example(client, example_result(url=URL))

        session.refresh(other)
        assert other.status is ExampleStatus.STARTED

    @pytest.mark.parametrize(
        ("said", "level"),
        [
            (example_result(url=URL), "info"),
            (example_result(error=""), "warning"),
            (example_result(), "warning"),
            (example_result(username=""), "critical"),
        ],
    )
    def test_an_error_is_logged_as_a_warning(
        self, client: FlaskClient, example: ExampleCertificate, said: str, level: str
    ) -> None:
        with capture_logs() as logs:
            send_example(client, said)

        assert [entry["log_level"] for entry in logs] == [level]
