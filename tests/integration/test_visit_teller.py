"""Does the database hear of every visit, whether it answers, fails for a while, or the process ends?"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.fakes import NOON
from tests.waiting import seeing_writers_wait, wait_until
from webapp.models.base import db
from webapp.services.visits.agents import recent_agents
from webapp.tasks.visits import VisitTeller

SOON, NEVER = timedelta(milliseconds=20), timedelta(hours=1)


def told(session: Session) -> dict[str, int]:
    """What the database knows."""
    session.rollback()
    return recent_agents(session, NOON)


@contextmanager
def no_table(app: Flask) -> Iterator[None]:
    """A database that cannot add visits."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE user_agent_count RENAME TO away"))
    try:
        yield
    finally:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO user_agent_count"))


class TestGivenVisits:
    def test_they_are_told_before_long(self, app: Flask, session: Session) -> None:
        teller = VisitTeller(app, SOON)

        for _ in range(3):
            teller.count("curl/8", NOON)

        wait_until(lambda: told(session) == {"curl/8": 3})
        teller.stop()

    def test_they_are_told_by_one_thread_at_its_time(self, app: Flask, session: Session) -> None:
        teller = VisitTeller(app, NEVER)
        teller.count("curl/8", NOON)

        early = told(session)
        teller.tell()

        assert early == {}
        assert told(session) == {"curl/8": 1}
        teller.stop()

    def test_at_the_end_the_rest_is_told_at_once(self, app: Flask, session: Session) -> None:
        teller = VisitTeller(app, NEVER)
        teller.count("curl/8", NOON)
        begun = time.monotonic()

        teller.stop()

        assert time.monotonic() - begun < 5
        assert told(session) == {"curl/8": 1}

    def test_what_comes_after_the_end_is_told_too(self, app: Flask, session: Session) -> None:
        teller = VisitTeller(app, NEVER)
        teller.stop()
        teller.count("curl/8", NOON)
        teller.stop()

        teller.count("curl/8", NOON)
        teller.stop()

        assert told(session) == {"curl/8": 2}

    def test_without_any_nothing_is_written(self, app: Flask, session: Session) -> None:
        with no_table(app), capture_logs() as logs:
            VisitTeller(app, NEVER).tell()

        assert logs == []


class TestGivenADatabaseThatFails:
    @pytest.fixture
    def teller(self, app: Flask) -> Iterator[VisitTeller]:
        """A teller that tells when it is told to."""
        teller = VisitTeller(app, NEVER)
        yield teller
        teller.stop()

    def test_nothing_is_lost_and_no_agent_logged(self, app: Flask, session: Session, teller: VisitTeller) -> None:
        with no_table(app), capture_logs() as logs:
            for _ in range(2):
                teller.count("curl/8", NOON)
                teller.tell()

        teller.count("curl/8", NOON)
        teller.tell()

        assert told(session) == {"curl/8": 3}
        assert [entry["event"] for entry in logs] == ["visits.not_told"] * 2
        assert "curl/8" not in str(logs)

    def test_a_visit_does_not_wait_for_it(self, app: Flask, session: Session, teller: VisitTeller) -> None:
        with app.app_context(), db.engine.execution_options(writes=True).begin() as writer:
            writer.execute(text("DELETE FROM user_agent_count"))
            if writer.dialect.name == "postgresql":
                writer.execute(text("LOCK TABLE user_agent_count"))
            busy = VisitTeller(app, SOON)
            with seeing_writers_wait(app) as waits:
                busy.count("curl/8", NOON)
                wait_until(waits)

            for _ in range(100):
                busy.count("curl/8", NOON)  # would never come back: the table is ours until this block ends
        busy.stop()
        assert told(session) == {"curl/8": 101}
