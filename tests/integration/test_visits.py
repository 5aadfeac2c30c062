"""Are visits added up by day and User-Agent, whoever adds at the same moment, and forgotten in time?"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.messages import make_agent_count
from tests.fakes import NOON
from webapp.models.base import unit_of_work
from webapp.models.messages import UserAgentCount
from webapp.services.visits import agents
from webapp.services.visits.agents import MOST_A_DAY, MOST_LISTED, OTHER

TODAY = NOON.date()
FIRST_DAY = TODAY - timedelta(days=7)
AT_ONCE, TIMES = 6, 15


def kept(session: Session) -> dict[tuple[int, str], int]:
    """The rows: visits by how many days ago they were and agent."""
    session.rollback()
    return {((TODAY - row.day).days, row.agent): row.visits for row in session.scalars(select(UserAgentCount))}


class TestGivenVisitsToBeAdded:
    def test_they_are_added_to_those_of_the_day(self, app: Flask, session: Session) -> None:
        make_agent_count(session, "curl/8", 5, day=TODAY)
        make_agent_count(session, "curl/8", 7, day=TODAY - timedelta(days=1))
        session.commit()

        with app.app_context(), unit_of_work() as own:
            agents.add(own, {"curl/8": 2, "Curl/8": 1, "": 3, "Le Héros ☂": 1}, TODAY)

        assert kept(session) == {
            (0, "curl/8"): 7,
            (0, "Curl/8"): 1,
            (0, ""): 3,
            (0, "Le Héros ☂"): 1,
            (1, "curl/8"): 7,
        }

    def test_none_are_none(self, session: Session) -> None:
        agents.add(session, {}, TODAY)

        assert kept(session) == {}

    def test_the_longest_agents_fit_into_the_index(self, session: Session) -> None:
        longest = ["\U0001f9ed" * 500, "a" * 500]

        agents.add(session, dict.fromkeys(longest, 1), TODAY)
        session.commit()

        assert sorted(agent for _, agent in kept(session)) == sorted(longest)


class TestGivenManyThatAddAtOnce:
    def test_no_visit_is_lost(self, app: Flask, session: Session) -> None:
        together = threading.Barrier(AT_ONCE)
        bots = [f"bot/{number}" for number in range(10)]

        def tell(number: int) -> None:
            together.wait(30)
            for turn in range(TIMES):
                order = bots[(number + turn) % 10 :] + bots[: (number + turn) % 10]
                with app.app_context(), unit_of_work() as own:
                    agents.add(own, dict.fromkeys(order, 1), TODAY)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(tell, range(AT_ONCE)))

        assert kept(session) == {(0, bot): AT_ONCE * TIMES for bot in bots}

    def test_a_flood_from_all_of_them_stays_within_the_bound(self, app: Flask, session: Session) -> None:
        together = threading.Barrier(AT_ONCE)

        def tell(number: int) -> None:
            together.wait(30)
            with app.app_context(), unit_of_work() as own:
                agents.add(own, {f"bot/{number}/{agent}": 1 for agent in range(500)}, TODAY)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(tell, range(AT_ONCE)))

        rows = kept(session)
        assert len(rows) == MOST_A_DAY + 1
        assert sum(rows.values()) == AT_ONCE * 500
        assert rows[0, OTHER] == AT_ONCE * 500 - MOST_A_DAY


class TestGivenADayThatIsNearlyFull:
    @pytest.fixture(autouse=True)
    def _nearly_full(self, session: Session) -> None:
        session.add_all(UserAgentCount(day=TODAY, agent=f"bot/{n}", visits=1) for n in range(MOST_A_DAY - 2))
        session.commit()

    def test_the_most_frequent_get_what_room_there_is(self, session: Session) -> None:
        agents.add(session, {"bot/0": 1, "rare": 1, "often": 9, "seldom": 2, "once": 1, OTHER: 4}, TODAY)
        session.commit()

        rows = kept(session)
        assert [rows.get((0, agent)) for agent in ("bot/0", "often", "seldom", "rare", "once", OTHER)] == [
            2, 9, 2, None, None, 6,
        ]  # fmt: skip

    def test_another_day_has_room_of_its_own(self, session: Session) -> None:
        agents.add(session, {"a": 1, "b": 1, "c": 1}, TODAY - timedelta(days=1))
        session.commit()

        assert {agent for days_ago, agent in kept(session) if days_ago == 1} == {"a", "b", "c"}


class TestGivenTheCountsOfSomeDays:
    def test_the_eight_days_up_to_now_are_added_up_most_frequent_first(self, session: Session) -> None:
        for days_ago in (0, 7, 8):
            make_agent_count(session, "curl/8", 4, day=TODAY - timedelta(days=days_ago))
        make_agent_count(session, "Firefox", 9, day=FIRST_DAY)
        make_agent_count(session, "b", 1)
        make_agent_count(session, "B", 1)

        found = agents.recent_agents(session, NOON)

        assert list(found.items()) == [("Firefox", 9), ("curl/8", 8), ("B", 1), ("b", 1)]

    def test_before_the_first_visit_there_are_none(self, session: Session) -> None:
        assert agents.recent_agents(session, NOON) == {}

    def test_more_than_are_listed_are_told_together(self, session: Session) -> None:
        session.add_all(UserAgentCount(day=TODAY, agent=f"bot/{n}", visits=n + 1) for n in range(MOST_LISTED + 3))
        make_agent_count(session, OTHER, 1)

        found = agents.recent_agents(session, NOON)

        assert len(found) == MOST_LISTED + 1
        assert next(iter(found)) == f"bot/{MOST_LISTED + 2}"
        assert found[OTHER] == 1 + 1 + 2 + 3
        assert sum(found.values()) == session.scalar(select(func.sum(UserAgentCount.visits)))

    def test_those_told_together_stand_at_their_place(self, session: Session) -> None:
        make_agent_count(session, OTHER, 5)
        make_agent_count(session, "a", 6)
        make_agent_count(session, "b", 4)

        assert list(agents.recent_agents(session, NOON)) == ["a", OTHER, "b"]

    def test_those_of_older_days_are_purged(self, session: Session) -> None:
        for days_ago in (0, 7, 8, 9, 30):
            make_agent_count(session, "curl/8", day=TODAY - timedelta(days=days_ago))

        number = agents.purge(session, now=NOON)
        session.commit()

        assert number == 3
        assert Counter(days_ago for days_ago, _ in kept(session)) == {0: 1, 7: 1}
