"""How is a User-Agent kept, and what does one process remember of visits?"""

import threading
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from webapp.models.messages import AGENT_LENGTH
from webapp.services.visits.agents import MOST_AT_ONCE, OTHER, VisitCounts, agent_of

DAY, NEXT_DAY = date(2026, 11, 21), date(2026, 11, 22)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def as_wsgi(text: str) -> str:
    """A header as the server hands it on: a character for each byte."""
    return text.encode().decode("latin-1")


class TestGivenAUserAgent:
    @pytest.mark.parametrize(
        ("header", "kept"),
        [
            ("", ""),
            (FIREFOX, FIREFOX),
            ("edX-downloader/1.2 ", "edX-downloader/1.2 "),
            (as_wsgi("Le Héros des Deux Mondes"), "Le Héros des Deux Mondes"),
            ("Le H\xe9ros", "Le Héros"),
            ("Le Héros ☂", "Le Héros ☂"),
            ("a\tb\x00c\x1bd\x7fe", "a\ufffdb\ufffdc\ufffdd\ufffde"),
            ("a\x85b", "a\ufffdb"),
            (as_wsgi("a\u202eb\u2028c"), "a\ufffdb\ufffdc"),
            ("a\ud800b", "a\ufffdb"),
            ("a" * AGENT_LENGTH, "a" * AGENT_LENGTH),
        ],
    )
    def test_it_is_kept_as_it_came_but_for_what_does_not_print(self, header: str, kept: str) -> None:
        assert agent_of(header) == kept

    def test_a_long_one_is_cut_and_stays_apart_from_others_that_begin_alike(self) -> None:
        begins = "a" * AGENT_LENGTH

        first, second = agent_of(f"{begins}1"), agent_of(f"{begins}2")

        assert len(first) == len(second) == AGENT_LENGTH
        assert first[:480] == second[:480] == begins[:480]
        assert first != second

    @given(some.text(some.characters(), max_size=2 * AGENT_LENGTH))
    def test_any_text_becomes_one_that_fits_and_every_database_can_keep(self, header: str) -> None:
        agent = agent_of(header)

        assert len(agent) <= AGENT_LENGTH
        assert agent.isprintable()
        assert agent.encode().decode() == agent


class TestGivenTheCountsOfOneProcess:
    def test_what_was_counted_is_taken_once(self) -> None:
        counts = VisitCounts()
        for agent in (FIREFOX, "", FIREFOX):
            counts.count(agent, DAY)

        taken = [counts.take(), counts.take()]

        assert taken == [{DAY: {FIREFOX: 2, "": 1}}, {}]

    def test_the_visits_of_a_day_stay_with_it(self) -> None:
        counts = VisitCounts()
        for day in (DAY, NEXT_DAY, NEXT_DAY):
            counts.count(FIREFOX, day)

        assert counts.take() == {DAY: {FIREFOX: 1}, NEXT_DAY: {FIREFOX: 2}}

    def test_what_is_put_back_is_added_to_what_came_meanwhile(self) -> None:
        counts = VisitCounts()
        counts.count(FIREFOX, DAY)
        untold = counts.take()
        counts.count(FIREFOX, DAY)
        counts.count("", DAY)

        counts.put_back(untold)

        assert counts.take() == {DAY: {FIREFOX: 2, "": 1}}

    def test_threads_lose_none_of_each_other(self) -> None:
        counts, together = VisitCounts(), threading.Barrier(8)
        taken = []

        def visit() -> None:
            together.wait(10)
            for number in range(500):
                counts.count(FIREFOX, DAY)
                if number % 50 == 0:
                    taken.append(counts.take())

        threads = [threading.Thread(target=visit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sum(part[DAY][FIREFOX] for part in [*taken, counts.take()] if part) == 8 * 500


class TestGivenAFloodOfAgents:
    def test_those_beyond_the_bound_count_together(self) -> None:
        counts = VisitCounts()
        for number in range(MOST_AT_ONCE + 7):
            counts.count(f"bot/{number}", DAY)
        counts.count("bot/0", DAY)

        of_day = counts.take()[DAY]

        assert len(of_day) == MOST_AT_ONCE + 1
        assert (of_day["bot/0"], of_day[f"bot/{MOST_AT_ONCE - 1}"], of_day[OTHER]) == (2, 1, 7)

    def test_a_failing_database_makes_them_no_more(self) -> None:
        counts = VisitCounts()
        for turn in range(5):
            for number in range(MOST_AT_ONCE):
                counts.count(f"bot/{turn}/{number}", DAY)
            counts.put_back(counts.take())

        of_day = counts.take()[DAY]

        assert len(of_day) == MOST_AT_ONCE + 1
        assert sum(of_day.values()) == 5 * MOST_AT_ONCE
        assert of_day["bot/0/0"] == 1
