"""How does a test have certificates made, and see all that came of it?"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from tests.factories.candidates import PDF, make_candidate
from tests.factories.orders import an_order
from tests.fakes import FakeAttempts, FakeCourier, FakeQueue, FakeStream, FakeTracking
from webapp import clock
from webapp.domain.queue.backoff import FEWEST_TRIES
from webapp.models.audit import AuditEvent
from webapp.models.base import Model, db, unit_of_work
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.models.messages import Outbox
from webapp.ports import Ports
from webapp.services import audit
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel
from webapp.tasks.outbox import send_due
from webapp.tasks.upkeep.sweep import sweep_stuck

FILE_ID = "d" * 32
FILE = f"https://certs.example.org/downloads/{FILE_ID}/Certificate.pdf"
FILLED = ("status", "mode", "name", "grade", "key", "verify_uuid", "download_uuid", "download_url", "error_reason",
          "issued_at", "submitted_at", "created_at", "modified_at")  # fmt: skip


class _Failure(Exception):
    """What a test lets go wrong."""


@dataclass(frozen=True)
class Told:
    """One audit event."""

    action: str
    kind: str
    key: str
    actor: str
    reason: str
    details: dict[str, Any]
    request_id: str


class Desk:
    """The application with an XQueue, a tracking file and a courier that are none."""

    def __init__(self, app: Flask) -> None:
        """Put them in place."""
        self.app = app
        self.queue, self.tracking, self.courier, self.stream = FakeQueue(), FakeTracking(), FakeCourier(), FakeStream()
        app.extensions["ports"] = Ports(FakeAttempts(), self.courier, self.tracking, self.queue, stream=self.stream)

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Write, as an entry point does."""
        with self.app.app_context(), unit_of_work() as session:
            yield session

    @contextmanager
    def failing_work(self) -> Iterator[Session]:
        """Write, and fail before the commit."""
        with suppress(_Failure), self.work() as session:
            yield session
            raise _Failure

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Read what is there now."""
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            yield session

    def send(self, *, early: timedelta = timedelta(0)) -> int:
        """Send what is due."""
        return send_due(self.app, early=early)

    def sweep(self) -> int:
        """Look for stuck jobs."""
        with self.app.app_context():
            return sweep_stuck(self.app)

    def sets(self, **settings: object) -> None:
        """Change settings for this test."""
        self.app.extensions["settings"] = replace(self.app.extensions["settings"], **settings)

    def let_pass(self, time: timedelta) -> None:
        """Let all that waits have waited for so much longer."""
        with self.look() as session, session.begin():
            for entry in session.scalars(select(Outbox).order_by(Outbox.id)):
                entry.created_at -= time
                entry.next_try_at -= time
            for row in session.scalars(
                select(GeneratedCertificate).where(GeneratedCertificate.submitted_at.is_not(None))
            ):
                assert row.submitted_at is not None
                row.submitted_at -= time

    def try_in_vain(self, time: timedelta) -> None:
        """Let all that waits have been tried for so much longer, as often as that wants."""
        self.let_pass(time)
        with self.look() as session, session.begin():
            session.execute(update(Outbox).values(tries=Outbox.tries + FEWEST_TRIES - 1))

    def give_file(self, username: str, course_id: str) -> None:
        """Let a learner's certificate have a file."""
        with self.work() as session:
            held = session.scalars(_held(username, course_id)).one()
            held.download_uuid, held.download_url = FILE_ID, FILE

    def certificate(self, username: str, course_id: str) -> GeneratedCertificate | None:
        """Give what a learner holds in a course run."""
        with self.look() as session:
            return session.scalar(_held(username, course_id))

    def held(self, username: str, course_id: str) -> GeneratedCertificate:
        """Give what a learner holds in a course run, who does hold something."""
        with self.look() as session:
            return session.scalars(_held(username, course_id)).one()

    def fields(self, username: str, course_id: str) -> dict[str, Any]:
        """Give all that a move might write of what a learner holds."""
        row = self.held(username, course_id)
        return {name: getattr(row, name) for name in FILLED}

    def moves(self, username: str, course_id: str) -> list[CertificateTransition]:
        """Give the moves of what a learner holds, in order."""
        of_learner = _held(username, course_id).with_only_columns(GeneratedCertificate.id).scalar_subquery()
        query = select(CertificateTransition).where(CertificateTransition.certificate_id == of_learner)
        with self.look() as session:
            return list(session.scalars(query.order_by(CertificateTransition.id)))

    def told(self) -> list[Told]:
        """Give every audit event, in order."""
        with self.look() as session:
            return [
                Told(row.action, row.kind, row.key, row.actor_name, row.reason, audit.details_of(row), row.request_id)
                for row in session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
            ]

    def entries(self, *channels: Channel) -> list[Outbox]:
        """Give what was put into the outbox for the channels, all of them where none is named, in order."""
        query = select(Outbox).order_by(Outbox.id)
        if channels:
            query = query.where(Outbox.channel.in_([channel.value for channel in channels]))
        with self.look() as session:
            return list(session.scalars(query))

    def entry(self, channel: Channel = Channel.XQUEUE) -> Outbox:
        """Give the only entry of a channel."""
        (entry,) = self.entries(channel)
        return entry

    def every(self, model: type[Model]) -> list[Any]:
        """Give every row of a table, in order."""
        with self.look() as session:
            return list(session.scalars(select(model).order_by(*model.__table__.primary_key)))


def steps(moves: list[CertificateTransition]) -> list[tuple[str | None, str, str]]:
    """Give from where, to where and why each move was."""
    return [(move.from_status, move.to_status, move.cause) for move in moves]


def at(moment: datetime | None) -> datetime:
    """Give a moment that is there."""
    assert moment is not None
    return moment


def _held(username: str, course_id: str) -> Select[GeneratedCertificate]:
    return (
        select(GeneratedCertificate)
        .join(Learner, Learner.id == GeneratedCertificate.learner_id)
        .where(Learner.username == username, GeneratedCertificate.course_id == course_id)
    )


def submit_more(desk: Desk, number: int) -> None:
    """Have the PDFs of more learners wait to be sent."""
    with desk.work() as session:
        learners = [make_candidate(session, f"learner{n}", PDF).id for n in range(number)]
        acts.generate_many(session, an_order(now=clock.now()), PDF, learners)
