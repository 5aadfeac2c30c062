"""Which change requests are there, for whom do they wait, and what happened to them?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select
from sqlalchemy.orm import Session, selectinload

from webapp.domain.approval.states import Origin, State
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import row_number
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services import audit
from webapp.services.governance.reading.conditions import OWES_REVIEW, STALE, waits_for

MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which requests are wanted; None leaves a question open."""

    states: frozenset[State] = frozenset()
    kind: str | None = None
    key: str | None = None
    origins: frozenset[Origin] = frozenset()
    author: tuple[int, bool] | None = None
    """An account, and whether its requests are wanted or those of others."""
    waits_for: tuple[int | None, bool] | None = None
    """An account with the role, None for one without, and whether what waits for its decision is wanted, or the rest.

    For a decision waits what is pending and not stale, and what the account has neither written on nor approved, unless
    it has enough approvals and is pending still.
    """
    stale: bool | None = None
    owed: bool | None = None
    """A review is owed for it (I15)."""
    below: int | None = None
    """Only numbers below this one."""


def list_page(session: Session, wanted: Filter, *, limit: int) -> Sequence[ChangeRequest]:
    """Give the wanted requests, the newest first, with who wrote and decided on them."""
    query = _wanted(select(ChangeRequest), wanted).limit(limit)
    return session.scalars(
        query.options(selectinload(ChangeRequest.contributors), selectinload(ChangeRequest.decisions))
    ).all()


def list_lengths(session: Session, wanted: Filter, *, limit: int) -> Iterable[int]:
    """Give how many characters the payload has of each request that `list_page` gives."""
    return session.scalars(_wanted(select(func.coalesce(func.length(ChangeRequest.payload), 0)), wanted).limit(limit))


def find_by_word(session: Session, word: str) -> list[int]:
    """Give the newest requests, MOST_FOUND (1,000) of each kind at most, that a word names: by number, or by key.

    A key is meant letter for letter; it is looked up kind by kind, as the requests are indexed.
    """
    number = row_number(word)
    found = [] if number is None else [number]
    for kind in Kind:
        about = select(ChangeRequest.id).where(ChangeRequest.kind == kind, ChangeRequest.key == word)
        found += session.scalars(about.order_by(ChangeRequest.id.desc()).limit(MOST_FOUND))
    return found


def events_of(session: Session, changes: Collection[ChangeRequest]) -> Mapping[int, Sequence[AuditEvent]]:
    """Give what happened to each of the requests, the earliest first; looked up by kind and key, as the audit is indexed."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for one in changes:
        numbers.setdefault((one.kind, one.key), []).append(one.id)
    if not numbers:
        return {}
    about = (
        and_(AuditEvent.kind == kind, AuditEvent.key == key, AuditEvent.change_id.in_(those))
        for (kind, key), those in numbers.items()
    )
    query = select(AuditEvent).where(or_(*about)).order_by(AuditEvent.change_id, AuditEvent.seq)
    found = audit.read_events(session, query)
    return {number: list(events) for number, events in groupby(found, key=lambda event: event.change_id or 0)}


def _wanted(query: Select[Any], wanted: Filter) -> Select[Any]:
    return query.where(*_conditions(wanted)).order_by(ChangeRequest.id.desc())


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.below is not None:
        found.append(ChangeRequest.id < wanted.below)
    if wanted.origins:
        found.append(ChangeRequest.origin.in_(wanted.origins))
    if wanted.states:
        found.append(ChangeRequest.state.in_(wanted.states))
    equal = {ChangeRequest.kind: wanted.kind, ChangeRequest.key: wanted.key}
    found += [column == value for column, value in equal.items() if value is not None]
    if wanted.author is not None:
        author_id, by_them = wanted.author
        theirs = ChangeRequest.author_id == author_id
        found.append(theirs if by_them else ChangeRequest.author_id.is_distinct_from(author_id))
    if wanted.waits_for is not None:
        decider_id, waiting = wanted.waits_for
        waits = false() if decider_id is None else waits_for(decider_id)
        found.append(waits if waiting else not_(waits))
    if wanted.stale is not None:
        found.append(STALE if wanted.stale else not_(STALE))
    if wanted.owed is not None:
        found.append(OWES_REVIEW if wanted.owed else not_(OWES_REVIEW))
    return found
