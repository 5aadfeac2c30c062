"""How long is a delivery kept?"""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.deliveries import columns_of, count, keep_delivery, send, store_certificate
from tests.factories.queue_messages import success
from tests.fakes import NOON
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition
from webapp.models.messages import CallbackCount, CallbackInbox
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Verdict


class TestGivenOldDeliveries:
    @pytest.mark.parametrize(
        ("matched", "status", "received_days_ago", "modified_days_ago", "gone"),
        [
            (False, None, 6.9, None, False),
            (False, None, 7.1, None, True),
            (False, Status.GENERATING, 7.1, 40, True),
            (True, None, 29.9, None, False),
            (True, None, 30.1, None, True),
            (True, Status.DOWNLOADABLE, 30.1, 30.1, True),
            (True, Status.DOWNLOADABLE, 29.9, 40, False),
            (True, Status.DOWNLOADABLE, 90, 29.9, False),
            (True, Status.ERROR, 31, 31, True),
            (True, Status.DELETED, 31, 31, True),
            (True, Status.UNAVAILABLE, 31, 31, True),
            (True, Status.GENERATING, 400, 400, False),
            (True, Status.REGENERATING, 400, 400, False),
            (True, Status.DELETING, 400, 400, False),
        ],
    )
    def test_each_is_kept_as_long_as_decided(
        self,
        session: Session,
        matched: bool,
        status: Status | None,
        received_days_ago: float,
        modified_days_ago: float | None,
        gone: bool,
    ) -> None:
        certificate_id = None
        if status is not None:
            modified_at = NOON - timedelta(days=modified_days_ago or 0)
            certificate_id = make_certificate(session, status=status, at=modified_at).id
        outcome = Outcome.APPLIED if matched else Outcome.UNKNOWN_KEY
        verdict = Verdict(outcome, certificate_id=certificate_id, matched=matched)
        keep_delivery(session, verdict, NOON - timedelta(days=received_days_ago))

        number = inbox.purge(session, now=NOON, days=30, unmatched_days=7)

        assert number == gone
        assert session.scalar(select(func.count()).select_from(CallbackInbox)) == (not gone)

    def test_a_run_deletes_so_many_at_most(self, session: Session) -> None:
        for _ in range(5):
            keep_delivery(session, Verdict(Outcome.UNREADABLE), NOON - timedelta(days=8))

        numbers = [inbox.purge(session, now=NOON, days=30, unmatched_days=7, at_most=2) for _ in range(4)]

        assert numbers == [2, 2, 1, 0]

    def test_old_counts_go_too(self, session: Session) -> None:
        for days in (6, 8):
            session.add(CallbackCount(address="a", hour=NOON - timedelta(days=days), unmatched=5))
        session.flush()

        inbox.purge(session, now=NOON, days=30, unmatched_days=7)

        assert session.scalars(select(CallbackCount.hour)).all() == [NOON - timedelta(days=6)]

    def test_certificate_transitions_and_audit_stay(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session)
        send(client, success())

        number = inbox.purge(session, now=clock.now() + timedelta(days=31), days=30, unmatched_days=7)

        session.commit()
        assert number == 1
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE
        assert (count(session, CertificateTransition), count(session, AuditEvent)) == (1, 1)
