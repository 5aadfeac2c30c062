"""Is a page of certificates that a process has kept ever sent once somebody else, anywhere, has committed a change (record 33)?"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, create_engine, update
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.governance import make_staff
from tests.factories.programs import make_token
from tests.servers import HOST, Server, serving
from tests.waiting import wait_until
from webapp.models.certificates import GeneratedCertificate

PAGE = "/api/v1/certificates?limit=10"
READERS, CHANGES = 4, 60
BETWEEN_S = 0.02
"""So long nobody writes, and what a process kept may be sent."""


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    """A database with one certificate, whose grade is 0."""
    with databases.own(request.param) as database:
        engine = create_engine(database.url)
        with Session(engine) as session:
            make_certificate(session, "ada", DEMO_COURSE)
            session.execute(update(GeneratedCertificate).values(grade="0"))
            session.commit()
        yield engine.execution_options(writes=True)
        engine.dispose()


@pytest.fixture
def token(engine: Engine) -> str:
    """A token of a viewer's."""
    with Session(engine) as session:
        return make_token(session, make_staff(session).viewer)


@pytest.fixture
def server(engine: Engine, token: str, tmp_path: Path) -> Iterator[Server]:
    """Two processes that answer programs."""
    with serving(engine.url.render_as_string(hide_password=False), tmp_path / "server.log") as server:
        yield server


class Committed:
    """The newest grade that is known to be committed."""

    grade = 0

    def write(self, engine: Engine, over: threading.Event) -> None:
        """Change the grade again and again, with a while between in which nobody writes."""
        for grade in range(1, CHANGES + 1):
            with Session(engine) as session, session.begin():
                session.execute(update(GeneratedCertificate).values(grade=str(grade)))
            self.grade = grade
            over.wait(BETWEEN_S)
        over.set()


def read(server: Server, token: str, committed: Committed, over: threading.Event) -> list[tuple[int, int]]:
    """Ask until all is written, in turn with the tag and without; give what was committed before, and what was told."""
    told: list[tuple[int, int]] = []
    headers = {"Authorization": f"Bearer {token}"}
    tag, grade = "", 0
    with httpx.Client(base_url=f"http://{HOST}:{server.port}", headers=headers, trust_env=False) as program:
        while not over.is_set():
            before = committed.grade
            answer = program.get(PAGE, headers={"If-None-Match": tag} if len(told) % 2 else {})
            assert answer.status_code in (200, 304), answer.text
            if answer.status_code == 200:
                tag, grade = answer.headers["ETag"], int(answer.json()["results"][0]["grade"])
            told.append((before, grade))
    return told


def sent_again(server: Server) -> bool:
    """Say whether a process has told that it sent a page which it had kept."""
    told = httpx.get(f"http://{HOST}:{server.port}/metrics", trust_env=False).text
    return 'cache_lookups_total{cache="unchanged",result="hit"}' in told


class TestGivenAWriterAndReadersOfSeveralProcesses:
    def test_nobody_is_told_less_than_was_committed(self, engine: Engine, server: Server, token: str) -> None:
        committed, over = Committed(), threading.Event()
        with ThreadPoolExecutor(READERS + 1) as pool:
            readers = [pool.submit(read, server, token, committed, over) for _ in range(READERS)]
            pool.submit(committed.write, engine, over).result()
            told = [pair for reader in readers for pair in reader.result()]

        assert [(before, grade) for before, grade in told if grade < before] == []
        assert len({grade for _, grade in told}) > 3
        if engine.dialect.name == "postgresql":
            wait_until(lambda: sent_again(server))  # processes tell every five seconds what they found
        else:
            assert not sent_again(server)
