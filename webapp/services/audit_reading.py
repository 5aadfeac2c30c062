"""Which events of the audit does somebody want to see, or to take elsewhere?"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.audit_chain import FIELDS
from webapp.domain.spreadsheets import safe_cell
from webapp.models.audit import AuditEvent
from webapp.services import audit
from webapp.services.audit import PAGE


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
    return session.scalars(query if below is None else query.where(AuditEvent.seq < below)).all()


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


def iterate(session: Session, wanted: Filter = ALL) -> Iterator[AuditEvent]:
    """Give every wanted event from the first on, a page at a time, so that memory does not grow with them."""
    conditions, after = _conditions(wanted), 0
    while True:
        query = select(AuditEvent).where(AuditEvent.seq > after, *conditions).order_by(AuditEvent.seq).limit(PAGE)
        page = session.scalars(query).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].seq
        session.expunge_all()


def note_export(session: Session, actor: Actor, form: str, filters: Mapping[str, str], *, now: datetime) -> None:
    """Leave the event that somebody takes the audit elsewhere; it is the last line of what they take."""
    details = {"format": form, "filters": dict(filters)}
    audit.append(session, actor, "audit.exported", "audit", "-", now=now, details=details)


def said_by(event: AuditEvent) -> dict[str, Any]:
    """Give an event as it is told elsewhere: the columns of its text, its details, and its place in the chain."""
    said = json.loads(event.body)
    return {**{name: said[name] for name in FIELDS}, "details": said["details"], "prev": event.prev, "hash": event.hash}


def csv_lines(events: Iterator[AuditEvent]) -> Iterator[str]:
    """Give events as CSV, a head and a line for each; no cell is run by a spreadsheet."""
    yield _csv_line([*FIELDS, "details", "prev", "hash"])
    for event in events:
        said = said_by(event)
        said["details"] = json.dumps(said["details"], ensure_ascii=False)
        yield _csv_line([safe_cell(cell) for cell in said.values()])


def json_lines(events: Iterator[AuditEvent]) -> Iterator[str]:
    """Give events as JSON Lines."""
    for event in events:
        yield json.dumps(said_by(event), ensure_ascii=False) + "\n"


FORMS: Mapping[str, Callable[[Iterator[AuditEvent]], Iterator[str]]] = {"jsonl": json_lines, "csv": csv_lines}
"""The forms of an export -> what makes its lines."""


def _kinds(session: Session) -> list[str]:
    """Give every kind of thing that was ever acted on: a step in the index for each, and not a look at each event."""
    found: list[str] = []
    while (
        kind := session.scalar(select(func.min(AuditEvent.kind)).where(AuditEvent.kind > (found or [""])[-1]))
    ) is not None:
        found.append(kind)
    return found


def _csv_line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


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
