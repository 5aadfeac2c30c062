"""Which events of the audit does somebody want to see, or to take elsewhere?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.audit_chain import FIELDS
from webapp.models.audit import AuditEvent
from webapp.services import audit
from webapp.services.exports.sources import Source, length_of


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are wanted; None leaves a question open, and texts are letter for letter.

    Each is served by an index, the key together with its kind.
    """

    actor: str | None = None
    action: str | None = None
    kind: str | None = None
    key: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""


ALL = Filter()
MOST_FOUND = 1_000
MOST_DIGITS = 19
"""More than the number of an event ever has."""


def list_page(session: Session, wanted: Filter, *, below: int | None, limit: int) -> Sequence[AuditEvent]:
    """Give the wanted events, the newest first."""
    query = select(AuditEvent).where(*_conditions(wanted)).order_by(AuditEvent.seq.desc()).limit(limit)
    return audit.read_events(session, query if below is None else query.where(AuditEvent.seq < below))


def find_by_word(session: Session, word: str) -> list[int]:
    """Give the newest events, MOST_FOUND (1,000) of each sort at most, that a word names, letter for letter.

    The word is an event's number, who did it, the request in which it was done, or what it was done to. Each
    sort is looked up by its own index, and what it was done to by the kinds that there are.
    """
    event = AuditEvent
    conditions = [event.actor_name == word, event.request_id == word]
    conditions += [and_(event.kind == kind, event.key == word) for kind in _kinds(session)]
    found = [int(word)] if word.isdecimal() and len(word) < MOST_DIGITS else []
    for condition in conditions:
        found += session.scalars(select(event.seq).where(condition).order_by(event.seq.desc()).limit(MOST_FOUND))
    return found


def source_of(wanted: Filter = ALL) -> Source:
    """Give every wanted event from the first on, to be taken elsewhere."""

    def page(asked: Select[Any], after: int | None, limit: int) -> Select[Any]:
        return asked.where(AuditEvent.seq > (after or 0), *_conditions(wanted)).order_by(AuditEvent.seq).limit(limit)

    return Source(
        "audit",
        (*FIELDS, "details", "prev", "hash"),
        lambda session, after, limit: audit.read_events(session, page(select(AuditEvent), after, limit)),
        lambda event: event.seq,
        lambda _, events: map(said_by, events),
        lambda session, after, limit: session.scalars(page(select(length_of(AuditEvent.body)), after, limit)),
    )


def note_export(session: Session, actor: Actor, form: str, filters: Mapping[str, str], *, now: datetime) -> None:
    """Leave the event that somebody takes the audit elsewhere; it is the last line of what they take."""
    details = {"format": form, "filters": dict(filters)}
    audit.append(session, actor, "audit.exported", "audit", "-", now=now, details=details)


def said_by(event: AuditEvent) -> dict[str, Any]:
    """Give an event as it is told elsewhere: what it says, altered or not, and its place in the chain."""
    said = audit.said_by(event)
    columns = {name: said[name] for name in FIELDS}
    # On SQLite the hashes may be bytes by now.
    return {**columns, "details": said["details"], "prev": str(event.prev), "hash": str(event.hash)}


def _kinds(session: Session) -> list[str]:
    """Give every kind of thing that was ever acted on: a step in the index for each, and not a look at each event."""
    found: list[str] = []
    while (
        kind := session.scalar(select(func.min(AuditEvent.kind)).where(AuditEvent.kind > (found or [""])[-1]))
    ) is not None and kind not in found:  # one that is no UTF-8 reads as another, and may come anew
        found.append(kind)
    return found


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    equal = {
        AuditEvent.actor_name: wanted.actor,
        AuditEvent.action: wanted.action,
        AuditEvent.kind: wanted.kind,
        AuditEvent.key: wanted.key,
        AuditEvent.request_id: wanted.request_id,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if wanted.since is not None:
        found.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEvent.at < wanted.until)
    return found
