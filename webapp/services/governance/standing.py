"""How does a change request stand at this moment, and may somebody move it? Asked by the server and by every button."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.approval import policy
from webapp.domain.approval.policy import Person, Refusal, Seen
from webapp.domain.approval.states import OPEN, Move, Verdict
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import BIGGEST_ROW
from webapp.domain.roles import Role
from webapp.errors import WebappError
from webapp.errors import governance as errors
from webapp.errors.governance import RevisionMoved, UnknownChange
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent, known_moment
from webapp.models.governance.changes import ChangeRequest, Decision
from webapp.services import accounts, audit
from webapp.services.configs import ledger, listing
from webapp.wording import phrase

LONGEST_FREEZE = timedelta(days=31)
FREEZE = "changes.frozen"
THAW = "changes.thawed"
# Each by itself along the index of actions: of both together SQLite finds the last by reading all events, from the end.
LAST_FREEZE = select(func.max(AuditEvent.seq)).where(AuditEvent.action == FREEZE).scalar_subquery()
LAST_THAW = select(func.max(AuditEvent.seq)).where(AuditEvent.action == THAW).scalar_subquery()
REFUSED: dict[str, type[WebappError]] = {
    error.code: error
    for error in (
        errors.SelfApproval,
        errors.RoleMissing,
        errors.WrongState,
        errors.StaleChange,
        errors.AlreadyDecided,
        errors.ChangesFrozen,
        errors.TokenDecides,
    )
}
"""Code of a refusal -> its error."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """Nothing goes live before `until`, but in an emergency."""

    until: datetime
    reason: str
    by: str


def get_change(session: Session, change_id: int) -> ChangeRequest:
    """Give a change request; raises UnknownChange."""
    change = session.get(ChangeRequest, change_id) if abs(change_id) <= BIGGEST_ROW else None
    if change is None:
        raise UnknownChange(phrase("There is no change request {change_id}.", change_id=change_id))
    return change


def take_change(session: Session, change_id: int, expected: str | None = None) -> ChangeRequest:
    """Give a change request that nobody else can move until the commit, as it is now (approvals note §3.3).

    `expected` is the tag that somebody saw; raises RevisionMoved where request or live value have moved since, and
    UnknownChange.
    """
    ledger.lock(session, get_change(session, change_id).kind)
    query = select(ChangeRequest).where(ChangeRequest.id == change_id).with_for_update()
    change = session.scalars(query.execution_options(populate_existing=True)).one()
    if expected is not None and expected != (tag := tag_of(session, change)):
        moved = phrase("The request or the live value has changed since you looked at it; look again.")
        raise RevisionMoved(moved, tag)
    return change


def tag_of(session: Session, change: ChangeRequest) -> str:
    """Give by what a page of a request is told from a later one: approvals note §3.8, and for its words record 15."""
    live = ledger.live_number(session, change.kind, change.key)
    return f"c{change.id}-r{change.revision}-{change.state}-v{live}-w{_words_of(change)}"


def approvals_of(session: Session, change: ChangeRequest) -> list[Decision]:
    """Give the approvals of the present revision that stand, the earliest first; those who wrote on it do not count."""
    query = select(Decision).where(
        Decision.change_id == change.id,
        Decision.revision == change.revision,
        Decision.verdict == Verdict.APPROVE,
        Decision.taken_back_at.is_(None),
    )
    barred = {one.account_id for one in change.contributors}
    return [one for one in session.scalars(query.order_by(Decision.at)) if one.account_id not in barred]


def approvers_of(session: Session, changes: Collection[ChangeRequest]) -> dict[int, list[str]]:
    """Give by name whose approvals count, the earliest first, by the number of the request.

    While it is open those of people who may approve at this moment (I14); afterwards, of those who let it through.
    """
    voters = {one.account_id for change in changes if change.state in OPEN for one in change.decisions}
    powerless = voters - _able(session, voters)
    return {one.id: listing.approvers_of(one, powerless if one.state in OPEN else ()) for one in changes}


def see(session: Session, change: ChangeRequest, *, now: datetime) -> Seen:
    """Give what the policy judges a move by."""
    freeze = find_freeze(session, now=now)
    approvers = frozenset(one.account_id for one in approvals_of(session, change))
    able = _able(session, approvers) if change.state in OPEN else approvers  # whoever let it through did
    return Seen(
        kind=change.kind,
        state=change.state,
        author_id=change.author_id,
        contributors=frozenset(one.account_id for one in change.contributors),
        approvers=approvers,
        powerless=approvers - able,
        approvals_needed=change.approvals_needed,
        live_version=ledger.live_number(session, change.kind, change.key),
        base_version=change.base_version,
        emergency=change.emergency,
        reviewed=change.reviewed_at is not None or change.undone_by is not None,
        apply_at=change.apply_at,
        frozen_until=freeze.until if freeze else None,
        about=find_subject(session, change.kind, change.key),
    )


def find_subject(session: Session, kind: str, key: str) -> int | None:
    """Give the account whose roles a change would be about, which decides nothing on it; None where it is about none."""
    account = accounts.find_account(session, key) if kind == Kind.ACCESS else None
    return account.id if account else None


def person_of(session: Session, actor: Actor) -> Person:
    """Give who acts, with the roles as they are at this moment (I14); nobody's where the account is gone or disabled."""
    if actor.id is None:
        return Person(0, frozenset())
    account = session.get(Account, actor.id, populate_existing=True)
    if account is None or account.disabled_at is not None:
        return Person(actor.id, frozenset())
    return Person(actor.id, frozenset(account.roles), actor.by_token)


def refusals(session: Session, change: ChangeRequest, actor: Actor, *, now: datetime) -> dict[Move, Refusal | None]:
    """Give for every move why somebody may not make it, or None where they may: what buttons say."""
    seen, person = see(session, change, now=now), person_of(session, actor)
    return {move: policy.find_refusal(move, seen, person, now=now) for move in Move}


def has_enough(session: Session, change: ChangeRequest, *, now: datetime) -> bool:
    """Say whether a request has all the approvals that it needs."""
    return see(session, change, now=now).enough


def require(session: Session, move: Move, change: ChangeRequest, actor: Actor, *, now: datetime) -> Seen:
    """Let a move pass that may be made, and give how the request stands; raises what `refuse` raises."""
    seen = see(session, change, now=now)
    refuse(policy.find_refusal(move, seen, person_of(session, actor), now=now))
    return seen


def refuse(refusal: Refusal | None) -> None:
    """Raise the error of a refusal: SelfApproval, RoleMissing, WrongState, StaleChange, AlreadyDecided, ChangesFrozen, TokenDecides."""
    if refusal is not None:
        raise REFUSED[refusal.code](refusal.text)


def find_freeze(session: Session, *, now: datetime) -> Freeze | None:
    """Give the freeze that is on, if one is: an event, so that it can be set at once (approvals note §3.2)."""
    return freeze_of(session, *session.execute(select(LAST_FREEZE, LAST_THAW)).one(), now=now)


def freeze_of(session: Session, frozen: int | None, thawed: int | None, *, now: datetime) -> Freeze | None:
    """Give the freeze that is on by the last events of freezing and of ending it, LAST_FREEZE and LAST_THAW."""
    if frozen is None or (thawed or 0) > frozen:
        return None
    (event,) = audit.read_events(session, select(AuditEvent).where(AuditEvent.seq == frozen))
    # Nobody lets changes through by altering that event: it counts as long as one can, until an admin ends it.
    until = _end_of(event) or (known_moment(event.at) or now) + LONGEST_FREEZE
    return Freeze(until, f"{event.reason}", f"{event.actor_name}") if until > now else None


def list_deciders(session: Session, barred: Collection[int] = ()) -> list[str]:
    """Give who could decide on a change, by name: active accounts with the role that have no part in it."""
    staff = accounts.list_staff(session)
    return [one.username for one in staff if _may_approve(one) and one.id not in barred]


def _words_of(change: ChangeRequest) -> str:
    """Give a digest of what is read of a request and can become other without another revision or state."""
    said = [change.title, change.reason, change.asked_id, change.confirmed, change.held_by_id]
    return sha256(json.dumps(said).encode()).hexdigest()[:32]


def _end_of(event: AuditEvent) -> datetime | None:
    """Give when a freeze ends, None where its event was altered."""
    until = audit.details_of(event).get("until")
    if audit.find_problem(event) is not None or not isinstance(until, str):
        return None
    try:
        return datetime.fromisoformat(until).astimezone(UTC)  # events of old have the zone as sent
    except (ValueError, OverflowError):
        return None


def _able(session: Session, account_ids: Collection[int]) -> set[int]:
    if not account_ids:
        return set()
    query = select(Account).where(Account.id.in_(account_ids)).execution_options(populate_existing=True)
    return {one.id for one in session.scalars(query) if _may_approve(one)}


def _may_approve(account: Account) -> bool:
    return account.disabled_at is None and Role.APPROVER in account.roles
