"""What happens by the clock: scheduled changes go live, and requests that nobody touches end, with a warning before (approvals note §3.2)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.domain.approval import policy
from webapp.domain.approval.states import OPEN, Origin, State
from webapp.errors.governance import InvalidPayload
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import applying, standing
from webapp.services.governance.terms import Terms
from webapp.services.notices.telling import tell

AT_MOST = 100
EXPIRING = "change.expiring"


def list_due(session: Session, terms: Terms) -> Sequence[int]:
    """Give the scheduled requests whose moment has come, the earliest first; none while changes are frozen."""
    if standing.find_freeze(session, now=terms.now) is not None:
        return []
    query = select(ChangeRequest.id).where(ChangeRequest.state == State.SCHEDULED, ChangeRequest.apply_at <= terms.now)
    return session.scalars(query.order_by(ChangeRequest.apply_at, ChangeRequest.id).limit(AT_MOST)).all()


def apply_due(session: Session, terms: Terms, change_id: int) -> bool:
    """Make a scheduled request live, or put it on hold with the reason where it cannot be; False where it was not due.

    Everything is looked at once more: the live value, the whole set, and whether its approvers still may approve.
    """
    change = standing.take_change(session, change_id)
    frozen = standing.find_freeze(session, now=terms.now) is not None
    if frozen or change.state is not State.SCHEDULED or change.apply_at is None or change.apply_at > terms.now:
        return False
    problem = _problem(session, terms, change)
    if problem is None:
        try:
            with session.begin_nested():
                version = applying.make_live(session, terms, change)
        except InvalidPayload as refusal:
            problem = str(refusal)
        else:
            tell(session, terms, change, "change.applied", to_version=version.version)
            return True
    change.state, change.touched_at = State.ON_HOLD, terms.now
    tell(session, terms, change, "change.schedule_failed", reason=problem)
    return True


def list_expiring(session: Session, terms: Terms) -> Sequence[int]:
    """Give the pending and held requests that nobody has touched for 10 days, and whose people were not warned since."""
    query = select(ChangeRequest.id).where(*_UNDECIDED, *_expiring(terms))
    return session.scalars(query.order_by(ChangeRequest.id).limit(AT_MOST)).all()


def warn(session: Session, terms: Terms, change_id: int) -> bool:
    """Tell author and approvers that a request will expire; False where somebody touched it, or was told, meanwhile.

    It does not count as a touch. Whoever touches it sets the clock anew, and another warning comes ten days later.
    """
    change = standing.take_change(session, change_id)
    query = select(ChangeRequest.id).where(ChangeRequest.id == change_id, *_UNDECIDED, *_expiring(terms))
    if session.scalar(query) is None:
        return False
    tell(session, terms, change, EXPIRING, reason=f"Nobody touched it for {policy.WARNED_AFTER.days} days.")
    return True


def list_untouched(session: Session, terms: Terms) -> Sequence[int]:
    """Give the pending and held requests that nobody has touched for 14 days."""
    query = select(ChangeRequest.id).where(*_UNDECIDED, ChangeRequest.touched_at <= terms.now - policy.EXPIRES_AFTER)
    return session.scalars(query.order_by(ChangeRequest.id).limit(AT_MOST)).all()


def expire(session: Session, terms: Terms, change_id: int) -> bool:
    """End a request that nobody has touched for 14 days; False where somebody has meanwhile."""
    change = standing.take_change(session, change_id)
    if change.state not in OPEN - {State.SCHEDULED} or change.touched_at > terms.now - policy.EXPIRES_AFTER:
        return False
    change.state, change.closed_at = State.EXPIRED, terms.now
    tell(session, terms, change, "change.expired", reason=f"Nobody touched it for {policy.EXPIRES_AFTER.days} days.")
    return True


_UNDECIDED = (ChangeRequest.origin == Origin.PROPOSAL, ChangeRequest.state.in_(OPEN - {State.SCHEDULED}))


def _expiring(terms: Terms) -> tuple[ColumnElement[bool], ...]:
    told = select(AuditEvent.seq).where(
        AuditEvent.kind == ChangeRequest.kind,  # by these two its events are found
        AuditEvent.key == ChangeRequest.key,
        AuditEvent.change_id == ChangeRequest.id,
        AuditEvent.action == EXPIRING,
        AuditEvent.at >= ChangeRequest.touched_at,
    )
    return (
        ChangeRequest.touched_at <= terms.now - policy.WARNED_AFTER,
        ChangeRequest.touched_at > terms.now - policy.EXPIRES_AFTER,
        ~told.exists(),
    )


def _problem(session: Session, terms: Terms, change: ChangeRequest) -> str | None:
    seen = standing.see(session, change, now=terms.now)
    if seen.stale:
        return f"The live value moved to version {seen.live_version} after this was made from version {change.base_version}."
    if seen.given < change.approvals_needed:
        lost = session.scalars(select(Account.username).where(Account.id.in_(seen.powerless)))
        who = ", ".join(sorted(lost)) or "nobody"
        return f"It needs {change.approvals_needed} approvals of people who may approve; no longer so: {who}."
    return None
