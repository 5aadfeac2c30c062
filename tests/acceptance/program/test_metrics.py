"""Do several workers tell together what each of them counted, and goes on what one that died had counted?"""

import os
import re
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.servers import HOST, Server
from tests.waiting import wait_until

REQUESTS = 60
WORKERS = 3
LINE = re.compile(r"^(?P<name>[a-z_:]+(?:\{.*\})?) (?P<value>\S+)$", re.MULTILINE)


class TestGivenAServerWithThreeWorkers:
    @pytest.fixture
    def server(self, folder: Path) -> Server:
        """A server over the database."""
        return Server(f"sqlite:///{folder / 'desk.sqlite3'}", folder / "server.log", workers=WORKERS)

    def test_any_of_them_tells_what_all_of_them_counted_and_the_dead_ones(self, server: Server) -> None:
        server.start()
        try:
            send_some(server)
            first = scrape(server)
            killed = server.processes()[-1]
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: killed not in server.processes() and len(server.processes()) == WORKERS)
            send_some(server)
            second = [scrape(server) for _ in range(2 * WORKERS)]
        finally:
            code = server.stop()

        assert count(first) == REQUESTS
        assert {count(numbers) for numbers in second} == {2 * REQUESTS}
        assert second[-1]["certsvc_database_readable"] == 1
        assert second[-1]['certsvc_job_runs_total{job="send-outbox",result="done"}'] > 0
        assert code == 0


def send_some(server: Server) -> None:
    for number in range(REQUESTS):
        assert server.send("GET", f"/certificates/{number:032x}") == 404


def count(numbers: dict[str, float]) -> float:
    return sum(value for name, value in numbers.items() if "_requests_total" in name and "/certificates/<" in name)


def scrape(server: Server) -> dict[str, float]:
    with urllib.request.urlopen(f"http://{HOST}:{server.port}/metrics", timeout=10) as answer:
        return {line["name"]: float(line["value"]) for line in LINE.finditer(answer.read().decode())}
