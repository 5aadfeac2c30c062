"""Is no request lost when a server with several workers stops behind a load balancer?"""

import http.client
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers import HOST, STOPS_WITHIN_S, Server
from tests.waiting import wait_until

SENDERS = 6
PAUSE_S = 0.05  # between two requests a connection that is kept open lies idle, as a proxy's does
LOOKS_EVERY_S = 0.2  # a load balancer asks by the clock, too
BODY = urlencode({"xqueue_header": '{"lms_key": "k"}', "xqueue_body": "{}"})


class Balancer:
    """Passes requests on over connections that it keeps open, for as long as the server says that it is ready."""

    def __init__(self, server: Server) -> None:
        """Stand in front of the server."""
        self._server = server
        self.ready = True
        self.answers: Counter[int | str] = Counter()
        self.readiness: list[int] = []
        self._lock = threading.Lock()

    def look(self) -> None:
        """Ask now and then whether the server is ready, until it is not."""
        while self.ready:
            self.readiness.append(self._server.send("GET", "/readyz"))
            self.ready = self.readiness[-1] == 200
            time.sleep(LOOKS_EVERY_S)

    def pass_on(self) -> None:
        """Send one request after another, over one connection while the server leaves it open."""
        with closing(http.client.HTTPConnection(HOST, self._server.port, timeout=STOPS_WITHIN_S)) as connection:
            while self.ready:
                answer = self._answer(connection)
                with self._lock:
                    self.answers[answer] += 1
                time.sleep(PAUSE_S)

    @staticmethod
    def _answer(connection: http.client.HTTPConnection) -> int | str:
        try:
            connection.request(
                "POST", "/update_certificate", BODY, {"Content-Type": "application/x-www-form-urlencoded"}
            )
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException) as lost:
            return repr(lost)


class TestGivenAServerWithThreeWorkersBehindALoadBalancer:
    @pytest.fixture
    def server(self, folder: Path) -> Server:
        """A server that gives a balancer a second to see that it drains."""
        settings = {"CERTDESK_DRAIN_SECONDS": "1"}
        return Server(f"sqlite:///{folder / 'desk.sqlite3'}", folder / "server.log", workers=3, settings=settings)

    def test_every_request_is_answered_while_it_stops(self, server: Server, folder: Path) -> None:
        server.start()
        balancer = Balancer(server)
        threads = [threading.Thread(target=balancer.pass_on) for _ in range(SENDERS)]
        threads.append(threading.Thread(target=balancer.look))
        for thread in threads:
            thread.start()
        wait_until(lambda: balancer.answers.total() >= 5 * SENDERS)
        begun = time.monotonic()

        code = server.stop()
        took = time.monotonic() - begun
        for thread in threads:
            thread.join(STOPS_WITHIN_S)

        with closing(sqlite3.connect(folder / "desk.sqlite3")) as database:
            kept = database.execute("SELECT count(*) FROM callback_inbox").fetchone()[0]
        assert code == 0
        assert took < STOPS_WITHIN_S
        assert set(balancer.readiness[:-1]) == {200}
        assert balancer.readiness[-1] == 503
        assert set(balancer.answers) == {200}
        assert kept == balancer.answers.total()
