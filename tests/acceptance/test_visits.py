"""Is every visit in the table once the server was stopped in good order, whichever server it is?"""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.servers import HOST, Server
from webapp import clock
from webapp.services.visits.agents import recent_agents

PAGE = f"/certificates/{'9' * 32}"
AGENTS = ("Mozilla/5.0", "edX-downloader/1.2", "curl/8")
VISITS = 60


class UnderGunicorn(Server):
    """The application as others serve it."""

    @property
    def command(self) -> list[str]:
        """What starts it."""
        words = (
            "--bind",
            f"{HOST}:{self.port}",
            "--workers",
            str(self.workers),
            "--threads",
            "4",
            "webapp:create_app()",
        )
        return [sys.executable, "-m", "gunicorn", *words]


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own."""
    with databases.own(request.param) as database:
        yield database.url


def told(database_url: str) -> dict[str, int]:
    """What the table says."""
    engine = create_engine(database_url)
    with Session(engine) as session:
        found = recent_agents(session, clock.now())
    engine.dispose()
    return found


def visit(server: Server, number: int) -> int:
    return server.send("GET", PAGE, agent=AGENTS[number % len(AGENTS)])


class TestGivenAServerWithTwoWorkers:
    @pytest.fixture(params=[Server, UnderGunicorn])
    def server(self, request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Server]:
        """A server that is running."""
        server: Server = request.param(database_url, tmp_path / "server.log")
        server.start()
        yield server
        server.kill()

    def test_sigterm_loses_no_visit(self, server: Server, database_url: str) -> None:
        with ThreadPoolExecutor(6) as pool:
            statuses = set(pool.map(lambda number: visit(server, number), range(VISITS)))

        code = server.stop()

        assert (statuses, code) == ({404}, 0)
        assert told(database_url) == dict.fromkeys(sorted(AGENTS), VISITS // len(AGENTS))
        assert [agent for agent in AGENTS if agent in server.log.read_text()] == []
