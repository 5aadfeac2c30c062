"""Which numbers are read from the database whenever somebody watches, and cost it nothing to speak of?

Whoever has another one adds a function to READINGS.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from webapp.domain.bus.letters import Taken
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import WAITING, CallbackInbox, JobLease, Outbox
from webapp.ports.meters import Reading
from webapp.services.bus.counting import open_letters, read_taking
from webapp.services.messages.submissions import is_stuck
from webapp.services.watching import chain, figures
from webapp.services.watching.counting import COUNTED, count_capped, count_certificates
from webapp.settings import Settings

LONGEST_MS = 2_000
FRESH = timedelta(minutes=1)
"""What was counted within this time is told as it was counted then: to count over again would tell little more."""
Read = Callable[[Session, Settings, datetime], Iterable[Reading]]
_UNSENT = (Outbox.sent_at.is_(None), Outbox.failed_at.is_(None))
_MANY = f"; {COUNTED + 1:,} stands for more"


def read_all(session: Session, settings: Settings, *, now: datetime) -> list[Reading]:
    """Give every reading; raises SQLAlchemyError where the database cannot be asked, or takes longer than two seconds."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL statement_timeout = {LONGEST_MS}"))
    return [reading for read in READINGS for reading in read(session, settings, now)]


def _certificates(session: Session, settings: Settings, now: datetime) -> Iterable[Reading]:
    known = figures.read_statuses(session, since=now - FRESH)
    for status, number in (known or count_certificates(session)).items():
        says = f"Certificates by status: to the last one up to {COUNTED:,}, else about."
        yield Reading("certificates", says, number, {"status": status.value})
    stuck_before = now - timedelta(minutes=settings.stuck_minutes)
    stuck = select(GeneratedCertificate.id).where(is_stuck(stuck_before))
    yield Reading("stuck_certificates", f"Jobs that XQueue never answered{_MANY}.", count_capped(session, stuck))


def _inbox(session: Session, _settings: Settings, now: datetime) -> Iterable[Reading]:
    waiting = select(CallbackInbox.id).where(WAITING)
    yield Reading("inbox_waiting", f"Refused deliveries nobody looked at{_MANY}.", count_capped(session, waiting))
    oldest = session.scalar(select(CallbackInbox.received_at).where(WAITING).order_by(CallbackInbox.id).limit(1))
    yield Reading("inbox_lag_seconds", "How long the oldest of them has waited; 0 for none.", _age(oldest, now))


def _outbox(session: Session, _settings: Settings, now: datetime) -> Iterable[Reading]:
    some = select(Outbox.channel, Outbox.created_at).where(*_UNSENT).order_by(Outbox.next_try_at)
    taken = some.limit(COUNTED + 1).subquery()
    rows = session.execute(
        select(taken.c.channel, func.count(), func.min(taken.c.created_at)).group_by(taken.c.channel)
    ).all()
    for channel, number, _ in rows:
        says = f"Entries that have not left yet{_MANY} of all."
        yield Reading("outbox_waiting", says, number, {"channel": channel})
    oldest = min((created for _, _, created in rows), default=None)
    yield Reading("outbox_oldest_seconds", "How long the oldest of these has waited; 0 for none.", _age(oldest, now))


def _jobs(session: Session, _settings: Settings, now: datetime) -> Iterable[Reading]:
    for job, finished_at, until in session.execute(select(JobLease.job, JobLease.finished_at, JobLease.until)):
        finished = finished_at.timestamp() if finished_at else 0
        yield Reading("job_last_finished_timestamp_seconds", "When a job was last done.", finished, {"job": job})
        yield Reading("job_running", "Whether some process runs it just now.", float(until > now), {"job": job})


def _events(session: Session, _settings: Settings, now: datetime) -> Iterable[Reading]:
    """Nothing where no events are taken; their types are not told apart, since anybody on the bus may make one up."""
    taking = read_taking(session)
    if taking.looked_at is None:
        return
    for one in taking.behind:
        of = {"topic": one.topic, "partition": str(one.partition)}
        yield Reading("consumer_lag_messages", "Messages that are there and not taken.", one.messages, of)
    yield Reading("consumer_looked_timestamp_seconds", "When that was last asked.", taking.looked_at.timestamp())
    yield Reading("consumer_idle_seconds", "How long ago the last event was taken.", _age(taking.last_at, now))
    dead, waiting = (count_capped(session, letters) for letters in open_letters())
    yield Reading("dead_letters", f"Events that could not be taken, and wait for somebody{_MANY}.", dead)
    yield Reading("events_waiting", f"Events that wait for their learner{_MANY}.", waiting)
    outcomes: Counter[Taken] = Counter()
    for _, outcome, number in taking.counts:
        outcomes[outcome] += number
    for outcome, number in outcomes.items():
        yield Reading("events", "Events taken since we began, by what came of them.", number, {"outcome": outcome})


def _ledger(session: Session, _settings: Settings, _now: datetime) -> Iterable[Reading]:
    """Nothing before the first check."""
    last = chain.last_check(session)
    if last is not None:
        says = "Whether the last check of the audit found it altered: 1, since a chain is broken once."
        yield Reading("ledger_bad_count", says, float(last.first_bad is not None))
        yield Reading("ledger_last_check_timestamp_seconds", "When the audit was last checked.", last.at.timestamp())


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())


READINGS: Sequence[Read] = (_certificates, _inbox, _outbox, _jobs, _events, _ledger)
