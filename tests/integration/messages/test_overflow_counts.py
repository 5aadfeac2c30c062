"""What does one process remember of the addresses that send too much?"""

from datetime import timedelta

from tests.fakes import NOON
from webapp.services.messages.inbox import OverflowCounts


class TestGivenTheCountsOfOneProcess:
    def test_nobody_is_full_at_first(self) -> None:
        counts = OverflowCounts()

        full = counts.full("a", NOON)

        assert full is False
        assert counts.due(NOON) == {}

    def test_an_address_is_full_until_the_hour_ends(self) -> None:
        counts = OverflowCounts()
        counts.mark_full("a", NOON)

        full = [counts.full("a", NOON + timedelta(minutes=minutes)) for minutes in (0, 59, 60)]

        assert full == [True, True, False]
        assert not counts.full("b", NOON)

    def test_what_was_counted_is_told_once(self) -> None:
        counts = OverflowCounts()
        counts.mark_full("a", NOON)
        for _ in range(3):
            counts.count("a", NOON)

        told = [counts.due(NOON), counts.due(NOON + timedelta(seconds=10))]

        assert told == [{("a", NOON): 3}, {}]
        assert counts.full("a", NOON)

    def test_it_is_told_every_ten_seconds_at_most(self) -> None:
        counts = OverflowCounts()
        told = []
        for seconds in range(0, 25, 5):
            counts.count("a", NOON)

            told.append(sum(counts.due(NOON + timedelta(seconds=seconds)).values()))

        assert told == [1, 0, 2, 0, 2]

    def test_marking_again_forgets_nothing(self) -> None:
        counts = OverflowCounts()
        counts.count("a", NOON)

        counts.mark_full("a", NOON)

        assert counts.due(NOON) == {("a", NOON): 1}

    def test_the_hour_before_is_told_and_then_forgotten(self) -> None:
        counts = OverflowCounts()
        counts.count("a", NOON)

        told = counts.due(NOON + timedelta(hours=1))

        assert told == {("a", NOON): 1}
        assert not counts.full("a", NOON)
