"""How is a change decided on: approved, held, rejected, let through in an emergency, or kept from going live for now?"""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from webapp.domain.approval import policy
from webapp.domain.approval.states import LEADS_TO, Move, Origin, State, Verdict
from webapp.domain.roles import Role
from webapp.errors.governance import BadMoment, KeyNotTyped, RoleMissing, TokenDecides
from webapp.models.governance.changes import ChangeRequest, Decision
from webapp.services import audit
from webapp.services.governance import applying, changes, standing, words
from webapp.services.governance.standing import FREEZE, THAW
from webapp.services.governance.terms import Terms, Wish
from webapp.services.notices.telling import tell
from webapp.wording import phrase


def approve(
    session: Session, terms: Terms, change_id: int, *, note: str = "", expected: str | None = None
) -> ChangeRequest:
    """Approve the present revision; the last approval that it needs makes it live, or schedules it.

    Once more does so as well, for a request that has enough and is pending: one of those who approved could not do so any
    more when the last of them did, and can again. Nothing goes live by that alone.

    Raises RevisionMoved, WrongState, SelfApproval, RoleMissing, TokenDecides, AlreadyDecided, StaleChange,
    ChangesFrozen, and InvalidPayload where the value could not be live any more.
    """
    note = words.checked_note(note)
    change = standing.take_change(session, change_id, expected)
    seen = standing.require(session, Move.APPROVE, change, terms.actor, now=terms.now)
    if terms.actor.id not in seen.approvers:
        _decide(session, terms, change, Verdict.APPROVE, note)
    given = seen.given_with(terms.actor.id)
    counted = {"given": given, "needed": change.approvals_needed}
    if given < change.approvals_needed:
        change.touched_at = terms.now
        return tell(session, terms, change, "change.approved", counted, reason=note)
    if seen.waits_until(terms.now) is not None:
        change.state, change.touched_at = State.SCHEDULED, terms.now
        return tell(session, terms, change, "change.scheduled", counted, reason=note)
    version = applying.make_live(session, terms, change)
    return tell(session, terms, change, "change.applied", counted, reason=note, to_version=version.version)


def hold(session: Session, terms: Terms, change_id: int, *, note: str, expected: str | None = None) -> ChangeRequest:
    """Stop a request until somebody resumes it; its approvals stay and do not count meanwhile. Raises ReasonMissing too."""
    return _move(session, terms, change_id, Move.HOLD, "change.held", words.checked_reason(note, 1), expected)


def resume(
    session: Session, terms: Terms, change_id: int, *, note: str = "", expected: str | None = None
) -> ChangeRequest:
    """Let a held request go on; where its approvals suffice, it is scheduled again."""
    note = words.checked_note(note)
    change = standing.take_change(session, change_id, expected)
    seen = standing.require(session, Move.RESUME, change, terms.actor, now=terms.now)
    change.state = State.SCHEDULED if seen.enough and change.apply_at else State.PENDING
    change.held_by_id, change.touched_at = None, terms.now
    return tell(session, terms, change, "change.resumed", reason=note)


def reject(session: Session, terms: Terms, change_id: int, *, note: str, expected: str | None = None) -> ChangeRequest:
    """End a request that shall not be live; raises ReasonMissing too."""
    note = words.checked_reason(note, 1)
    change = standing.take_change(session, change_id, expected)
    standing.require(session, Move.REJECT, change, terms.actor, now=terms.now)
    _decide(session, terms, change, Verdict.REJECT, note)
    change.state, change.closed_at, change.touched_at = State.REJECTED, terms.now, terms.now
    return tell(session, terms, change, "change.rejected", reason=note)


def take_back(
    session: Session, terms: Terms, change_id: int, *, note: str = "", expected: str | None = None
) -> ChangeRequest:
    """Take one's own approval of the present revision back, while it is not live; the event of it stays."""
    note = words.checked_note(note)
    change = standing.take_change(session, change_id, expected)
    standing.require(session, Move.TAKE_BACK, change, terms.actor, now=terms.now)
    mine = session.get_one(Decision, (change.id, change.revision, terms.actor.id))
    mine.taken_back_at = terms.now
    change.state, change.touched_at = State.PENDING, terms.now
    return tell(session, terms, change, "change.approval_taken_back", reason=note)


def apply_in_emergency(
    session: Session, terms: Terms, change_id: int, *, typed_key: str, note: str, expected: str | None = None
) -> ChangeRequest:
    """Make a request live without its approvals; somebody else has to look at it afterwards (I15).

    Raises KeyNotTyped, ReasonMissing below 20 characters, and as `approve`.
    """
    note = words.checked_reason(note, policy.EMERGENCY_REASON_LENGTH)
    change = standing.take_change(session, change_id, expected)
    standing.require(session, Move.EMERGENCY, change, terms.actor, now=terms.now)
    _require_typed(change, typed_key)
    changes.contribute(session, terms, change)
    change.state, change.emergency, change.touched_at = State.PENDING, True, terms.now
    return _let_through(session, terms, change, note)


def propose_in_emergency(session: Session, terms: Terms, wish: Wish, *, typed_key: str) -> ChangeRequest:
    """File a change and make it live in one transaction; an open request on the key becomes stale (interface §8).

    Raises KeyNotTyped, ReasonMissing below 20 characters, RoleMissing, TokenDecides, and as `propose_change`.
    """
    rule = applying.rule_of(wish.kind)
    _require_admin(session, terms)
    reason = words.checked_reason(wish.reason, policy.EMERGENCY_REASON_LENGTH)
    change = changes.draft(session, terms, rule, wish, origin=Origin.EMERGENCY)
    _require_typed(change, typed_key)
    change.apply_at = None
    changes.add(session, terms, change)
    return _let_through(session, terms, change, reason)


def acknowledge(
    session: Session, terms: Terms, change_id: int, *, note: str = "", expected: str | None = None
) -> ChangeRequest:
    """Say that somebody else has looked at an emergency; raises WrongState, RoleMissing, SelfApproval."""
    note = words.checked_note(note)
    change = standing.take_change(session, change_id, expected)
    standing.require(session, Move.ACKNOWLEDGE, change, terms.actor, now=terms.now)
    change.reviewed_at, change.reviewed_by = terms.now, terms.actor.name
    return tell(session, terms, change, "change.reviewed", reason=note)


def freeze(session: Session, terms: Terms, *, until: datetime, reason: str) -> None:
    """Let nothing go live before a moment but in an emergency; raises RoleMissing, BadMoment, ReasonMissing."""
    _require_admin(session, terms)
    reason = words.checked_reason(reason, policy.REASON_LENGTH)
    if until.tzinfo is None or not terms.now < until <= terms.now + standing.LONGEST_FREEZE:
        raise BadMoment(
            phrase("A freeze ends within {days} days, at a moment with a time zone.", days=standing.LONGEST_FREEZE.days)
        )
    until = until.astimezone(UTC)
    details = {"until": until.isoformat(), **_frozen(session, terms, until)}
    audit.append(session, terms.actor, FREEZE, "changes", "-", now=terms.now, details=details, reason=reason)


def thaw(session: Session, terms: Terms, *, reason: str = "") -> None:
    """End a freeze before its time; raises RoleMissing."""
    _require_admin(session, terms)
    reason = words.checked_note(reason)
    details = _frozen(session, terms, None)
    audit.append(session, terms.actor, THAW, "changes", "-", now=terms.now, details=details, reason=reason)


def _frozen(session: Session, terms: Terms, until: datetime | None) -> dict[str, object]:
    was = standing.find_freeze(session, now=terms.now)
    sides = {"before": was.until if was else None, "after": until}
    return {side: {"frozen_until": moment.isoformat() if moment else None} for side, moment in sides.items()}


def _let_through(session: Session, terms: Terms, change: ChangeRequest, note: str) -> ChangeRequest:
    frozen = standing.find_freeze(session, now=terms.now) is not None
    version = applying.make_live(session, terms, change)
    return tell(session, terms, change, "change.emergency", {"frozen": frozen}, reason=note, to_version=version.version)


def _require_admin(session: Session, terms: Terms) -> None:
    person = standing.person_of(session, terms.actor)
    if person.by_token:
        raise TokenDecides(phrase("A token can propose and never decide; sign in to decide."))
    if Role.ADMIN not in person.roles:
        raise RoleMissing(phrase("Only somebody with the role Admin can do this."))


def _require_typed(change: ChangeRequest, typed_key: str) -> None:
    if typed_key.strip() != change.key:
        raise KeyNotTyped(phrase("Type the key again to be sure: {key}", key=change.key))


def _decide(session: Session, terms: Terms, change: ChangeRequest, verdict: Verdict, note: str) -> None:
    """Write a decision down; one that was taken back is given again by the same row."""
    assert terms.actor.id is not None, "only people decide"
    earlier = session.get(Decision, (change.id, change.revision, terms.actor.id))
    if earlier is not None and earlier.verdict is verdict:
        earlier.taken_back_at, earlier.at, earlier.note = None, terms.now, note
    elif earlier is not None:
        earlier.taken_back_at = terms.now  # who rejects what they approved no longer approves it; the event says both
    else:
        session.add(
            Decision(
                change_id=change.id,
                revision=change.revision,
                account_id=terms.actor.id,
                account_name=terms.actor.name,
                verdict=verdict,
                note=note,
                at=terms.now,
            )
        )
    session.flush()


def _move(
    session: Session, terms: Terms, change_id: int, move: Move, action: str, note: str, expected: str | None
) -> ChangeRequest:
    change = standing.take_change(session, change_id, expected)
    standing.require(session, move, change, terms.actor, now=terms.now)
    change.state, change.held_by_id, change.touched_at = LEADS_TO[move], terms.actor.id, terms.now
    return tell(session, terms, change, action, reason=note)
