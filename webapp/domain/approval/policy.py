"""Who may do what with a change request, and if not, why not? The server refuses by it, and buttons are explained by it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webapp.domain.approval.states import FROM, IN_A_SENTENCE, Move, State
from webapp.domain.roles import LABELS as ROLE_LABELS
from webapp.domain.roles import Role
from webapp.wording import OR, joined, phrase

REASON_LENGTH = 10
EMERGENCY_REASON_LENGTH = 20
EXPIRES_AFTER = timedelta(days=14)
"""A pending or held request that nobody touched for so long expires."""
WARNED_AFTER = timedelta(days=10)
REVIEW_WITHIN = timedelta(hours=24)
"""After that the review of an emergency is overdue."""
ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who would make a move, with the roles held at this moment (I14); `by_token`: a program in their name."""

    id: int
    roles: frozenset[Role]
    by_token: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A change request as it is when the move is judged."""

    kind: str
    state: State
    author_id: int | None
    contributors: frozenset[int]
    approvers: frozenset[int]
    """Whose approvals of the present revision stand."""
    powerless: frozenset[int] = field(default=frozenset(), kw_only=True)
    """Those of them who may approve no more: they do not count, as long as that is so."""
    approvals_needed: int
    live_version: int
    base_version: int
    emergency: bool = False
    reviewed: bool = False
    apply_at: datetime | None = None
    frozen_until: datetime | None = None
    about: int | None = None
    """The account whose roles it would change."""

    @property
    def given(self) -> int:
        """How many approvals count."""
        return len(self.approvers - self.powerless)

    @property
    def enough(self) -> bool:
        """True where it has all the approvals that it needs."""
        return self.given >= self.approvals_needed

    def given_with(self, account_id: int | None) -> int:
        """Give how many approvals count once that account has approved, be it for the first time or not."""
        return len((self.approvers | {account_id}) - self.powerless)

    @property
    def stale(self) -> bool:
        """True where the live value is no longer the one that the change was made from."""
        return self.base_version != self.live_version

    def waits_until(self, now: datetime) -> datetime | None:
        """Give the moment that an approved change waits for, or None where it becomes live at once."""
        return self.apply_at if self.apply_at is not None and self.apply_at > now else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is refused: a stable code (interface §6), and words that say what to do."""

    code: str
    text: str


Check = Callable[[Seen, Person, datetime], Refusal | None]


def proposer_role(kind: str) -> Role:
    """Give the role that proposes changes of a kind: admin for access, editor for all else (approvals note §3.1)."""
    return Role.ADMIN if kind == ACCESS else Role.EDITOR


def find_proposal_refusal(kind: str, person: Person) -> Refusal | None:
    """Say why somebody may not propose changes of a kind, or None where they may."""
    role = proposer_role(kind)
    return _needs(
        role, person, phrase("Only somebody with the role {role} can propose this change.", role=ROLE_LABELS[role])
    )


def find_refusal(move: Move, seen: Seen, person: Person, *, now: datetime) -> Refusal | None:
    """Say why a move is refused, or None where it is not; the first check that fails decides."""
    for check in (_possible(move), *CHECKS[move]):
        refusal = check(seen, person, now)
        if refusal is not None:
            return refusal
    return None


def _needs(role: Role, person: Person, otherwise: str) -> Refusal | None:
    return None if role in person.roles else Refusal("role", otherwise)


def _possible(move: Move) -> Check:
    def check(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
        if seen.state in FROM[move]:
            return None
        states = joined((IN_A_SENTENCE[state] for state in State if state in FROM[move]), OR)
        return Refusal(
            "state",
            phrase(
                "The request is {state}; this can be done only while it is {states}.",
                state=IN_A_SENTENCE[seen.state],
                states=states,
            ),
        )

    return check


def _proposes(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    role = proposer_role(seen.kind)
    return _needs(
        role, person, phrase("Only somebody with the role {role} can edit this change.", role=ROLE_LABELS[role])
    )


def _decides(_seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.by_token:
        return Refusal("token", phrase("A token can propose and never decide; sign in to decide."))
    return _needs(Role.APPROVER, person, phrase("Only somebody with the role Approver can decide on a change."))


def _not_written_by_them(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id == seen.author_id:
        return Refusal("self_approval", phrase("You proposed this change; somebody else has to decide on it."))
    if person.id in seen.contributors:
        return Refusal("self_approval", phrase("You wrote on this change; somebody else has to approve it."))
    return None


def _not_proposed_by_them(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id == seen.author_id:
        return Refusal("self_approval", phrase("You proposed this change; withdraw it instead."))
    return None


def _not_about_them(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id != seen.about:
        return None
    return Refusal("self_approval", phrase("It is about your own roles; somebody else has to act on it."))


def _not_decided_yet(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    """Once more is for what has enough and is pending still, since one of them could not approve when the last came."""
    if person.id in seen.approvers and not seen.enough:
        return Refusal("already_decided", phrase("You have approved this revision already."))
    return None


def _not_stale(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
    if not seen.stale:
        return None
    return Refusal(
        "stale",
        phrase(
            "The live value has moved to version {live_version} since this change was made from version {base_version}; bring it up to date first.",
            live_version=seen.live_version,
            base_version=seen.base_version,
        ),
    )


def _is_stale(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
    return None if seen.stale else Refusal("state", phrase("The change is made from the live value already."))


def _not_frozen(seen: Seen, person: Person, now: datetime) -> Refusal | None:
    would_apply = seen.given_with(person.id) >= seen.approvals_needed and seen.waits_until(now) is None
    if seen.frozen_until is None or not would_apply:
        return None
    return Refusal(
        "frozen",
        phrase(
            "Nothing goes live before {frozen_until} UTC: changes are frozen.",
            frozen_until=format(seen.frozen_until, "%Y-%m-%d %H:%M"),
        ),
    )


def _holds(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id == seen.author_id:
        return None
    return _decides(seen, person, _now)


def _author(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    return None if person.id == seen.author_id else Refusal("role", phrase("Only whoever proposed it can withdraw it."))


def _decided(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    return None if person.id in seen.approvers else Refusal("state", phrase("You have not approved this revision."))


def _acts_in_emergency(_seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.by_token:
        return Refusal("token", phrase("A token can propose and never decide; sign in to decide."))
    return _needs(Role.ADMIN, person, phrase("Only somebody with the role Admin can apply a change in an emergency."))


def _owed(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
    return (
        None if seen.emergency and not seen.reviewed else Refusal("state", phrase("No review is owed for this change."))
    )


def _reviews(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.by_token:
        return Refusal("token", phrase("A token can propose and never decide; sign in to decide."))
    if person.roles & {Role.APPROVER, Role.ADMIN}:
        return None
    return Refusal("role", phrase("Only somebody with the role Approver or Admin can acknowledge an emergency."))


def _reads(_seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    return None if person.roles else Refusal("role", phrase("Only staff can comment."))


CHECKS: dict[Move, tuple[Check, ...]] = {
    Move.EDIT: (_proposes, _not_about_them),
    Move.REBASE: (_proposes, _not_about_them, _is_stale),
    Move.APPROVE: (_decides, _not_written_by_them, _not_about_them, _not_decided_yet, _not_stale, _not_frozen),
    Move.HOLD: (_holds, _not_about_them),
    Move.RESUME: (_decides, _not_proposed_by_them, _not_about_them),
    Move.REJECT: (_decides, _not_proposed_by_them, _not_about_them),
    Move.WITHDRAW: (_author,),
    Move.TAKE_BACK: (_decided,),
    Move.EMERGENCY: (_acts_in_emergency, _not_about_them, _not_stale),
    Move.REVERT: (_proposes,),
    Move.ACKNOWLEDGE: (_owed, _reviews, _not_written_by_them, _not_about_them),
    Move.COMMENT: (_reads,),
}
"""What each move asks for, in the order in which it is said, after the state (approvals note §3.2)."""
