"""Who may make which move, and which refusal does everybody else get?

The table is written down by hand from the approvals note §3.2, and not computed by what it tests.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.approval import policy
from webapp.domain.approval.policy import Person, Seen, find_proposal_refusal, find_refusal
from webapp.domain.approval.states import FROM, Move, State
from webapp.domain.roles import Role

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AUTHOR, WROTE, APPROVED, SUBJECT, OTHER = 1, 2, 3, 4, 5
RELATIONS = {"author": AUTHOR, "wrote": WROTE, "approved": APPROVED, "subject": SUBJECT, "other": OTHER}
EVERY_ROLE = frozenset(Role)
ROLE, SELF, TOKEN, STATE = "role", "self_approval", "token", "state"

SEEN = Seen(
    kind="crawlers",
    state=State.PENDING,
    author_id=AUTHOR,
    contributors=frozenset({AUTHOR, WROTE}),
    approvers=frozenset({APPROVED}),
    approvals_needed=3,
    live_version=1,
    base_version=1,
)
ABOUT = replace(SEEN, kind="access", about=SUBJECT)

# Move -> who may by role alone, where they are nobody to the request.
BY_ROLE = {
    Move.EDIT: {Role.EDITOR},
    Move.REBASE: {Role.EDITOR},
    Move.APPROVE: {Role.APPROVER},
    Move.HOLD: {Role.APPROVER},
    Move.RESUME: {Role.APPROVER},
    Move.REJECT: {Role.APPROVER},
    Move.WITHDRAW: set(),
    Move.TAKE_BACK: set(),
    Move.EMERGENCY: {Role.ADMIN},
    Move.REVERT: {Role.EDITOR},
    Move.ACKNOWLEDGE: {Role.APPROVER, Role.ADMIN},
    Move.COMMENT: set(Role),
}
# Move -> what somebody with every role hears, by what they are to the request: author, wrote, approved, subject, other.
BY_RELATION: dict[Move, tuple[str | None, ...]] = {
    Move.EDIT: (None, None, None, SELF, None),
    Move.REBASE: (None, None, None, SELF, None),
    Move.APPROVE: (SELF, SELF, "already_decided", SELF, None),
    Move.HOLD: (None, None, None, SELF, None),
    Move.RESUME: (SELF, None, None, SELF, None),
    Move.REJECT: (SELF, None, None, SELF, None),
    Move.WITHDRAW: (None, ROLE, ROLE, ROLE, ROLE),
    Move.TAKE_BACK: (STATE, STATE, None, STATE, STATE),
    Move.EMERGENCY: (None, None, None, SELF, None),
    Move.REVERT: (None, None, None, None, None),
    Move.ACKNOWLEDGE: (SELF, SELF, None, SELF, None),
    Move.COMMENT: (None, None, None, None, None),
}
# Move -> what a token of somebody else with every role hears.
BY_TOKEN = dict.fromkeys(
    (Move.APPROVE, Move.HOLD, Move.RESUME, Move.REJECT, Move.EMERGENCY, Move.ACKNOWLEDGE), TOKEN
) | {Move.WITHDRAW: ROLE, Move.TAKE_BACK: STATE}


def ready_for(move: Move, seen: Seen = SEEN) -> Seen:
    """Give the request in a state in which nothing but the person stands in the move's way."""
    state = State.PENDING if State.PENDING in FROM[move] else min(FROM[move])
    if move is Move.REBASE:
        seen = replace(seen, live_version=2)
    return replace(seen, state=state, emergency=move is Move.ACKNOWLEDGE)


def code(move: Move, seen: Seen, person: Person) -> str | None:
    """Give the code of the refusal."""
    refusal = find_refusal(move, seen, person, now=NOON)
    return refusal.code if refusal else None


class TestGivenARole:
    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("move", Move)
    def test_a_stranger_may_what_the_role_is_for(self, move: Move, role: Role) -> None:
        refused = code(move, ready_for(move), Person(OTHER, frozenset({role})))

        assert refused == (None if role in BY_ROLE[move] else BY_TOKEN[move] if move is Move.TAKE_BACK else ROLE)

    @pytest.mark.parametrize("move", Move)
    def test_nobody_may_anything_without_one(self, move: Move) -> None:
        assert code(move, ready_for(move), Person(OTHER, frozenset())) in {ROLE, STATE}

    @pytest.mark.parametrize("move", [Move.EDIT, Move.REBASE, Move.REVERT])
    def test_roles_of_people_are_an_admins_to_propose(self, move: Move) -> None:
        roles = {role: code(move, ready_for(move, ABOUT), Person(OTHER, frozenset({role}))) for role in Role}

        assert {role for role, refused in roles.items() if refused is None} == {Role.ADMIN}


class TestGivenARelationToTheRequest:
    @pytest.mark.parametrize("relation", RELATIONS)
    @pytest.mark.parametrize("move", Move)
    def test_somebody_with_every_role_hears_what_the_note_says(self, move: Move, relation: str) -> None:
        person = Person(RELATIONS[relation], EVERY_ROLE)

        refused = code(move, ready_for(move, ABOUT), person)

        assert refused == BY_RELATION[move][list(RELATIONS).index(relation)]

    @pytest.mark.parametrize("move", [Move.HOLD, Move.WITHDRAW])
    def test_its_author_needs_no_role_to_stop_it(self, move: Move) -> None:
        assert code(move, ready_for(move), Person(AUTHOR, frozenset())) is None

    @pytest.mark.parametrize("move", Move)
    def test_a_token_proposes_and_never_decides(self, move: Move) -> None:
        assert code(move, ready_for(move), Person(OTHER, EVERY_ROLE, by_token=True)) == BY_TOKEN.get(move)


class TestGivenAState:
    @pytest.mark.parametrize("relation", RELATIONS)
    @pytest.mark.parametrize("state", State)
    @pytest.mark.parametrize("move", Move)
    def test_a_move_that_it_does_not_know_is_refused_for_its_sake_whoever_asks(
        self, move: Move, state: State, relation: str
    ) -> None:
        seen = replace(ready_for(move, ABOUT), state=state)

        refused = code(move, seen, Person(RELATIONS[relation], EVERY_ROLE))

        if state in FROM[move]:
            assert refused == BY_RELATION[move][list(RELATIONS).index(relation)]
        else:
            assert refused == STATE

    def test_the_words_name_the_states_that_would_do(self) -> None:
        refusal = find_refusal(Move.HOLD, replace(SEEN, state=State.APPLIED), Person(OTHER, EVERY_ROLE), now=NOON)

        assert refusal is not None
        assert refusal.text == (
            "The request is approved, live; this can be done only while it is pending or approved, scheduled."
        )


class TestGivenEnoughApprovals:
    ENOUGH = replace(SEEN, approvals_needed=1)
    ONE = Person(APPROVED, frozenset({Role.APPROVER}))

    def test_who_approved_may_once_more(self) -> None:
        assert code(Move.APPROVE, self.ENOUGH, self.ONE) is None

    def test_it_adds_none(self) -> None:
        assert (self.ENOUGH.given, self.ENOUGH.given_with(APPROVED), self.ENOUGH.given_with(OTHER)) == (1, 1, 2)

    def test_nothing_goes_live_by_it_while_changes_are_frozen(self) -> None:
        frozen = replace(self.ENOUGH, frozen_until=NOON + timedelta(hours=1))

        assert code(Move.APPROVE, frozen, self.ONE) == "frozen"

    def test_without_what_counts_they_have_decided(self) -> None:
        short = replace(self.ENOUGH, approvers=frozenset({APPROVED, OTHER}), powerless=frozenset({OTHER}))

        assert code(Move.APPROVE, replace(short, approvals_needed=2), self.ONE) == "already_decided"


class TestGivenAStaleRequest:
    @pytest.mark.parametrize("move", Move)
    def test_it_is_neither_approved_nor_hurried(self, move: Move) -> None:
        seen = replace(ready_for(move), live_version=7)

        refused = code(move, seen, Person(OTHER, EVERY_ROLE))

        unmoved = BY_RELATION[move][-1]
        assert refused == ("stale" if move in {Move.APPROVE, Move.EMERGENCY} else unmoved)

    def test_one_that_is_not_needs_no_rebase(self) -> None:
        assert code(Move.REBASE, SEEN, Person(OTHER, EVERY_ROLE)) == STATE


class TestGivenAFreeze:
    FROZEN = replace(SEEN, approvals_needed=2, frozen_until=NOON + timedelta(hours=1))
    ONE = Person(OTHER, frozenset({Role.APPROVER}))

    def test_the_approval_that_would_apply_is_refused_and_says_until_when(self) -> None:
        refusal = find_refusal(Move.APPROVE, self.FROZEN, self.ONE, now=NOON)

        assert refusal is not None
        assert (refusal.code, "2026-11-21 13:00 UTC" in refusal.text) == ("frozen", True)

    @pytest.mark.parametrize(
        "seen",
        [
            replace(FROZEN, approvals_needed=3),
            replace(FROZEN, apply_at=NOON + timedelta(hours=2)),
            replace(FROZEN, powerless=frozenset({APPROVED})),
        ],
        ids=["more are needed", "it is for later", "the other approval does not count"],
    )
    def test_one_that_applies_nothing_is_taken(self, seen: Seen) -> None:
        assert code(Move.APPROVE, seen, self.ONE) is None

    def test_without_one_the_approval_that_applies_is_taken(self) -> None:
        seen = replace(self.FROZEN, frozen_until=None)

        assert code(Move.APPROVE, seen, self.ONE) is None

    def test_a_moment_that_has_passed_is_now(self) -> None:
        seen = replace(self.FROZEN, apply_at=NOON)

        assert code(Move.APPROVE, seen, self.ONE) == "frozen"

    def test_an_emergency_is_none_of_its_business(self) -> None:
        assert code(Move.EMERGENCY, self.FROZEN, Person(OTHER, frozenset({Role.ADMIN}))) is None


class TestGivenAnEmergency:
    EMERGENCY = replace(SEEN, state=State.APPLIED, emergency=True)

    @pytest.mark.parametrize("seen", [replace(EMERGENCY, reviewed=True), replace(EMERGENCY, emergency=False)])
    def test_nothing_else_owes_a_review(self, seen: Seen) -> None:
        assert code(Move.ACKNOWLEDGE, seen, Person(OTHER, EVERY_ROLE)) == STATE


class TestGivenAProposal:
    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize(("kind", "wanted"), [("crawlers", Role.EDITOR), ("access", Role.ADMIN)])
    def test_it_is_made_by_the_role_of_its_kind(self, kind: str, wanted: Role, role: Role) -> None:
        refusal = find_proposal_refusal(kind, Person(OTHER, frozenset({role})))

        assert (refusal is None) == (role is wanted)
        assert policy.proposer_role(kind) is wanted
