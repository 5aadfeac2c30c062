"""Is each move possible just where the approvals note §3.2 says?"""

import pytest

from webapp.domain.approval.states import ANY, FROM, LABELS, LEADS_TO, OPEN, Move, State

CLOSED = ANY - OPEN
PENDING, ON_HOLD, SCHEDULED, APPLIED = State.PENDING, State.ON_HOLD, State.SCHEDULED, State.APPLIED

TABLE = {
    Move.EDIT: ({PENDING, ON_HOLD, SCHEDULED}, PENDING),
    Move.REBASE: ({PENDING, ON_HOLD, SCHEDULED}, PENDING),
    Move.APPROVE: ({PENDING}, None),
    Move.HOLD: ({PENDING, SCHEDULED}, ON_HOLD),
    Move.RESUME: ({ON_HOLD}, PENDING),
    Move.REJECT: ({PENDING, ON_HOLD, SCHEDULED}, State.REJECTED),
    Move.WITHDRAW: ({PENDING, ON_HOLD, SCHEDULED}, State.WITHDRAWN),
    Move.TAKE_BACK: ({PENDING, SCHEDULED}, PENDING),
    Move.EMERGENCY: ({PENDING, ON_HOLD}, None),
    Move.REVERT: ({APPLIED}, None),
    Move.ACKNOWLEDGE: ({APPLIED}, None),
    Move.COMMENT: (set(State), None),
}


class TestGivenTheMoves:
    @pytest.mark.parametrize("move", Move)
    def test_each_begins_and_leads_where_the_note_says(self, move: Move) -> None:
        assert (set(FROM[move]), LEADS_TO.get(move)) == TABLE[move]

    @pytest.mark.parametrize("state", sorted(CLOSED))
    def test_none_leads_out_of_a_closed_state(self, state: State) -> None:
        assert {move for move in LEADS_TO if state in FROM[move]} == set()

    @pytest.mark.parametrize("state", sorted(OPEN))
    def test_every_open_state_has_a_way_out(self, state: State) -> None:
        assert {LEADS_TO.get(move) for move in Move if state in FROM[move]} >= {State.REJECTED, State.WITHDRAWN}

    def test_everybody_can_read_every_state(self) -> None:
        assert set(LABELS) == set(State)
