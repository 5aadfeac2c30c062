"""How does the outbox stand: what has left since a moment, what was refused, what waits, and why?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.models.messages import Outbox
from webapp.services.messages.outbox import UNWANTED
from webapp.services.messages.submissions import SUPERSEDED

_WAITING = (Outbox.sent_at.is_(None), Outbox.failed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one channel that share a problem; an empty one is none."""

    channel: str
    problem: str
    number: int
    next_try_at: datetime
    """The earliest of theirs, where they wait."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of entries, and of those that wait all of them."""

    sent: int
    refused: list[Group]
    waiting: list[Group]

    @property
    def good(self) -> bool:
        """True where nothing was refused, and nothing that waits has failed to leave."""
        return not self.refused and not any(group.problem for group in self.waiting)


def first_waiting(session: Session) -> int | None:
    """Give the number of the oldest entry that waits; None where nothing does."""
    return session.scalar(select(func.min(Outbox.id)).where(*_WAITING))


def stand_since(session: Session, since: datetime, *, first: int) -> Standing:
    """Say what became of the entries from the number `first` on since a moment; what nobody wants any more is left out."""
    sent = select(func.count()).where(Outbox.id >= first, Outbox.sent_at >= since)
    refused = (Outbox.id >= first, Outbox.failed_at >= since, Outbox.last_problem.not_in((SUPERSEDED, UNWANTED)))
    return Standing(session.scalar(sent) or 0, _groups(session, *refused), _groups(session, *_WAITING))


def _groups(session: Session, *conditions: ColumnElement[bool]) -> list[Group]:
    rows = session.execute(
        select(Outbox.channel, Outbox.last_problem, func.count(), func.min(Outbox.next_try_at))
        .where(*conditions)
        .group_by(Outbox.channel, Outbox.last_problem)
        .order_by(Outbox.channel, Outbox.last_problem)
    )
    return [Group(*row) for row in rows]
