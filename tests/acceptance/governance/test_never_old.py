"""Is a change ever followed by an older answer, while several processes write and several answer from what they keep?"""

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.acceptance.governance.conftest import DEEP
from tests.databases import REDIS_URL, missing
from tests.factories.governance import make_staff
from tests.factories.programs import make_token
from tests.servers import HOST, Server
from webapp import clock
from webapp.domain.configs.kinds import INSTALLATION
from webapp.services.configs import machine

WORKERS, WRITERS, READERS = 3, 2, 4
CHANGES_EACH = 100 if DEEP else 6
BREATH_S = 0.005
"""Between two rounds of questions: without, the readers would leave the writers no processor."""
PATHS = ("/api/v1/configs/crawlers/-", "/api/v1/configs?kind=crawlers", "/api/v1/configs/crawlers/-/versions?limit=1")


@pytest.fixture(params=["process", "redis"])
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where the processes keep answers."""
    if request.param == "process":
        return {}
    try:
        Redis.from_url(REDIS_URL, socket_connect_timeout=1).ping()
    except RedisError:
        missing("Redis")
    return {"CERTDESK_REDIS_URL": REDIS_URL}


@pytest.fixture
def token(engine: Engine) -> str:
    """A token of a viewer's."""
    with Session(engine, expire_on_commit=False) as session:
        machine.install(session, INSTALLATION, now=clock.now())
        return make_token(session, make_staff(session).viewer)


@pytest.fixture
def server(token: str, database_url: str, settings: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    """Three processes that answer programs."""
    server = Server(database_url, tmp_path / "server.log", WORKERS, settings=settings)
    server.start()
    yield server
    server.kill()


class Told:
    """The newest version that a writer has said to be committed."""

    def __init__(self) -> None:
        self.newest = 0
        self._lock = threading.Lock()

    def follow(self, database_url: str) -> int:
        """Let a process of its own write, and note each version once it says so; give how many there were."""
        command = [sys.executable, "-m", "tests.acceptance.governance.changing", database_url, uuid4().hex[:6]]
        process = subprocess.Popen([*command, str(CHANGES_EACH)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        number = 0
        for line in process.stdout:
            with self._lock:
                self.newest = max(self.newest, int(line))
            number += 1
        process.wait(30)
        return number


def read(server: Server, token: str, told: Told, over: threading.Event) -> list[tuple[int, int]]:
    """Ask again and again until all is written; give what was committed before each question, and what was answered."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
    seen = []
    while not over.wait(BREATH_S):
        for path in PATHS:
            before = told.newest
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            said = json.loads(answer.read())
            assert answer.status == 200, said
            seen.append((before, (said["results"][0] if "results" in said else said)["version"]))
    connection.close()
    return seen


class TestGivenWritersAndReadersAtOnce:
    def test_nobody_is_answered_with_less_than_was_committed(
        self, server: Server, token: str, database_url: str
    ) -> None:
        told, over = Told(), threading.Event()
        with ThreadPoolExecutor(READERS + WRITERS) as pool:
            readers = [pool.submit(read, server, token, told, over) for _ in range(READERS)]
            written = list(pool.map(lambda _: told.follow(database_url), range(WRITERS)))
            over.set()
            seen = [pair for reader in readers for pair in reader.result()]

        assert written == [CHANGES_EACH] * WRITERS
        assert [(before, answered) for before, answered in seen if answered < before] == []
        assert len({answered for _, answered in seen}) > 3
        assert len(seen) > 20
