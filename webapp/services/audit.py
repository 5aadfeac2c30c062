"""How is an act written into the audit, and how is the audit read and checked?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.domain import audit_chain
from webapp.domain.actors import Actor
from webapp.domain.audit_chain import GENESIS, UNREADABLE, Link, Verdict
from webapp.models.audit import AuditEvent, UnreadableEvent, any_text, raw_events
from webapp.models.prepared import Line, Prepared, Values, insertion
from webapp.services import audit_words

PAGE = 2_000
ALTERED = "altered_text"
"""What the details of an event name its text by that is no event's any more."""

_HEAD = Prepared(select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1))
_INSERT = insertion(AuditEvent)


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what, and why."""

    action: str
    kind: str
    key: str
    details: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    change_id: int | None = None
    revision: int | None = None
    from_version: int | None = None
    to_version: int | None = None


def append(
    session: Session,
    actor: Actor,
    action: str,
    kind: str,
    key: str,
    *,
    now: datetime,
    details: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Add one event; the last statement of a transaction, since others wait for the end of the chain."""
    append_all(session, actor, [Act(action, kind, key, details or {}, reason)], now=now)


def append_all(session: Session, actor: Actor, acts: Sequence[Act], *, now: datetime) -> None:
    """Add one event for each act, in order."""
    line = Line.of(session)
    line.run(_INSERT, _linked(line, actor, acts, now=now))


def row_of(actor: Actor, act: Act, *, now: datetime) -> Callable[[Line], Values]:
    """Give what makes the row of one event, for a path that writes it together with others, as its last one."""
    return lambda line: _linked(line, actor, [act], now=now)[0]


def head_of(session: Session) -> str:
    """Give the hash of the last event; keep it elsewhere, and a cut tail can be told later."""
    return session.scalar(select(AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)) or GENESIS


def verify(session: Session, *, head: str | None = None) -> Verdict:
    """Check every event from the first on, and that the chain reaches a `head` printed earlier."""
    return audit_chain.verify(_links(session), head=head)


def of_new(facts: Mapping[str, object]) -> dict[str, object]:
    """Give the details of something that was not there before."""
    return {**facts, "before": None, "after": dict(facts)}


def read_events(session: Session, query: Select[AuditEvent]) -> Sequence[AuditEvent]:
    """Give events, whatever somebody made of their texts: on SQLite one of them that is no UTF-8 would hide all."""
    with any_text(session):
        return session.scalars(query).all()


def said_by(event: AuditEvent) -> dict[str, Any]:
    """Give what an event says: the columns of its text, and its details.

    Where somebody replaced the text by one that no event has, its row speaks, and the details are that text.
    """
    said = audit_chain.said_in(event.body)
    if said is not None:
        return said
    return {**audit_chain.said_by_columns(_columns_of(event)), "details": {ALTERED: f"{event.body}"}}


def details_of(event: AuditEvent) -> dict[str, Any]:
    """Give what an event says beyond its columns."""
    details: dict[str, Any] = said_by(event)["details"]
    return details


def find_problem(event: AuditEvent) -> str | None:
    """Say what somebody altered in an event, as far as it shows without the others; None where nothing does."""
    return audit_chain.find_problem(Link(_columns_of(event), event.body, event.prev, event.hash))


def altered(event: AuditEvent) -> str:
    """Say in a sentence what somebody altered in an event; empty where nothing is."""
    problem = find_problem(event)
    return audit_words.altered(event.seq, problem) if problem else ""


def _columns_of(event: AuditEvent) -> dict[str, object]:
    return {name: getattr(event, name) for name in audit_chain.FIELDS}


def _links(session: Session) -> Iterator[Link]:
    after, limit = -1, PAGE
    while True:
        try:
            page: Sequence[Mapping[str, Any]] = raw_events(session, after=after, limit=limit)
        except UnreadableEvent:
            if limit == 1:
                yield UNREADABLE
                return
            limit //= 2  # until it is alone, and all before it were checked
            continue
        for row in page:
            yield Link(row, row["body"], row["prev"], row["hash"])
        if len(page) < limit:
            return
        after = page[-1]["seq"]


def _linked(line: Line, actor: Actor, acts: Sequence[Act], *, now: datetime) -> list[Values]:
    """Give the rows of events at the end of the chain.

    PostgreSQL gives them their places itself, under a lock that it holds until the commit. On SQLite, where a
    writer holds the whole database anyway, we do.
    """
    rows = [_columns(actor, act, now) for act in acts]
    if line.on_postgresql:
        unplaced = {"seq": None, "prev": None, "hash": None}
        return [
            {**row, **unplaced, "body": audit_chain.unplaced_text(row, act.details)}
            for row, act in zip(rows, acts, strict=True)
        ]
    seq, prev = (line.ask(_HEAD, {}) or [(0, GENESIS)])[0]
    linked: list[Values] = []
    for row, act in zip(rows, acts, strict=True):
        seq += 1
        body = audit_chain.canonical_text({**row, "seq": seq}, act.details)
        event_hash = audit_chain.hash_of(prev, body)
        linked.append({**row, "seq": seq, "body": body, "prev": prev, "hash": event_hash})
        prev = event_hash
    return linked


def _columns(actor: Actor, act: Act, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "action": act.action,
        "kind": act.kind,
        "key": act.key,
        "change_id": act.change_id,
        "revision": act.revision,
        "from_version": act.from_version,
        "to_version": act.to_version,
        "reason": act.reason,
        "request_id": actor.request_id,
        "ip": actor.ip,
    }
