"""Which moves can a person make with a run, and where do they lead?"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.runs import (
    AFTER_MOVE,
    GOING,
    OPEN,
    PURPOSES,
    STATE_LABELS,
    RunMove,
    RunState,
    after_move,
    time_left,
)

TABLE = {
    RunState.WAITING: {RunMove.PAUSE: RunState.PAUSED, RunMove.CANCEL: RunState.CANCELLED},
    RunState.RUNNING: {RunMove.PAUSE: RunState.PAUSED, RunMove.CANCEL: RunState.CANCELLED},
    RunState.PAUSED: {RunMove.RESUME: RunState.WAITING, RunMove.CANCEL: RunState.CANCELLED},
    RunState.FAILED: {RunMove.RESUME: RunState.WAITING, RunMove.CANCEL: RunState.CANCELLED},
    RunState.CANCELLED: {},
    RunState.DONE: {},
}


class TestGivenEachStateAndMove:
    @pytest.mark.parametrize("state", sorted(RunState))
    @pytest.mark.parametrize("move", sorted(RunMove))
    def test_it_leads_where_the_table_says(self, state: RunState, move: RunMove) -> None:
        reached = after_move(state, move)

        assert reached is TABLE[state].get(move)

    @given(st.lists(st.sampled_from(sorted(RunMove))))
    def test_whatever_is_done_to_it_what_is_over_stays_over(self, moves: list[RunMove]) -> None:
        state, over = RunState.RUNNING, False
        for move in moves:
            state = after_move(state, move) or state

            assert not over or state is RunState.CANCELLED
            over = over or state is RunState.CANCELLED


class TestGivenTheWordsAndSets:
    def test_every_state_and_move_has_its_row(self) -> None:
        assert (set(STATE_LABELS), set(AFTER_MOVE)) == (set(RunState), set(RunMove))

    def test_what_goes_is_not_over(self) -> None:
        assert GOING < OPEN < set(RunState)

    def test_a_run_generates_or_makes_anew(self) -> None:
        assert set(PURPOSES) == {Purpose.GENERATE, Purpose.REGENERATE}


SINCE = NOON - timedelta(minutes=10)


class TestGivenAPace:
    def test_the_rest_takes_as_long_as_what_was_done(self) -> None:
        left = time_left(500, 1_000, SINCE, now=NOON)

        assert left == timedelta(minutes=5)

    def test_nothing_ahead_takes_no_time(self) -> None:
        assert time_left(0, 1_000, SINCE, now=NOON) == time_left(-3, 1_000, SINCE, now=NOON) == timedelta(0)

    @pytest.mark.parametrize(("done", "since"), [(0, SINCE), (-20, SINCE), (20, None), (20, NOON)])
    def test_without_one_nothing_is_known(self, done: int, since: datetime | None) -> None:
        assert time_left(500, done, since, now=NOON) is None
