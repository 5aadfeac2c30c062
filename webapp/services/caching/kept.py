"""What does this process keep ready, how often did that help, and how is it emptied?"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.models.audit import AuditEvent, known_moment
from webapp.ports.caches import Numbers
from webapp.services import audit
from webapp.services.caching.heads import EMPTIED


@dataclass(frozen=True, slots=True)
class Store:
    """One place where something is kept, and what it is in words."""

    label: str
    says: str
    numbers: Callable[[], Sequence[Numbers]]
    """Of each part that it has."""
    empty: Callable[[], None]
    shared: bool = False
    """All processes have it in common."""


@dataclass(slots=True)
class Stores:
    """The places of one process, in the order in which they are told of."""

    known: list[Store] = field(default_factory=list)

    def add(self, store: Store) -> None:
        """Tell of one more."""
        self.known.append(store)

    def empty(self) -> None:
        """Forget all that is kept, here and where it is shared."""
        for store in self.known:
            store.empty()


@dataclass(frozen=True, slots=True)
class Emptied:
    """The last time that somebody had the caches emptied."""

    at: datetime | None
    by: str


def empty(session: Session, actor: Actor, *, now: datetime) -> None:
    """Have every process forget what it keeps of the ledger: the event itself is part of every key from its commit on."""
    audit.append(session, actor, EMPTIED, "cache", "all", now=now, details={"process": os.getpid()})


def last_emptied(session: Session) -> Emptied | None:
    """Give the last time that the caches were emptied; None where nobody ever did."""
    query = select(AuditEvent).where(AuditEvent.action == EMPTIED).order_by(AuditEvent.seq.desc()).limit(1)
    for row in audit.read_events(session, query):
        return Emptied(known_moment(row.at), row.actor_name)
    return None
