"""What does an answer write, and when?"""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_certificate, make_milestone, make_noise
from tests.factories.deliveries import APPLIED, UNKNOWN, WRONG_STATUS, columns_of, count, send, store_certificate
from tests.factories.queue_messages import DOWNLOAD, ERROR, LEFT_OUT, REASON, URL, VERIFY, failure, success
from tests.fakes import NOON
from webapp import clock
from webapp.domain.certificates.statuses import HIDDEN, IN_FLIGHT, Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition
from webapp.models.messages import CallbackInbox


class TestGivenACertificateInEachStatus:
    @pytest.mark.parametrize("body", [success(), failure()], ids=["done", "failed"])
    @pytest.mark.parametrize("status", Status)
    def test_the_decided_moves_apply_and_all_others_are_refused(
        self, client: FlaskClient, session: Session, status: Status, body: str
    ) -> None:
        make_noise(session)
        certificate = make_certificate(session, status=status, error_reason="before", grade="0.87")
        session.commit()
        before = columns_of(session, certificate.id)
        settled = {"done": Status.DELETED if status is Status.DELETING else Status.DOWNLOADABLE, "failed": Status.ERROR}

        answer = send(client, body)

        after = columns_of(session, certificate.id)
        applied = status in IN_FLIGHT
        assert answer.status_code == 200
        assert answer.json == (APPLIED if applied else UNKNOWN if status in HIDDEN else WRONG_STATUS)
        assert after["status"] == (settled["failed" if "error" in json.loads(body) else "done"] if applied else status)
        assert applied or after == before
        assert count(session, CertificateTransition) == applied
        assert count(session, AuditEvent) == applied
        assert count(session, CallbackInbox) == 1


class TestGivenTheDateOfIssue:
    def test_it_is_set_at_the_first_success(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session)
        before = clock.now()

        send(client, success())

        issued_at = columns_of(session, certificate.id)["issued_at"]
        assert isinstance(issued_at, datetime)
        assert before <= issued_at <= clock.now()

    def test_a_later_success_does_not_move_it(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session, status=Status.REGENERATING, issued_at=NOON - timedelta(days=400))

        send(client, success())

        columns = columns_of(session, certificate.id)
        assert columns["issued_at"] == NOON - timedelta(days=400)
        assert columns["modified_at"] != certificate.created_at

    @pytest.mark.parametrize("status", sorted(IN_FLIGHT))
    def test_an_error_does_not_set_it(self, client: FlaskClient, session: Session, status: Status) -> None:
        certificate = store_certificate(session, status=status)

        send(client, failure())

        assert columns_of(session, certificate.id)["issued_at"] is None


class TestGivenAnError:
    @pytest.mark.parametrize(
        ("before", "changed", "reason"),
        [
            ("", {}, REASON),
            ("old", {}, REASON),
            ("old", {"error_reason": LEFT_OUT}, "old"),
            ("", {"error_reason": LEFT_OUT}, ERROR),
            ("", {"error_reason": LEFT_OUT, "error": None}, ""),
            ("", {"error_reason": LEFT_OUT, "error": "x" * 5_000}, "x" * 506 + " [...]"),
            ("old", {"error_reason": ""}, ""),
            ("old", {"error_reason": None}, ""),
            ("old", {"error_reason": {"a": [1]}}, '{"a": [1]}'),
            ("", {"error_reason": "é" * 5_000}, "é" * 506 + " [...]"),
            ("", {"error_reason": "a\x00b\ud800"}, "a\ufffdb\ufffd"),
            ("", {"error": False}, REASON),
        ],
    )
    def test_its_reason_stands_in_the_row_and_its_log(
        self, client: FlaskClient, session: Session, before: str, changed: dict[str, object], reason: str
    ) -> None:
        certificate = store_certificate(session, error_reason=before)

        answer = send(client, failure(**changed))

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["error_reason"] == reason
        assert session.scalars(select(CertificateTransition.reason)).all() == [reason]

    def test_a_success_leaves_the_reason_of_an_earlier_one(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session, error_reason="old")

        send(client, success())

        assert columns_of(session, certificate.id)["error_reason"] == "old"
        assert session.scalars(select(CertificateTransition.reason)).all() == [""]

    def test_the_issued_file_and_id_stay(self, client: FlaskClient, session: Session) -> None:
        kept: dict[str, Any] = {"verify_uuid": VERIFY, "download_uuid": DOWNLOAD, "download_url": URL, "grade": "0.9"}
        certificate = store_certificate(session, status=Status.REGENERATING, issued_at=NOON, **kept)

        send(client, failure())

        columns = columns_of(session, certificate.id)
        assert {name: columns[name] for name in kept} == kept
        assert columns["issued_at"] == NOON


class TestGivenTheTables:
    @pytest.mark.parametrize("known", [True, False])
    def test_an_answer_writes_no_others(self, client: FlaskClient, session: Session, known: bool) -> None:
        make_account(session)
        certificate = make_certificate(session)
        if known:
            make_milestone(session, certificate)
        session.commit()
        names = inspect(session.connection()).get_table_names()
        before = {name: session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}  # noqa: S608 - our own tables
        session.commit()

        send(client, success())

        after = {name: session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}  # noqa: S608 - our own tables
        grown = {name for name in names if after[name] != before[name]}
        assert grown == {"audit_event", "callback_inbox", "certificate_transition"} | (
            set() if known else {"course_milestone", "outbox"}
        )
