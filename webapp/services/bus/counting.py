"""How many events came, of which type, and what came of them?"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.bus.letters import Taken
from webapp.models.bus import DeadLetter, EventCount, EventPartition
from webapp.models.messages import EventInbox
from webapp.services.bus import held_back
from webapp.wording import SPACE, joined, phrase, phrase_of

NO_TYPE = "(none)"
OLD_LOOK_S = 900
"""A look that is older says nothing of now, however seldom events are taken."""


@dataclass(frozen=True, slots=True)
class Behind:
    """How many messages of a partition are there and not taken."""

    topic: str
    partition: int
    messages: int


@dataclass(frozen=True, slots=True)
class Taking:
    """How far the taking of events is."""

    behind: Sequence[Behind]
    looked_at: datetime | None
    """When somebody last asked the brokers how far we are; None where nobody ever did."""
    last_at: datetime | None
    """When the last event was taken."""
    counts: Sequence[tuple[str, Taken, int]]
    """By type and outcome, since we began."""


@dataclass(frozen=True, slots=True)
class Standing(Taking):
    """How the taking of events stands, with what it has left lying; for the page of dead letters, and the command."""

    dead: int
    """Dead letters that somebody has to look at."""
    waiting: int
    """Those that wait for a learner."""
    held_back: int
    """Learners who had passed too long ago for an event to lead to a certificate, and wait for a run (decision 44)."""

    @property
    def lag(self) -> int:
        """How many messages are there and not taken, over all partitions."""
        return sum(one.messages for one in self.behind)

    def age_s(self, now: datetime) -> float | None:
        """Seconds since the last event was taken; None before the first."""
        return None if self.last_at is None else max(0.0, (now - self.last_at).total_seconds())

    def in_words(self, now: datetime) -> str:
        """Say it in one line."""
        if self.looked_at is None:
            return phrase("No events have been taken yet.")
        age = self.age_s(now)
        last = phrase("none has come yet") if age is None else phrase("the last one was taken {ago}", ago=_ago(age))
        looked_s = (now - self.looked_at).total_seconds()
        lag = self._lag_in_words(_ago(looked_s)) if looked_s < OLD_LOOK_S else self._old_lag_in_words(_ago(looked_s))
        said = phrase("{lag}; {last}; {dead}.", lag=lag, last=last, dead=self._dead_in_words())
        return joined((said, self._held_in_words()), SPACE) if self.held_back else said

    def _lag_in_words(self, looked: str) -> str:
        if not self.lag:
            return phrase("Nothing is waiting (looked {ago})", ago=looked)
        return phrase_of(
            self.lag,
            "{number} messages are waiting to be taken (looked {ago})",
            "{number} messages are waiting to be taken (looked {ago})",
            number=self.lag,
            ago=looked,
        )

    def _old_lag_in_words(self, looked: str) -> str:
        """Say nothing of now: what is waiting since, or whether the brokers can be reached, nobody has seen."""
        if not self.lag:
            return phrase("The brokers last answered {ago}, when nothing was waiting", ago=looked)
        return phrase_of(
            self.lag,
            "The brokers last answered {ago}, when {number} message was waiting",
            "The brokers last answered {ago}, when {number} messages were waiting",
            number=self.lag,
            ago=looked,
        )

    def _dead_in_words(self) -> str:
        if not self.dead:
            dead: str = phrase("no dead letters")
        else:
            dead = phrase_of(self.dead, "{number} dead letter", "{number} dead letters", number=self.dead)
        if not self.waiting:
            return dead
        waiting = phrase_of(
            self.waiting,
            "{number} waiting for their learners",
            "{number} waiting for their learners",
            number=self.waiting,
        )
        return joined((dead, waiting))

    def _held_in_words(self) -> str:
        return phrase_of(
            self.held_back,
            "{number} learner passed too long ago for an event to issue anything: start a run, dry first.",
            "{number} learners passed too long ago for an event to issue anything: start a run, dry first.",
            number=self.held_back,
        )


def _ago(seconds: float) -> str:
    if seconds < 120:
        return phrase_of(int(seconds), "{number} seconds ago", "{number} seconds ago")
    if seconds < 7_200:
        return phrase_of(int(seconds // 60), "{number} minutes ago", "{number} minutes ago")
    if seconds < 172_800:
        return phrase_of(int(seconds // 3_600), "{number} hours ago", "{number} hours ago")
    return phrase_of(int(seconds // 86_400), "{number} days ago", "{number} days ago")


def count(session: Session, came: Iterable[tuple[str, Taken]], *, now: datetime) -> None:
    """Add what came to the counts."""
    numbers = Counter((event_type or NO_TYPE, outcome) for event_type, outcome in came)
    if not numbers:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query = dialect.insert(EventCount)
    added = {"number": EventCount.number + query.excluded.number, "last_at": query.excluded.last_at}
    rows = [
        {"event_type": event_type, "outcome": outcome, "number": number, "last_at": now}
        for (event_type, outcome), number in sorted(numbers.items())
    ]
    session.execute(query.on_conflict_do_update(index_elements=["event_type", "outcome"], set_=added), rows)


def note_behind(session: Session, behind: Sequence[Behind], *, topics: Collection[str], now: datetime) -> None:
    """Write down how far we are with partitions, and forget those of topics that are followed no more."""
    session.execute(delete(EventPartition).where(EventPartition.topic.not_in(topics)))
    if not behind:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query = dialect.insert(EventPartition)
    changed = {"behind": query.excluded.behind, "seen_at": query.excluded.seen_at}
    rows = [
        {"topic": one.topic, "partition": one.partition, "behind": one.messages, "seen_at": now}
        for one in sorted(behind, key=lambda one: (one.topic, one.partition))
    ]
    session.execute(query.on_conflict_do_update(index_elements=["topic", "partition"], set_=changed), rows)


def read_taking(session: Session) -> Taking:
    """Say how far the taking of events is, from the database alone, and at little cost however much lies there."""
    partitions = session.execute(
        select(EventPartition.topic, EventPartition.partition, EventPartition.behind, EventPartition.seen_at).order_by(
            EventPartition.topic, EventPartition.partition
        )
    ).all()
    kinds = select(EventCount.event_type, EventCount.outcome, EventCount.number)
    ordered = session.execute(kinds.order_by(EventCount.event_type, EventCount.outcome))
    return Taking(
        behind=[Behind(topic, partition, number) for topic, partition, number, _ in partitions],
        looked_at=max((seen_at for *_, seen_at in partitions), default=None),
        last_at=session.scalar(select(func.max(EventInbox.received_at))),
        counts=[(event_type, outcome, number) for event_type, outcome, number in ordered],
    )


def read_standing(session: Session) -> Standing:
    """Say how the taking of events stands, from the database alone, with what it has left lying to the last one."""
    taking = read_taking(session)
    dead, waiting = (session.scalar(select(func.count()).select_from(one.subquery())) or 0 for one in open_letters())
    return Standing(
        behind=taking.behind,
        looked_at=taking.looked_at,
        last_at=taking.last_at,
        counts=taking.counts,
        dead=dead,
        waiting=waiting,
        held_back=sum(held_back.by_course(session).values()),
    )


def open_letters() -> tuple[Select[int], Select[int]]:
    """Select the numbers of dead letters that somebody has to look at, and of those that wait for their learner."""
    open_ = select(DeadLetter.id).where(DeadLetter.closed_at.is_(None))
    return open_.where(DeadLetter.waits_for.is_(None)), open_.where(DeadLetter.waits_for.is_not(None))


def purge(session: Session, *, before: datetime, at_most: int = 5_000) -> int:
    """Forget the ids of events that were taken before a moment, and give how many."""
    old = select(EventInbox.event_id).where(EventInbox.received_at < before).limit(at_most)
    gone = session.execute(delete(EventInbox).where(EventInbox.event_id.in_(old)).returning(EventInbox.event_id))
    return len(gone.all())
