"""What becomes of an answer whose certificate changes between the moment it is judged and the moment it is written?"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests.factories.certificates import make_example
from tests.factories.deliveries import count, store_certificate
from tests.factories.queue_messages import EXAMPLE_HEADER, URL, example_result, header_of, success
from tests.fakes import NOON
from tests.waiting import seeing_writers_wait, wait_until
from webapp import clock
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.audit import AuditEvent
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox
from webapp.models.prepared import Line, Rows, Together, Values, direct_line
from webapp.services.certificates import callbacks, examples
from webapp.services.certificates.settling import ChangedMeanwhile
from webapp.services.following.moves import EVERYTHING_USUAL
from webapp.services.messages.inbox import Delivery, Verdict

Act = Callable[[], None]


class Overtaken(Line):
    """A line on which somebody else is always a moment earlier."""

    def __init__(self, line: Line, rivals: Iterator[Act]) -> None:
        self.__dict__.update(line.__dict__)
        self._rivals = rivals

    def write(self, together: Together, change: Values, rows: Rows) -> bool:
        next(self._rivals)()
        return super().write(together, change, rows)


@pytest.fixture(autouse=True)
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def change(**columns: object) -> Act:
    def act() -> None:
        with unit_of_work() as session:
            session.execute(update(GeneratedCertificate).values(**columns))

    return act


def nothing() -> None:
    """Nobody comes between any more."""


def take(rivals: Iterator[Act]) -> Verdict:
    delivery = Delivery(Endpoint.CERTIFICATE, header_of(), success(), "127.0.0.1", "r")
    with direct_line() as line:
        return callbacks.take(
            Overtaken(line, rivals), delivery, switches=EVERYTHING_USUAL, now=NOON, new_uuid=clock.new_uuid
        )


def answer() -> dict[str, str]:
    return {"xqueue_header": header_of(), "xqueue_body": success()}


def written(session: Session) -> tuple[int, int]:
    return count(session, CertificateTransition), count(session, AuditEvent)


def numbers(session: Session) -> list[int]:
    """How far the tables beside the audit have counted, which is told before anything is committed."""
    session.rollback()
    counted = "SELECT last_value FROM {}_id_seq WHERE is_called UNION ALL SELECT 0 LIMIT 1"
    return [session.scalar(text(counted.format(table))) or 0 for table in ("certificate_transition", "callback_inbox")]


class TestGivenTheAuditIsHeld:
    def test_all_else_is_written_before_the_writer_stands_in_line(self, app: Flask, session: Session) -> None:
        if session.get_bind().dialect.name == "sqlite":
            pytest.skip("SQLite has one lock for all that is written")
        store_certificate(session)
        before = numbers(session)
        with app.app_context(), db.engine.connect() as holder, seeing_writers_wait(app) as waits:
            holder.execute(text("SELECT pg_advisory_xact_lock(7242002)"))
            writer = threading.Thread(target=lambda: app.test_client().post("/update_certificate", data=answer()))
            writer.start()
            wait_until(waits)
            held = numbers(session)
            holder.rollback()
            writer.join()

        assert [after - first for first, after in zip(before, held, strict=True)] == [1, 1]
        assert written(session) == (1, 1)


class TestGivenACertificateThatChangesInBetween:
    def test_an_answer_to_a_row_settled_meanwhile_is_refused(self, session: Session) -> None:
        store_certificate(session)

        verdict = take(iter([change(status=Status.DOWNLOADABLE)]))

        assert verdict.outcome is Outcome.CONFLICT
        assert written(session) == (0, 0)
        assert session.scalars(select(CallbackInbox.outcome)).one() is Outcome.CONFLICT

    def test_an_answer_to_a_job_replaced_meanwhile_matches_nothing(self, session: Session) -> None:
        store_certificate(session)

        verdict = take(iter([change(key="f" * 32)]))

        assert (verdict.outcome, verdict.kept) == (Outcome.UNKNOWN_KEY, False)
        assert written(session) == (0, 0)
        assert count(session, CallbackInbox) == 0

    def test_an_answer_that_still_fits_is_applied_once(self, session: Session) -> None:
        store_certificate(session, status=Status.GENERATING)

        verdict = take(iter([change(status=Status.REGENERATING), nothing]))

        assert verdict.outcome is Outcome.APPLIED
        move = session.scalars(select(CertificateTransition)).one()
        assert (move.from_status, move.to_status) == (Status.REGENERATING, Status.DOWNLOADABLE)
        assert written(session) == (1, 1)

    def test_a_row_that_never_rests_is_left_alone(self, session: Session) -> None:
        store_certificate(session)
        back_and_forth = [change(status=Status.REGENERATING), change(status=Status.GENERATING)] * 3

        with pytest.raises(ChangedMeanwhile):
            take(iter(back_and_forth))

        assert written(session) == (0, 0)
        assert count(session, CallbackInbox) == 0


class TestGivenAnExampleThatChangesInBetween:
    def test_both_answers_are_taken_in_their_order(self, session: Session) -> None:
        make_example(session)
        session.commit()
        delivery = Delivery(Endpoint.EXAMPLE, EXAMPLE_HEADER, example_result(url=URL), "127.0.0.1", "r")

        def fail_it() -> None:
            failed = {"status": ExampleStatus.ERROR, "error_reason": "no font", "modified_at": NOON - timedelta(1)}
            with unit_of_work() as work:
                work.execute(update(ExampleCertificate).values(**failed))

        with direct_line() as line:
            verdict = examples.take(Overtaken(line, iter([fail_it, nothing])), delivery, now=NOON)

        example = session.scalars(select(ExampleCertificate)).one()
        assert verdict.outcome is Outcome.APPLIED
        assert (example.status, example.error_reason) == (ExampleStatus.SUCCESS, "no font")
        assert count(session, AuditEvent) == 1
