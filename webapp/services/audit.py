"""How is an act written into the audit, and how is the audit read and checked?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.domain import audit_chain
from webapp.domain.actors import Actor
from webapp.domain.audit_chain import GENESIS, Link, Verdict
from webapp.models.audit import AuditEvent
from webapp.models.prepared import Batch, Prepared, insertion

# Any number that nothing else locks: on PostgreSQL writers of the chain stand in line for it.
CHAIN_LOCK = 7_242_002
PAGE = 2_000

_LOCK = Prepared(text("SELECT pg_advisory_xact_lock(:number)"))
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
) -> int:
    """Add one event and give its number; the last statement of a transaction, since others wait for its lock."""
    return append_all(session, actor, [Act(action, kind, key, details or {}, reason)], now=now)


def append_all(session: Session, actor: Actor, acts: Sequence[Act], *, now: datetime) -> int:
    """Add one event for each act, in order, and give the last one's number."""
    return append_to(Batch(session), actor, acts, now=now)


def append_to(batch: Batch, actor: Actor, acts: Sequence[Act], *, now: datetime) -> int:
    """Add one event for each act after all that waits in the batch, and give the last one's number."""
    seq, prev = _locked_head(batch)
    rows = []
    for act in acts:
        seq += 1
        columns: dict[str, Any] = {
            "seq": seq,
            "at": now,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "action": act.action,
            "kind": act.kind,
            "key": act.key,
            "change_id": None,
            "revision": None,
            "from_version": None,
            "to_version": None,
            "reason": act.reason,
            "request_id": actor.request_id,
            "ip": actor.ip,
        }
        body = audit_chain.canonical_text(columns, act.details)
        event_hash = audit_chain.hash_of(prev, body)
        rows.append({**columns, "body": body, "prev": prev, "hash": event_hash})
        prev = event_hash
    batch.add_each(_INSERT, rows)
    batch.run()
    return seq


def head_of(session: Session) -> str:
    """Give the hash of the last event; keep it elsewhere, and a cut tail can be told later."""
    return session.scalar(select(AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)) or GENESIS


def verify(session: Session, *, head: str | None = None) -> Verdict:
    """Check every event from the first on, and that the chain reaches a `head` printed earlier."""
    return audit_chain.verify(_links(session), head=head)


def list_events(session: Session) -> Iterator[AuditEvent]:
    """Give every event from the first on, a page at a time, so that memory does not grow with them."""
    after = 0
    while True:
        page = session.scalars(
            select(AuditEvent).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(PAGE)
        ).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].seq
        session.expunge_all()


def details_of(event: AuditEvent) -> dict[str, Any]:
    """Give what an event says beyond its columns."""
    details: dict[str, Any] = json.loads(event.body)["details"]
    return details


def _links(session: Session) -> Iterator[Link]:
    names = (*audit_chain.FIELDS, "body", "prev", "hash")
    columns = [getattr(AuditEvent, name) for name in names]
    after = -1
    while True:
        page = session.execute(
            select(*columns).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(PAGE)
        ).all()
        for row in page:
            yield Link(dict(row._mapping), row.body, row.prev, row.hash)
        if len(page) < PAGE:
            return
        after = page[-1].seq


def _locked_head(batch: Batch) -> tuple[int, str]:
    """The end of the chain, held until the commit: SQLite's writers hold the whole database anyway."""
    if batch.on_postgresql:
        batch.add(_LOCK, {"number": CHAIN_LOCK})
    last = batch.ask(_HEAD, {})
    return (last[0][0], last[0][1]) if last else (0, GENESIS)
