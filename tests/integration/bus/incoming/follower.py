"""How does a test let events come in, and see what they led to?"""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fakes import NOON, FakeAttempts, FakeBus, FakeCourier
from webapp.domain.actors import Actor
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.letters import Taken
from webapp.domain.certificates.modes import GenerationMode
from webapp.models.base import db, unit_of_work
from webapp.models.bus import DeadLetter
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import CourseGrade, Enrollment, IdVerification, Learner
from webapp.models.messages import Outbox
from webapp.ports import Ports
from webapp.services.bus import taking
from webapp.services.bus.judging import terms_of
from webapp.services.bus.opened import open_message
from webapp.services.following.moves import EVERYTHING_USUAL
from webapp.services.generation.orders import order_of
from webapp.services.messages.outbox import Channel
from webapp.services.records import intake
from webapp.tasks.bus.consuming import consume
from webapp.tasks.outbox import send_due


@dataclass
class Follower:
    """The application, at noon."""

    app: Flask

    def __post_init__(self) -> None:
        """Put a bus in place."""
        self.stopping = threading.Event()
        self.bus = FakeBus(ends=self.stopping.set)
        self.app.extensions["ports"] = Ports(FakeAttempts(), FakeCourier(), events=self.bus)

    def sets(self, **changes: Any) -> None:  # noqa: ANN401 - a setting of any type
        """Change settings for this test."""
        self.app.extensions["settings"] = replace(self.app.extensions["settings"], **changes)

    def takes(self, *messages: Message, now: datetime = NOON) -> list[Taken]:
        """Take messages in one transaction at a moment."""
        settings = self.app.extensions["settings"]
        events = [open_message(self.bus.decode, one, now=now + timedelta(hours=1)) for one in messages]
        with self.app.app_context(), unit_of_work() as session:
            order = replace(order_of(settings, Actor("schedule"), GenerationMode.EVENT), now=now)
            return taking.take(session, order, events, terms=terms_of(settings))

    def imports(self, *records: dict[str, Any], now: datetime = NOON) -> None:
        """Import records in one transaction at a moment."""
        lines = [intake.read_line(number, json.dumps(record).encode()) for number, record in enumerate(records, 1)]
        with self.app.app_context(), unit_of_work() as session:
            intake.take(session, Actor("schedule"), lines, switches=EVERYTHING_USUAL, now=now)

    def consumes(self, *messages: Message) -> Counter[Taken]:
        """Let messages come in over the bus, until all were dealt with."""
        self.bus.waiting += messages
        self.stopping.clear()
        return consume(self.app, deadline_s=30, stopping=self.stopping)

    def judges(self) -> int:
        """Carry out what waits to be judged, whatever its delay."""
        return send_due(self.app, early=timedelta(days=400), channels=frozenset({Channel.GENERATION}))

    def to_be_judged(self) -> list[dict[str, Any]]:
        """Give what waits to be judged."""
        with self.reading() as session:
            query = select(Outbox.payload).where(Outbox.channel == Channel.GENERATION.value).order_by(Outbox.id)
            return [*session.scalars(query)]

    def reading(self) -> Session:
        """Give a session to look with."""
        with self.app.app_context():
            return Session(db.engine)

    def letters(self) -> Sequence[DeadLetter]:
        """Give the dead letters."""
        with self.reading() as session:
            return session.scalars(select(DeadLetter).order_by(DeadLetter.id)).all()

    def certificates(self) -> dict[tuple[str, str], str]:
        """Give the status of every certificate, by learner and course run."""
        query = select(Learner.username, GeneratedCertificate.course_id, GeneratedCertificate.status).join(
            Learner, Learner.id == GeneratedCertificate.learner_id
        )
        with self.reading() as session:
            return {(username, course_id): status.value for username, course_id, status in session.execute(query)}

    def state(self) -> dict[str, Any]:
        """Give all that is known of learners and course runs."""
        with self.reading() as session:
            learners = session.scalars(select(Learner).order_by(Learner.username)).all()
            names = {one.id: one.username for one in learners}
            places = session.scalars(select(Enrollment)).all()
            grades = session.scalars(select(CourseGrade)).all()
            verifications = session.scalars(select(IdVerification)).all()
            courses = session.scalars(select(CourseRun)).all()
        return {
            "learners": {one.username: (one.external_id, one.name, one.email) for one in learners},
            "enrollments": {(names[one.learner_id], one.course_id): (one.mode, one.active) for one in places},
            "grades": {
                (names[one.learner_id], one.course_id): (
                    None if one.percent is None else float(one.percent),
                    one.letter,
                    one.passed,
                )
                for one in grades
            },
            "verifications": {names[one.learner_id]: (one.status, one.expires_at) for one in verifications},
            "courses": {one.course_id: (one.display_name, one.self_paced) for one in courses},
        }
