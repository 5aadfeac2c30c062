"""How is a move of a change request told: to whom it concerns, and to the audit?"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services import audit
from webapp.services.configs import ledger
from webapp.services.governance.applying import act_of
from webapp.services.governance.terms import Terms
from webapp.services.notices import writing

SHOWS_CONTENT = frozenset({"change.proposed", "change.edited", "change.rebased", "change.applied", "change.emergency"})
"""The acts whose event says what the value was, and what it is or shall be."""


def tell(
    session: Session,
    terms: Terms,
    change: ChangeRequest,
    action: str,
    details: Mapping[str, object] | None = None,
    *,
    reason: str = "",
    to_version: int | None = None,
) -> ChangeRequest:
    """Write one move down, as the last thing of its transaction: its notices, then its audit event.

    `to_version` is what it made live; whose open request has become stale by that is told as well.
    """
    session.flush()
    writing.write(session, terms.actor, change, action, note=reason, now=terms.now)
    if to_version is not None:
        writing.write_stale(session, terms.actor, change.kind, change.key, now=terms.now)
    content = _content(session, change) if action in SHOWS_CONTENT else _moved(session, change)
    act = act_of(change, action, {**content, **(details or {})}, reason=reason, to_version=to_version)
    audit.append_all(session, terms.actor, [act], now=terms.now)
    return change


def _moved(session: Session, change: ChangeRequest) -> dict[str, object]:
    """How the request stood when it was last told of, and how it stands now; every event keeps that (I13)."""
    told = select(AuditEvent).where(
        AuditEvent.kind == change.kind, AuditEvent.key == change.key, AuditEvent.change_id == change.id
    )
    last = audit.read_events(session, told.order_by(AuditEvent.seq.desc()).limit(1))
    said = audit.details_of(last[0]) if last else {}
    after = {"state": change.state, "title": change.title}
    before = {name: said[name] for name in after} if after.keys() <= said.keys() else None
    return {"before": before, "after": after}


def _content(session: Session, change: ChangeRequest) -> dict[str, object]:
    """What is asked for, and of what: an edit replaces it in the request's row, and the event keeps it (I13)."""
    base = ledger.find_version(session, change.kind, change.key, change.base_version)
    return {
        "before": ledger.payload_of(base),
        "after": ledger.payload_of(change),
        "apply_at": change.apply_at.isoformat() if change.apply_at else None,
    }
