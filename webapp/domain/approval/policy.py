"""Who may do what with a change request, and if not, why not? The server refuses by it, and buttons are explained by it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webapp.domain.approval.states import FROM, LABELS, Move, State
from webapp.domain.roles import LABELS as ROLE_LABELS
from webapp.domain.roles import Role

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
    return _needs(proposer_role(kind), person, "propose this change")


def find_refusal(move: Move, seen: Seen, person: Person, *, now: datetime) -> Refusal | None:
    """Say why a move is refused, or None where it is not; the first check that fails decides."""
    for check in (_possible(move), *CHECKS[move]):
        refusal = check(seen, person, now)
        if refusal is not None:
            return refusal
    return None


def _needs(role: Role, person: Person, what: str) -> Refusal | None:
    if role in person.roles:
        return None
    return Refusal("role", f"Only somebody with the role {ROLE_LABELS[role]} can {what}.")


def _needs_one_of(roles: Iterable[Role], person: Person, what: str) -> Refusal | None:
    wanted = tuple(roles)
    if person.roles & set(wanted):
        return None
    names = " or ".join(ROLE_LABELS[role] for role in wanted)
    return Refusal("role", f"Only somebody with the role {names} can {what}.")


def _possible(move: Move) -> Check:
    def check(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
        if seen.state in FROM[move]:
            return None
        states = " or ".join(LABELS[state].lower() for state in State if state in FROM[move])
        return Refusal(
            "state", f"The request is {LABELS[seen.state].lower()}; this can be done only while it is {states}."
        )

    return check


def _proposes(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    return _needs(proposer_role(seen.kind), person, "edit this change")


def _decides(_seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.by_token:
        return Refusal("token", "A token can propose and never decide; sign in to decide.")
    return _needs(Role.APPROVER, person, "decide on a change")


def _not_written_by_them(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id == seen.author_id:
        return Refusal("self_approval", "You proposed this change; somebody else has to decide on it.")
    if person.id in seen.contributors:
        return Refusal("self_approval", "You wrote on this change; somebody else has to approve it.")
    return None


def _not_proposed_by_them(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id == seen.author_id:
        return Refusal("self_approval", "You proposed this change; withdraw it instead.")
    return None


def _not_about_them(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id != seen.about:
        return None
    return Refusal("self_approval", "It is about your own roles; somebody else has to act on it.")


def _not_decided_yet(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id in seen.approvers:
        return Refusal("already_decided", "You have approved this revision already.")
    return None


def _not_stale(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
    if not seen.stale:
        return None
    return Refusal(
        "stale",
        f"The live value has moved to version {seen.live_version} since this change was made from version "
        f"{seen.base_version}; bring it up to date first.",
    )


def _is_stale(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
    return None if seen.stale else Refusal("state", "The change is made from the live value already.")


def _not_frozen(seen: Seen, _person: Person, now: datetime) -> Refusal | None:
    would_apply = seen.given + 1 >= seen.approvals_needed and seen.waits_until(now) is None
    if seen.frozen_until is None or not would_apply:
        return None
    return Refusal("frozen", f"Nothing goes live before {seen.frozen_until:%Y-%m-%d %H:%M} UTC: changes are frozen.")


def _holds(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.id == seen.author_id:
        return None
    return _decides(seen, person, _now)


def _author(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    return None if person.id == seen.author_id else Refusal("role", "Only whoever proposed it can withdraw it.")


def _decided(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    return None if person.id in seen.approvers else Refusal("state", "You have not approved this revision.")


def _acts_in_emergency(_seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.by_token:
        return Refusal("token", "A token can propose and never decide; sign in to decide.")
    return _needs(Role.ADMIN, person, "apply a change in an emergency")


def _owed(seen: Seen, _person: Person, _now: datetime) -> Refusal | None:
    return None if seen.emergency and not seen.reviewed else Refusal("state", "No review is owed for this change.")


def _reviews(seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    if person.by_token:
        return Refusal("token", "A token can propose and never decide; sign in to decide.")
    return _needs_one_of((Role.APPROVER, Role.ADMIN), person, "acknowledge an emergency")


def _reads(_seen: Seen, person: Person, _now: datetime) -> Refusal | None:
    return None if person.roles else Refusal("role", "Only staff can comment.")


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
