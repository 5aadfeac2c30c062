"""How does a test let several act at the same moment, and see that all they left fits together?"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Select, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.fakes import FakeQueue
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.messages import Outbox
from webapp.services import audit
from webapp.services.messages.outbox import Channel

FINISHES_WITHIN_S = 60
LOCKED = "database is locked"
Act = Callable[[Session], object]


@dataclass(frozen=True)
class Hall:
    """The application over a database of its own, whose connections are real."""

    app: Flask
    queue: FakeQueue

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Write, as an entry point does."""
        with self.app.app_context(), unit_of_work() as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Read what is there now."""
        with self.app.app_context(), Session(db.engine) as session:
            yield session

    def at_once(self, *things: Callable[[], object]) -> list[object]:
        """Do things at the same moment, each in a thread, and give what came of each: its result, or its error."""
        together = threading.Barrier(len(things))
        results: list[object] = [None] * len(things)
        threads = [threading.Thread(target=_do, args=(thing, together, results, n)) for n, thing in enumerate(things)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(FINISHES_WITHIN_S)
        assert not any(thread.is_alive() for thread in threads)
        return results

    def acting(self, act: Act) -> Callable[[], object]:
        """Give what does an act in a transaction of its own; what is refused is a result like any other.

        Whoever waited in vain for SQLite's one lock, as on a machine that is busy, changed nothing, is told 503, and
        acts once more.
        """

        def do() -> object:
            while True:
                try:
                    with self.work() as session:
                        return act(session)
                except WebappError as refusal:
                    return refusal
                except OperationalError as problem:
                    if LOCKED not in str(problem):
                        raise

        return do

    def jobs(self) -> list[Outbox]:
        """Give the jobs for the queue, in order."""
        with self.look() as session:
            query = select(Outbox).where(Outbox.channel == Channel.XQUEUE.value).order_by(Outbox.id)
            return list(session.scalars(query))

    def certificates(self) -> list[GeneratedCertificate]:
        """Give every certificate, in order."""
        with self.look() as session:
            return list(session.scalars(select(GeneratedCertificate).order_by(GeneratedCertificate.id)))

    def flaws(self) -> list[str]:
        """Give what does not fit together: a move that does not follow from the one before, a broken audit, and the like."""
        with self.look() as session:
            return [*_broken_histories(session), *_both(session), *_unmatched_jobs(session), *_broken_audit(session)]


def _do(thing: Callable[[], object], together: threading.Barrier, results: list[object], place: int) -> None:
    together.wait(FINISHES_WITHIN_S)
    try:
        results[place] = thing()
    except Exception as problem:  # told by whoever looks at the results
        results[place] = problem


def errors(results: Sequence[object]) -> list[object]:
    """Give what nobody may ever see: an error that is no refusal."""
    return [result for result in results if isinstance(result, Exception) and not isinstance(result, WebappError)]


def _broken_histories(session: Session) -> Iterator[str]:
    for row in session.scalars(select(GeneratedCertificate)):
        query = select(CertificateTransition).where(CertificateTransition.certificate_id == row.id)
        status = None
        for move in session.scalars(query.order_by(CertificateTransition.id)):
            if move.from_status is not status and status is not None:
                yield f"certificate {row.id} moved from {move.from_status} but was {status}"
            status = move.to_status
        if status is not None and status is not row.status:
            yield f"certificate {row.id} is {row.status} but moved to {status}"


def _both(session: Session) -> Iterator[str]:
    both = (
        select(GeneratedCertificate.id)
        .join(Invalidation, Invalidation.certificate_id == GeneratedCertificate.id)
        .join(
            AllowlistEntry,
            (AllowlistEntry.learner_id == GeneratedCertificate.learner_id)
            & (AllowlistEntry.course_id == GeneratedCertificate.course_id),
        )
        .where(Invalidation.active, AllowlistEntry.allowlisted)
    )
    for number in session.scalars(both):
        yield f"certificate {number} is invalidated and its learner on the allowlist"


def _unmatched_jobs(session: Session) -> Iterator[str]:
    keys = Counter(job.payload["key"] for job in session.scalars(_jobs()))
    for key, times in keys.items():
        if times > 1:
            yield f"{times} jobs have the key {key}"
    waiting = select(GeneratedCertificate).where(GeneratedCertificate.status.in_(("generating", "regenerating")))
    for row in session.scalars(waiting):
        if row.key not in keys and row.submitted_at is None:
            yield f"certificate {row.id} waits for a job that is not there"


def _broken_audit(session: Session) -> Iterator[str]:
    if not audit.verify(session).ok:
        yield "the audit is broken"
    pairs = select(func.count()).select_from(GeneratedCertificate)
    distinct = select(func.count()).select_from(
        select(GeneratedCertificate.learner_id, GeneratedCertificate.course_id).distinct().subquery()
    )
    if session.scalar(pairs) != session.scalar(distinct):
        yield "a learner holds two certificates in one course run"


def _jobs() -> Select[Outbox]:
    return select(Outbox).where(Outbox.channel == Channel.XQUEUE.value)
