"""Is every visit in the table once the server was stopped in good order, whichever server it is?"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.factories.candidates import make_run
from tests.integration.public.pages import PAGE as CERTIFICATE
from tests.integration.public.pages import make_issued
from tests.servers import HOST, Server
from webapp import clock
from webapp.domain.tracking import EVIDENCE_VISITED
from webapp.models.certificates import EvidenceCount
from webapp.models.messages import Outbox
from webapp.services.visits.agents import recent_agents

PAGE = f"/certificates/{'9' * 32}"
AGENTS = ("Mozilla/5.0", "edX-downloader/1.2", "curl/8")
VISITS = 60


class UnderGunicorn(Server):
    """The application as others serve it."""

    def launch(self, environ: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start it."""
        words = (
            "--bind",
            f"{HOST}:{self.port}",
            "--workers",
            str(self.workers),
            "--threads",
            "4",
            "webapp:create_app()",
        )
        command = [sys.executable, "-m", "gunicorn", *words]
        return subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own, with a certificate."""
    with databases.own(request.param) as database:
        engine = create_engine(database.url)
        with Session(engine) as session:
            make_run(session)
            make_issued(session)
            session.commit()
        engine.dispose()
        yield database.url


def told(database_url: str) -> dict[str, int]:
    """What the table says."""
    engine = create_engine(database_url)
    with Session(engine) as session:
        found = recent_agents(session, clock.now())
    engine.dispose()
    return found


def evidence(database_url: str) -> tuple[int, int]:
    """How many visits of certificates are counted, and how many of them wait to be told one by one."""
    engine = create_engine(database_url)
    with Session(engine) as session:
        visits = session.scalar(select(func.sum(EvidenceCount.visits)))
        payloads = session.scalars(select(Outbox.payload).where(Outbox.channel == "tracking")).all()
    engine.dispose()
    return visits or 0, len([one for one in payloads if one["name"] == EVIDENCE_VISITED])


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

    def test_nor_one_of_a_certificate(self, server: Server, database_url: str) -> None:
        with ThreadPoolExecutor(6) as pool:
            statuses = set(pool.map(lambda _: server.send("GET", CERTIFICATE), range(VISITS)))

        code = server.stop()

        assert (statuses, code) == ({200}, 0)
        assert evidence(database_url) == (VISITS, VISITS)
