"""Is it said in plain words about how long a run still takes, and nothing where nobody knows?"""

from datetime import timedelta

import pytest

from tests.fakes import NOON
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.runs import RunState
from webapp.models.certificates import GenerationRun
from webapp.web.runs import words


def a_run(*, state: RunState = RunState.RUNNING, done: int, resumed_at: int = 0, for_s: float = 60) -> GenerationRun:
    """Give a run over 10,000 that has gone on for so many seconds since it began, or was resumed with so many done."""
    run = GenerationRun(purpose=Purpose.GENERATE, state=state, done=done, total=10_000)
    run.paced_since, run.paced_from = NOON - timedelta(seconds=for_s), resumed_at
    return run


class TestGivenARunThatGoesOn:
    @pytest.mark.parametrize(
        ("done", "said"),
        [
            (9_990, "less than a minute left"),
            (5_000, "about 1 minute left"),
            (2_500, "about 3 minutes left"),
            (100, "about 2 hours left"),
            (9, "about 19 hours left"),
        ],
    )
    def test_the_rest_is_told_from_the_pace_so_far(self, done: int, said: str) -> None:
        assert words.left_of(a_run(done=done), NOON) == said

    def test_resumed_the_time_that_it_rested_does_not_count(self) -> None:
        assert words.left_of(a_run(done=6_000, resumed_at=5_000), NOON) == "about 4 minutes left"

    def test_before_its_first_step_after_that_nothing_is_told(self) -> None:
        assert words.left_of(a_run(done=5_000, resumed_at=5_000), NOON) == ""


class TestGivenARunThatDoesNot:
    @pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.RUNNING}))
    def test_nothing_is_told(self, state: RunState) -> None:
        assert words.left_of(a_run(state=state, done=5_000), NOON) == ""
