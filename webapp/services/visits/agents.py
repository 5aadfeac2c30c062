"""How often did each User-Agent visit the public pages in the last days (decision 41)?

Whoever sends a new User-Agent with every request must not fill memory or table. So at most MOST_AT_ONCE (500) are told
apart by one process between two tellings, ten seconds, and at most MOST_A_DAY (2,000) in the table for one day; a visit
of any further one counts for OTHER, "(other)": there a visitor who calls itself that counts, too.
"""

import threading
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.models.messages import AGENT_LENGTH, UserAgentCount

OTHER = "(other)"
MOST_AT_ONCE = 500
MOST_A_DAY = 2_000
MOST_LISTED = 1_000
DAYS = 8
"""Today and the seven days before."""
MARK_LENGTH = 12
VISITS_LOCK = 7_242_011

Untold = dict[date, dict[str, int]]
"""Visits by day (UTC) and User-Agent that the database does not know of yet."""


def text_of(header: str) -> str:
    """Give a header as its sender wrote it, from what WSGI has, which is a character for each byte: as UTF-8 where it is that."""
    return header if header.isascii() else _decoded(header)


def agent_of(header: str) -> str:
    """Give a User-Agent as it is counted, from the header as WSGI has it.

    What does not print, control characters above all, becomes U+FFFD. One that is
    longer than 500 characters is cut, and ends in a mark that tells it from others that begin alike.
    """
    agent = text_of(header)
    if len(agent) > AGENT_LENGTH:
        mark = sha256(agent.encode(errors="replace")).hexdigest()[:MARK_LENGTH]
        agent = f"{agent[: AGENT_LENGTH - MARK_LENGTH - 3]}...{mark}"
    if agent.isprintable():
        return agent
    return "".join(character if character.isprintable() else "\ufffd" for character in agent)


class VisitCounts:
    """Visits that this process has counted and not told the database yet; several threads count at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._visits: dict[tuple[date, str], int] = {}

    def count(self, agent: str, day: date) -> None:
        """Count one more visit; of 500 agents by name, of any further one as OTHER."""
        with self._lock:
            self._add(day, agent, 1)

    def take(self) -> Untold:
        """Give what was counted, and begin anew."""
        with self._lock:
            taken, self._visits = self._visits, {}
        untold: Untold = {}
        for (day, agent), visits in taken.items():
            untold.setdefault(day, {})[agent] = visits
        return untold

    def put_back(self, untold: Untold) -> None:
        """Count again what was taken and could not be told; within the same bounds, no visit is lost."""
        with self._lock:
            newer, self._visits = self._visits, {}
            for day, counts in untold.items():
                for agent, visits in counts.items():
                    self._add(day, agent, visits)
            for (day, agent), visits in newer.items():
                self._add(day, agent, visits)

    def _add(self, day: date, agent: str, visits: int) -> None:
        source = (day, agent)
        if source not in self._visits and len(self._visits) >= MOST_AT_ONCE:
            source = (day, OTHER)
        self._visits[source] = self._visits.get(source, 0) + visits


def add(session: Session, counts: Mapping[str, int], day: date) -> None:
    """Add visits of a day, by User-Agent as `agent_of` gives it, to those that are there, whoever else adds meanwhile.

    Once 2,000 agents have a row for the day, any further one counts for OTHER; of new ones the most frequent come first.
    """
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    if on_postgresql:  # one at a time, so that the bound holds and two never wait for each other; SQLite is so anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": VISITS_LOCK})
    rows = [{"day": day, "agent": agent, "visits": visits} for agent, visits in _bounded(session, counts, day).items()]
    row = (postgresql if on_postgresql else sqlite).insert(UserAgentCount)
    added = {"visits": UserAgentCount.visits + row.excluded.visits}
    if rows:
        session.execute(row.on_conflict_do_update(index_elements=["day", "agent"], set_=added), rows)


def recent_agents(session: Session, now: datetime) -> dict[str, int]:
    """Give the visits of each User-Agent in the eight days up to now, the most frequent first.

    1,000 agents at most; the visits of all others are in OTHER, so that the values always add up to every visit.
    """
    visits = func.sum(UserAgentCount.visits)
    of_agents = (
        select(UserAgentCount.agent, visits, func.sum(visits).over())
        .where(UserAgentCount.day >= _first_day(now))
        .group_by(UserAgentCount.agent)
        .order_by(visits.desc(), UserAgentCount.agent)
        .limit(MOST_LISTED)
    )
    rows = session.execute(of_agents).all()
    found = {agent: int(number) for agent, number, _ in rows}
    unlisted = int(rows[0][2]) - sum(found.values()) if rows else 0
    if unlisted:
        found[OTHER] = found.get(OTHER, 0) + unlisted
    return dict(sorted(found.items(), key=_most_frequent_first))


def purge(session: Session, *, now: datetime) -> int:
    """Delete the counts of days that are over for longer than is looked at, and give how many rows that were."""
    over = delete(UserAgentCount).where(UserAgentCount.day < _first_day(now)).returning(UserAgentCount.id)
    return len(session.scalars(over).all())


def _bounded(session: Session, counts: Mapping[str, int], day: date) -> dict[str, int]:
    """Give the counts with those that find no room any more put together."""
    of_day = UserAgentCount.day == day
    known = {OTHER, *session.scalars(select(UserAgentCount.agent).where(of_day, UserAgentCount.agent.in_(counts)))}
    taken = session.scalar(select(func.count()).where(of_day, UserAgentCount.agent != OTHER)) or 0
    new = sorted(((agent, visits) for agent, visits in counts.items() if agent not in known), key=_most_frequent_first)
    without_room = new[max(0, MOST_A_DAY - taken) :]
    bounded = dict(counts)
    for agent, visits in without_room:
        del bounded[agent]
        bounded[OTHER] = bounded.get(OTHER, 0) + visits
    return bounded


def _decoded(header: str) -> str:
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _first_day(now: datetime) -> date:
    return now.date() - timedelta(days=DAYS - 1)


def _most_frequent_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
