"""What waits to leave, who is sending it just now, and what came of each try (decisions 31, 39)?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, literal_column, not_, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from webapp import logs
from webapp.domain.certificates.statuses import IN_FLIGHT
from webapp.domain.queue import backoff
from webapp.domain.queue.messages import cut
from webapp.models.base import MUST_BE_COLLECTED
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import Outbox

SENT_WITHIN = timedelta(seconds=60)
"""For so long an entry is left to whoever took it: a try takes 40 s at most (three requests, of which one is the
sign-in), a process that was killed takes for ever."""


FARTHEST = timedelta(hours=1)
"""Further ahead than this no wait of ours is, beside the delay of a generation, which the settings say."""
# Any number that nothing else locks.
ORDER_LOCK = 7_242_014
UNWANTED = "Nobody wants this mail any more."


class Channel(StrEnum):
    """Where an entry goes."""

    XQUEUE = "xqueue"
    EXAMPLE = "example"
    TRACKING = "tracking"
    MAIL = "mail"
    """Names an account and a change request; the address, and what is to be said, are read when it leaves."""
    MENTION = "mention"
    """Names one person's mention in a note about a learner; read when it leaves, as a mail's entry is."""
    BADGE = "badge"
    """To ourselves: a certificate has become downloadable in a course run that issues badges (decision 32)."""
    BADGE_SERVER = "badge_server"
    """Names an award that a badge server shall issue; what is said of it is read when it leaves."""
    BUS = "bus"
    """The platform's event bus; `recipient` is the course run, whose events leave in their order (decision 45)."""
    GENERATION = "generation"
    """To ourselves, a moment later: an event's learner is judged when its delay is over (decision 24)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that must leave once its transaction is committed."""

    channel: Channel
    payload: Mapping[str, Any]
    certificate_id: int | None = None
    recipient: str = ""
    delay: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """An effect that was taken to be sent; `tries` counts this one."""

    id: int
    channel: Channel
    payload: Mapping[str, Any]
    certificate_id: int | None
    created_at: datetime
    tries: int
    recipient: str = ""
    request_id: str = ""
    """For which request it was put in; empty where it was for none, or by an older version."""


def add(session: Session, effects: Iterable[Effect], *, now: datetime) -> None:
    """Let effects leave after the commit; whoever sends is told of them by the unit of work."""
    rows = [row_of(effect, now=now) for effect in effects]
    if rows:
        session.execute(insert(Outbox), rows)
        session.info[MUST_BE_COLLECTED] = True


def row_of(effect: Effect, *, now: datetime) -> dict[str, Any]:
    """Give the row of an effect, for a path that writes it together with others; nobody is told to collect it."""
    return {
        "channel": effect.channel.value,
        "recipient": effect.recipient,
        "payload": dict(effect.payload),
        "certificate_id": effect.certificate_id,
        "event_seq": None,
        "created_at": now,
        "next_try_at": now + effect.delay,
        "sent_at": None,
        "failed_at": None,
        "tries": 0,
        "last_problem": "",
        "request_id": logs.request_id(),
    }


def due_channels(session: Session, *, now: datetime, early: timedelta = timedelta(0)) -> frozenset[str]:
    """Give the channels with an entry whose time has come, or comes so soon; a newer version's may be among them."""
    # With nothing added SQLite would go through the index that begins with the channel, and so through all that waits.
    channel = Outbox.channel + literal_column("''")
    return frozenset(session.scalars(select(channel).where(*_due(now, early)).distinct()))


def take_due(
    session: Session, channel: Channel, *, now: datetime, at_most: int, early: timedelta = timedelta(0)
) -> list[Entry]:
    """Take entries whose time has come, or comes so soon, oldest first; others pass them by until `SENT_WITHIN` is over.

    Nothing is lost where the taker is killed, and nothing is done twice but the last try: each try of an entry
    carries the same key (decision 40).
    """
    due = (
        select(Outbox)
        .where(Outbox.channel == channel.value, *_due(now, early))
        .order_by(Outbox.next_try_at, Outbox.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    return _taken(session, session.scalars(due).all(), now=now)


def take_in_order(session: Session, channel: Channel, *, now: datetime, at_most: int) -> list[Entry]:
    """Take entries whose time has come, in the order in which they were put in; of a recipient none while one has to wait.

    One that somebody else is sending has to wait, too: so no entry ever leaves before an earlier one of its recipient.
    Entries without a recipient wait for none.
    """
    order: ColumnElement[int] = Outbox.id + literal_column("0")  # else SQLite may read the whole table for its order
    if session.get_bind().dialect.name == "postgresql":  # one taker after another, as on SQLite anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ORDER_LOCK})
        order = Outbox.id.expression
    other = aliased(Outbox)
    # Looked up for each that is due: there may be a hundred thousand that have to wait.
    held = exists().where(
        *(other.channel == channel.value, other.recipient == Outbox.recipient, other.next_try_at > now),
        *(other.sent_at.is_(None), other.failed_at.is_(None), other.recipient != literal_column("''")),
    )
    due = (
        select(Outbox)
        .where(Outbox.channel == channel.value, Outbox.sent_at.is_(None), Outbox.failed_at.is_(None))
        .where(Outbox.next_try_at <= now, not_(held))
        .order_by(order)
        .limit(at_most)
    )
    return _taken(session, session.scalars(due).all(), now=now)


def record_sent(session: Session, entry: Entry, *, now: datetime) -> None:
    """Note that an entry has left."""
    _settle(session, entry, sent_at=now, last_problem="")


def record_all_sent(session: Session, entries: Sequence[Entry], *, now: datetime) -> None:
    """Note that entries have left together."""
    numbers = [entry.id for entry in entries]
    session.execute(update(Outbox).where(Outbox.id.in_(numbers)).values(sent_at=now, last_problem=""))


def record_failure(session: Session, entry: Entry, problem: str, *, now: datetime) -> None:
    """Note that an entry will never leave, and why."""
    _settle(session, entry, failed_at=now, last_problem=cut(problem))


def rewrite(session: Session, entry: Entry, payload: Mapping[str, Any]) -> None:
    """Let an entry say something else from now on, as long as it waits."""
    _settle(session, entry, payload=dict(payload))


def put_off(session: Session, entry: Entry, *, until: datetime) -> None:
    """Let an entry wait though nothing went wrong."""
    _settle(session, entry, next_try_at=until)


def hold_back(session: Session, entry: Entry, *, until: datetime, now: datetime) -> None:
    """Let an entry wait that is not to be tried now; for how long it is tried counts from `now` on."""
    _settle(session, entry, created_at=now, next_try_at=until, last_problem="")


def put_off_all(session: Session, entries: Sequence[Entry], reason: str, *, until: datetime) -> None:
    """Let entries wait together for a reason that is none of their own."""
    numbers = [entry.id for entry in entries]
    session.execute(
        update(Outbox)
        .where(Outbox.id.in_(numbers), Outbox.sent_at.is_(None))
        .values(next_try_at=until, last_problem=reason)
    )


def try_again(session: Session, entry: Entry, problem: str, *, now: datetime, chance: float) -> datetime:
    """Note why a try failed, and give when the next one is due."""
    again_at = now + backoff.wait_after(entry.tries, chance)
    _settle(session, entry, next_try_at=again_at, last_problem=cut(problem))
    return again_at


def bring_forward(session: Session, *, now: datetime, delay: timedelta) -> int:
    """Let leave now what waits for longer than we ever have anything wait, `delay` included, and give how many that were.

    A clock that was ahead and was put right would hold it back for as long as it was ahead.
    """
    far = Outbox.next_try_at > now + FARTHEST + delay
    waiting = update(Outbox).where(Outbox.sent_at.is_(None), Outbox.failed_at.is_(None), far)
    return len(session.execute(waiting.values(next_try_at=now).returning(Outbox.id)).all())


def unsent_certificates(session: Session, certificate_ids: Sequence[int]) -> set[int]:
    """Give those certificates with a submission that has not left yet (decision 39: the sweep leaves them alone)."""
    query = select(Outbox.certificate_id).where(
        Outbox.certificate_id.in_(certificate_ids),
        Outbox.channel == Channel.XQUEUE.value,
        Outbox.sent_at.is_(None),
        Outbox.failed_at.is_(None),
    )
    return {number for number in session.scalars(query) if number is not None}


def purge(session: Session, *, now: datetime, days: int, at_most: int = 5_000) -> int:
    """Delete entries that left or failed `days` ago and give how many; at most so many at once.

    They stay until their certificate has been settled and untouched for as long: the sweep sends a job again by
    what was sent, and what failed is the reason that support looks for.
    """
    before = now - timedelta(days=days)
    over = (
        select(Outbox.id)
        .outerjoin(GeneratedCertificate, Outbox.certificate_id == GeneratedCertificate.id)
        .where(
            Outbox.created_at < before,  # none leaves before it is there, and by this they are found
            or_(Outbox.sent_at < before, Outbox.failed_at < before),
            or_(
                GeneratedCertificate.id.is_(None),
                GeneratedCertificate.status.not_in(IN_FLIGHT) & (GeneratedCertificate.modified_at < before),
            ),
        )
        .limit(at_most)
    )
    gone = session.scalars(over).all()
    session.execute(delete(Outbox).where(Outbox.id.in_(gone)))
    return len(gone)


def _due(now: datetime, early: timedelta) -> tuple[ColumnElement[bool], ...]:
    return (
        Outbox.sent_at.is_(None),
        Outbox.failed_at.is_(None),
        Outbox.next_try_at <= now + early,
        or_(Outbox.next_try_at <= now, Outbox.tries == 0),  # an early look is no reason to try again early
    )


def _taken(session: Session, rows: Sequence[Outbox], *, now: datetime) -> list[Entry]:
    numbers = [row.id for row in rows]
    if numbers:
        left_alone = {"tries": Outbox.tries + 1, "next_try_at": now + SENT_WITHIN}
        taking = update(Outbox).where(Outbox.id.in_(numbers)).values(left_alone)
        session.execute(taking, execution_options={"synchronize_session": False})
    return [_entry(row, tries=row.tries + 1) for row in rows]


def _settle(session: Session, entry: Entry, **values: Any) -> None:  # noqa: ANN401 - columns of the outbox
    session.execute(update(Outbox).where(Outbox.id == entry.id, Outbox.sent_at.is_(None)).values(**values))


def _entry(row: Outbox, *, tries: int) -> Entry:
    return Entry(
        row.id,
        Channel(row.channel),
        row.payload,
        row.certificate_id,
        row.created_at,
        tries,
        row.recipient,
        row.request_id,
    )
