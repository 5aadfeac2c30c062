"""How is a change proposed, rewritten, brought up to date, talked about and given up?"""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.approval import policy
from webapp.domain.approval.merge import canonical, merge
from webapp.domain.approval.states import Action, Move, Origin, State
from webapp.domain.configs.kinds import KindRule
from webapp.domain.identifiers import made_storable
from webapp.errors.governance import (
    InvalidPayload,
    MergeConflict,
    OpenRequest,
    StaleBase,
    Unchanged,
    UnknownKey,
    WrongState,
)
from webapp.models.governance.changes import ChangeRequest, Contributor
from webapp.services.configs import ledger, listing
from webapp.services.governance import applying, standing, words
from webapp.services.governance.terms import Edit, Terms, Wish
from webapp.services.notices.telling import tell
from webapp.wording import joined, phrase

_MOVED = phrase("The live value is version {number} by now, not {seen}; look at it first.")


def propose_change(session: Session, terms: Terms, wish: Wish) -> ChangeRequest:
    """File a request to change one key, for others to decide on.

    Raises RoleMissing, UnknownKind, UnknownKey, InvalidPayload, CautionsUnread, Unchanged, ReasonMissing, BadMoment,
    StaleBase, and OpenRequest where the key is being changed already.
    """
    person = standing.person_of(session, terms.actor)
    rule = applying.rule_of(wish.kind)
    standing.refuse(policy.find_proposal_refusal(rule.kind, person))
    return file_change(session, terms, wish)


def file_change(session: Session, terms: Terms, wish: Wish) -> ChangeRequest:
    """File a request of somebody of whom it is known that they may; raises as `propose_change`, but for RoleMissing."""
    change = draft(session, terms, applying.rule_of(wish.kind), wish, origin=Origin.PROPOSAL)
    waiting = find_open(session, change.kind, change.key)
    if waiting is not None:
        raise OpenRequest(
            phrase("Change request {id} on this is open; edit that one, or wait for its end.", id=waiting.id),
            waiting.id,
        )
    add(session, terms, change)
    details = {"action": wish.action.value}
    tell(session, terms, change, "change.proposed", details, reason=change.reason)
    return change


def draft(session: Session, terms: Terms, rule: KindRule, wish: Wish, *, origin: Origin) -> ChangeRequest:
    """Judge a wish and give the request that it makes, not yet kept; holds the kind's lock from here on."""
    key = applying.parse_key(session, rule, wish.key)
    ledger.lock(session, rule.kind)
    live = ledger.find_version(session, rule.kind, key)
    number = live.version if live else 0
    if wish.base_version is not None and wish.base_version != number:
        raise StaleBase(phrase(_MOVED, number=number, seen=wish.base_version))
    text = _text_of(rule, wish, live.payload if live else None)
    if live is not None and text == live.payload:
        raise Unchanged(phrase("That is just what is live; nothing would change."))
    change = ChangeRequest(
        origin=origin,
        kind=rule.kind.value,
        key=key,
        payload=text,
        base_version=number,
        revision=1,
        state=State.PENDING,
        approvals_needed=terms.approvals_of(rule) if origin is Origin.PROPOSAL else 0,
        author_id=terms.actor.id,
        author_name=terms.actor.name,
        title=words.checked_title(wish.title),
        reason=words.checked_reason(wish.reason, policy.REASON_LENGTH),
        confirmed=sorted(set(wish.confirmed)),
        asked_id=words.asked_id(session, terms, wish.ask, standing.find_subject(session, rule.kind, key)),
        apply_at=words.checked_moment(wish.apply_at, terms.now),
        emergency=origin is Origin.EMERGENCY,
        reverts_version=wish.reverts_version,
        batch=wish.batch,
        created_at=terms.now,
        touched_at=terms.now,
    )
    checked = applying.check(session, terms, rule.kind, key, ledger.payload_of(change), terms.actor.name, wish.batch)
    applying.require_valid(checked, change.confirmed)
    return change


def add(session: Session, terms: Terms, change: ChangeRequest) -> None:
    """Keep a request that was drafted, with its author as the first who wrote on it."""
    session.add(change)
    session.flush()
    contribute(session, terms, change)


def edit_change(
    session: Session, terms: Terms, change_id: int, edit: Edit, *, expected: str | None = None
) -> ChangeRequest:
    """Rewrite an open request; another content or moment is another revision, which nobody has approved yet.

    Its cautions are confirmed with it: what was confirmed before was something else. One that is the same in everything
    changes nothing. Raises as `propose_change`, and RevisionMoved, WrongState.
    """
    change = standing.take_change(session, change_id, expected)
    standing.require(session, Move.EDIT, change, terms.actor, now=terms.now)
    rule = applying.rule_of(change.kind)
    text = change.payload if edit.payload is None else canonical(applying.parse(rule, edit.payload))
    moment = None if edit.at_once else words.checked_moment(edit.apply_at, terms.now) or change.apply_at
    reworded = _reword(session, terms, change, edit)
    if (text, moment) == (change.payload, change.apply_at):
        if reworded:
            contribute(session, terms, change)
            if change.state is State.SCHEDULED and not standing.has_enough(session, change, now=terms.now):
                change.state = State.PENDING  # its approver wrote on it, and so approves it no longer
            tell(session, terms, change, "change.reworded", reason=change.reason)
        return change
    _require_other_than_live(session, change, text)
    change.payload, change.apply_at, change.confirmed = text, moment, sorted(set(edit.confirmed or ()))
    _require_valid(session, terms, change)
    _renew(session, terms, change)
    tell(session, terms, change, "change.edited", reason=change.reason)
    return change


def rebase_change(
    session: Session,
    terms: Terms,
    change_id: int,
    chosen: Mapping[str, str],
    *,
    confirmed: Collection[str] = (),
    note: str = "",
    expected: str | None = None,
) -> ChangeRequest:
    """Make a stale request from the live value, field by field; earlier approvals do not count any more (I6).

    `chosen` says whose word counts for fields that both sides changed: "live" or "proposed". Raises MergeConflict for
    those it leaves open, Unchanged where nothing is left of the request, and as `edit_change`. Where it asks for the
    same as before, that stays confirmed.
    """
    note = words.checked_note(note)
    change = standing.take_change(session, change_id, expected)
    seen = standing.require(session, Move.REBASE, change, terms.actor, now=terms.now)
    base = ledger.payload_of(ledger.find_version(session, change.kind, change.key, change.base_version))
    live = ledger.live_payload(session, change.kind, change.key)
    asked = {one.field for one in merge(base, live, ledger.payload_of(change), {}).conflicts}
    merged = merge(base, live, ledger.payload_of(change), chosen)
    if merged.conflicts:
        fields = [one.field for one in merged.conflicts]
        raise MergeConflict(
            phrase("Both sides changed: {fields}. Choose for each whose word counts.", fields=joined(fields)), fields
        )
    rule, together = applying.rule_of(change.kind), merged.payload
    text = canonical(applying.parse(rule, together)) if together is not None else None
    _require_other_than_live(session, change, text)
    change.confirmed = sorted({*confirmed, *(change.confirmed if text == change.payload else ())})
    was, change.payload, change.base_version = change.base_version, text, seen.live_version
    _require_valid(session, terms, change)
    _renew(session, terms, change)
    details = {"base_before": was, "chosen": {field: chosen[field] for field in sorted(asked)}}
    tell(session, terms, change, "change.rebased", details, reason=note)
    return change


def revert_to(
    session: Session, terms: Terms, kind: str, key: str, number: int, *, reason: str, confirmed: Collection[str] = ()
) -> ChangeRequest:
    """Propose what a version said, made from the live value; raises UnknownKey and as `propose_change`."""
    rule = applying.rule_of(kind)
    version = ledger.find_version(session, rule.kind, applying.parse_key(session, rule, key), number)
    if version is None:
        raise UnknownKey(phrase("{kind} has no version {number} of that key.", kind=rule.label, number=number))
    wish = Wish(
        kind=kind,
        key=version.key,
        payload=ledger.payload_of(version),
        action=Action.SET if version.payload is not None else Action.DELETE,
        reason=reason,
        title=f"Back to version {number}",
        reverts_version=number,
        confirmed=tuple(confirmed),
    )
    return propose_change(session, terms, wish)


def revert_change(
    session: Session, terms: Terms, change_id: int, *, reason: str, confirmed: Collection[str] = ()
) -> ChangeRequest:
    """Propose what was live before a change was applied; raises WrongState where there was nothing, and as `revert_to`."""
    change = standing.get_change(session, change_id)
    standing.require(session, Move.REVERT, change, terms.actor, now=terms.now)
    if change.base_version == 0 and not applying.rule_of(change.kind).deletable:
        raise WrongState(phrase("It was the first value of its key; there is nothing to go back to."))
    if change.base_version == 0:
        wish = Wish(change.kind, change.key, None, reason, "Back to no value", action=Action.DELETE)
        return propose_change(session, terms, wish)
    to = change.base_version
    return revert_to(session, terms, change.kind, change.key, to, reason=reason, confirmed=confirmed)


def withdraw(
    session: Session, terms: Terms, change_id: int, *, note: str = "", expected: str | None = None
) -> ChangeRequest:
    """Give up one's own request; raises RoleMissing, WrongState, RevisionMoved."""
    note = words.checked_note(note)
    change = standing.take_change(session, change_id, expected)
    standing.require(session, Move.WITHDRAW, change, terms.actor, now=terms.now)
    change.state, change.closed_at, change.touched_at = State.WITHDRAWN, terms.now, terms.now
    tell(session, terms, change, "change.withdrawn", reason=note)
    return change


def comment(session: Session, terms: Terms, change_id: int, text: str, *, field: str = "") -> ChangeRequest:
    """Say something on a request, also when it is closed; `field` names the one that it is about. Raises ReasonMissing."""
    change = standing.get_change(session, change_id)
    standing.require(session, Move.COMMENT, change, terms.actor, now=terms.now)
    about, said = {"field": made_storable(field)[:255]}, words.checked_reason(text, 1)
    return tell(session, terms, change, "change.commented", about, reason=said)


def find_open(session: Session, kind: str, key: str) -> ChangeRequest | None:
    """Give the open proposal on a key, if there is one."""
    return session.scalar(select(ChangeRequest).where(listing.is_open_on([(kind, key)])))


def contribute(session: Session, terms: Terms, change: ChangeRequest) -> None:
    """Remember that somebody wrote on a request, and so may not approve it."""
    assert terms.actor.id is not None, "only people write on requests"
    if session.get(Contributor, (change.id, terms.actor.id)) is None:
        session.add(Contributor(change_id=change.id, account_id=terms.actor.id, account_name=terms.actor.name))
        session.flush()
        session.refresh(change, ["contributors"])


def _text_of(rule: KindRule, wish: Wish, live: str | None) -> str | None:
    if wish.action is Action.SET:
        return canonical(applying.parse(rule, wish.payload))
    if not rule.deletable:
        raise InvalidPayload([("action", phrase("{kind} cannot be deleted; give it another value.", kind=rule.label))])
    if live is None:
        raise UnknownKey(phrase("{kind} has no value of that key.", kind=rule.label))
    return None


def _reword(session: Session, terms: Terms, change: ChangeRequest, edit: Edit) -> bool:
    before = (change.title, change.reason, change.asked_id, list(change.confirmed))
    if edit.title is not None:
        change.title = words.checked_title(edit.title)
    if edit.reason is not None:
        reason = words.checked_reason(edit.reason, policy.REASON_LENGTH)
        change.reason = change.reason if reason == words.with_plain_ends(change.reason) else reason
    if edit.ask is not None:
        subject_id = standing.find_subject(session, change.kind, change.key)
        change.asked_id = words.asked_id(session, terms, edit.ask, subject_id)
    if edit.confirmed is not None:
        change.confirmed = sorted(set(edit.confirmed))
    reworded = before != (change.title, change.reason, change.asked_id, list(change.confirmed))
    if reworded:
        change.touched_at = terms.now
    return reworded


def _require_other_than_live(session: Session, change: ChangeRequest, text: str | None) -> None:
    live = ledger.find_version(session, change.kind, change.key)
    if live is not None and live.payload == text:
        raise Unchanged(phrase("That is just what is live; withdraw the request instead."))


def _require_valid(session: Session, terms: Terms, change: ChangeRequest) -> None:
    payload = ledger.payload_of(change)
    with session.no_autoflush:
        checked = applying.check(session, terms, change.kind, change.key, payload, change.author_name, change.batch)
    applying.require_valid(checked, change.confirmed)


def _renew(session: Session, terms: Terms, change: ChangeRequest) -> None:
    if change.reverts_version is not None:
        with session.no_autoflush:
            then = ledger.find_version(session, change.kind, change.key, change.reverts_version)
        if then is None or then.payload != change.payload:
            change.reverts_version = None  # it goes back to nothing that there was
    change.revision += 1
    change.state, change.held_by_id, change.touched_at = State.PENDING, None, terms.now
    session.flush()
    contribute(session, terms, change)
