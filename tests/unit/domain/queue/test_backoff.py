"""When is something tried again, and when is it given up (decision 39)?"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.fakes import NOON
from webapp.domain.queue.backoff import (
    FEWEST_TRIES,
    FOUND_WITHIN,
    GIVEN_UP_AFTER,
    LONGEST,
    is_last_word,
    last_word,
    wait_after,
)

CHANCES = some.floats(0, 1)
TRIES = some.integers(1, 10_000)
DOUBLING_S = [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]


class TestGivenSoManyTries:
    @pytest.mark.parametrize(("tries", "seconds"), list(enumerate(DOUBLING_S, 1)))
    def test_with_the_time_until_it_is_found_the_longest_wait_doubles_up_to_ten_minutes(
        self, tries: int, seconds: int
    ) -> None:
        assert wait_after(tries, 1) + FOUND_WITHIN == timedelta(seconds=seconds)

    @pytest.mark.parametrize("tries", range(1, 11))
    def test_the_shortest_is_half_of_it(self, tries: int) -> None:
        assert wait_after(tries, 0) == wait_after(tries, 1) / 2

    @given(TRIES, CHANCES)
    def test_it_is_never_at_once_nor_longer_than_ten_minutes(self, tries: int, chance: float) -> None:
        assert timedelta(seconds=1) <= wait_after(tries, chance) <= LONGEST

    @given(TRIES, CHANCES)
    def test_one_more_try_waits_no_shorter(self, tries: int, chance: float) -> None:
        assert wait_after(tries, chance) <= wait_after(tries + 1, chance)

    @given(TRIES, CHANCES, CHANCES)
    def test_chance_sets_those_apart_that_began_together(self, tries: int, one: float, other: float) -> None:
        assert (wait_after(tries, one) <= wait_after(tries, other)) is (
            one <= other or wait_after(tries, one) == wait_after(tries, other)
        )

    @pytest.mark.parametrize(("chance", "tries"), [(0, 79), (1, 43)])
    def test_in_six_hours_there_is_room_for_some_dozens(self, chance: float, tries: int) -> None:
        waited, count = timedelta(0), 0
        while waited < GIVEN_UP_AFTER:
            count += 1
            waited += wait_after(count, chance)

        assert count == tries


class TestGivenAnAge:
    @pytest.mark.parametrize(
        ("age", "tries", "over"),
        [
            (timedelta(0), 99, False),
            (timedelta(hours=6) - timedelta(microseconds=1), 99, False),
            (timedelta(hours=6), 99, True),
            (timedelta(hours=6), 8, True),
            (timedelta(hours=6), 7, False),
            (timedelta(days=9), 8, True),
            (timedelta(days=9), 1, False),
            (timedelta(seconds=-1), 99, False),
        ],
    )
    def test_six_hours_are_enough_where_it_was_tried_eight_times(
        self, age: timedelta, tries: int, *, over: bool
    ) -> None:
        assert bool(last_word("no disk", NOON - age, NOON, tries=tries)) is over

    def test_so_often_it_is_tried_until_the_wait_is_the_longest(self) -> None:
        assert wait_after(FEWEST_TRIES - 1, 1) < wait_after(FEWEST_TRIES, 1) == wait_after(FEWEST_TRIES + 1, 1)

    def test_the_last_word_says_what_was_not_done_for_how_long_and_why(self) -> None:
        begun = NOON - GIVEN_UP_AFTER

        said = [last_word("no disk", begun, NOON, tries=FEWEST_TRIES, undone=undone) for undone in ("sent", "issued")]

        assert said == ["Not sent within six hours: no disk", "Not issued within six hours: no disk"]

    def test_it_is_known_again_by_its_beginning(self) -> None:
        word = last_word("no disk", NOON - GIVEN_UP_AFTER, NOON, tries=FEWEST_TRIES)

        assert [is_last_word(text) for text in (word, "no disk", f"(x) {word}", "")] == [True, False, False, False]

    def test_they_are_six(self) -> None:
        assert timedelta(hours=6) == GIVEN_UP_AFTER
