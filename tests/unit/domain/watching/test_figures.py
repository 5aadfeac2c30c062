"""What do figures of days say together?"""

from datetime import date, timedelta

import pytest

from tests.fakes import NOON
from webapp.domain.watching.figures import DAYS, WAITS, WITHIN, Age, Wait, age_of, by_day, first_day, sums, within

TODAY = NOON.date()


class TestGivenWhatWasCounted:
    def test_every_day_of_four_weeks_is_there_and_no_other(self) -> None:
        counted = [(TODAY, "first", 2), (TODAY, "anew", 1), (TODAY - timedelta(days=DAYS), "first", 9)]

        days = by_day(counted, NOON)

        assert [days[0].day, days[-1].day, len(days)] == [first_day(NOON), TODAY, 28]
        assert (dict(days[-1].numbers), days[-1].total) == ({"first": 2, "anew": 1}, 3)
        assert sum(day.total for day in days) == 3

    def test_parts_are_added_up_and_one_that_had_none_is_left_out(self) -> None:
        counted = [(TODAY, "first", 2), (TODAY, "first", 3), (date(2026, 11, 1), "first", 4), (TODAY, "anew", 0)]

        assert sums(by_day(counted, NOON)) == {"first": 9}


class TestGivenHowLongCertificatesTook:
    @pytest.mark.parametrize(
        ("waits", "half", "most"),
        [
            ({}, None, None),
            ({Wait.HOUR: 1}, Wait.HOUR, Wait.HOUR),
            ({Wait.MINUTE: 5, Wait.FIVE_MINUTES: 4, Wait.LONGER: 1}, Wait.MINUTE, Wait.FIVE_MINUTES),
            ({Wait.MINUTE: 4, Wait.FIVE_MINUTES: 4, Wait.LONGER: 2}, Wait.FIVE_MINUTES, Wait.LONGER),
        ],
    )
    def test_it_says_within_which_time_a_share_was_there(
        self, waits: dict[Wait, int], half: Wait | None, most: Wait | None
    ) -> None:
        counted = {wait.value: number for wait, number in waits.items()}

        assert (within(counted, 0.5), within(counted, 0.9)) == (half, most)

    def test_every_time_but_the_last_has_an_end_and_a_word_for_it(self) -> None:
        assert [wait for wait, _ in WAITS] == list(WITHIN) == [wait for wait in Wait if wait is not Wait.LONGER]


class TestGivenAChange:
    @pytest.mark.parametrize(
        ("hours", "age"), [(0, Age.DAY), (23, Age.DAY), (24, Age.THREE_DAYS), (72, Age.WEEK), (168, Age.OLDER)]
    )
    def test_its_age_is_told_in_steps(self, hours: int, age: Age) -> None:
        assert age_of(NOON - timedelta(hours=hours), NOON) is age
