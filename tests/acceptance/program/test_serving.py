"""Does the server stop in good order, finish what it has, and log nothing personal?"""

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests import starting
from tests.acceptance.program.terminal import SECRET, one_line
from tests.programs import Program
from tests.servers import HOST, STOPS_WITHIN_S, Server, free_port
from tests.waiting import wait_until

ANY_IPV4 = "0.0.0.0"  # noqa: S104 - for the moment of a test


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


class TestGivenAServer:
    @pytest.fixture
    def server(self, folder: Path) -> Server:
        """A server over the database, not started yet."""
        return Server(f"sqlite:///{folder / 'desk.sqlite3'}", folder / "server.log", workers=1)

    def test_sigterm_stops_it_in_good_order(self, server: Server) -> None:
        server.start()
        statuses = [server.send("GET", path) for path in ("/healthz", "/readyz", "/login", "/")]
        begun = time.monotonic()

        code = server.stop()

        assert statuses == [200, 200, 200, 302]
        assert code == 0
        assert time.monotonic() - begun < STOPS_WITHIN_S
        assert "Stopped." in server.log.read_text()
        assert "Traceback" not in server.log.read_text()

    def test_one_thread_of_a_worker_takes_its_signals_and_no_other_by_chance(self, server: Server) -> None:
        server.start()

        blocked = server.blocked_signals()

        server.stop()
        taking = [signals for signals in blocked if not signals >= {signal.SIGTERM, signal.SIGINT}]
        assert len(blocked) > 3
        assert len(taking) == 1

    def test_a_request_in_flight_is_finished(self, server: Server) -> None:
        server.start()
        body = b"xqueue_header=%7B%22lms_key%22%3A+%22k%22%7D&xqueue_body=%7B%7D"
        head = (
            b"POST /update_certificate HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n"
            b"Expect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        codes: list[int] = []
        with socket.create_connection((HOST, server.port), timeout=STOPS_WITHIN_S) as connection:
            connection.sendall(head)
            begun = connection.recv(65_536)
            connection.sendall(body[:10])
            stopping = threading.Thread(target=lambda: codes.append(server.stop()))
            stopping.start()
            wait_until(lambda: server.send("GET", "/readyz") == 503)

            connection.sendall(body[10:])
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
            stopping.join(STOPS_WITHIN_S)

        assert begun.startswith(b"HTTP/1.1 100")
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer.lower()
        assert b'"return_code": 1' in answer
        assert codes == [0]
        assert not listens(server.port)

    def test_nothing_personal_is_logged(self, server: Server) -> None:
        server.start()
        server.send("POST", "/login", "username=ada&password=hunter2hunter2")
        server.send("GET", "/search?q=ada%40example.org")

        server.stop()

        assert [word for word in ("hunter2", "ada@example", "ada%40example") if word in server.log.read_text()] == []


def listening(port: int, *, shared: bool, host: str = HOST) -> socket.socket:
    """Have somebody listen, who may share the port with whoever shares it, too, as our own workers do."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every server does that may be started anew
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
    listener.bind((host, port))
    listener.listen()
    return listener


class TestGivenAPort:
    @pytest.mark.parametrize("shared", [False, True], ids=["another program", "another Certdesk"])
    @pytest.mark.parametrize("words", [("serve",), ("demo", "serve")], ids=" ".join)
    def test_one_that_is_taken_is_told_in_a_line_and_nothing_is_served(
        self, folder: Path, words: tuple[str, ...], shared: bool
    ) -> None:
        url = f"sqlite:///{folder / 'desk.sqlite3'}"
        port = free_port()
        with listening(port, shared=shared):
            done = starting.run(
                (*words, "--port", str(port)), {"CERTDESK_DATABASE_URL": url, **SECRET}, folder=folder, timeout_s=60
            )

        assert (done.returncode, one_line(done)) == (1, True)
        assert done.stderr == f"Port {port} of {HOST} is taken. Choose another: --port N, or make run PORT=N.\n"

    @pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
    @pytest.mark.parametrize("shared", [False, True], ids=["another program", "another Certdesk"])
    @pytest.mark.parametrize(
        ("host", "theirs"), [("::", HOST), ("::", ANY_IPV4), ("::", "::1"), ("::", "::"), ("::1", "::"), (HOST, "::")]
    )
    def test_so_is_one_that_is_taken_for_the_other_kind_of_address(
        self, folder: Path, host: str, theirs: str, shared: bool
    ) -> None:
        port = free_port()
        words = ("serve", "--host", host, "--port", str(port))
        with listening(port, shared=shared, host=theirs):
            done = starting.run(
                words, {"CERTDESK_DATABASE_URL": f"sqlite:///{folder / 'desk.sqlite3'}", **SECRET}, timeout_s=60
            )

        assert (done.returncode, one_line(done)) == (1, True)
        assert done.stderr.startswith(f"Port {port} of {host} is taken. ")

    @pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
    def test_one_of_all_addresses_is_served_under_an_address_that_browsers_take(self, folder: Path) -> None:
        port = free_port()
        words = ("serve", "--host", "::", "--port", str(port))
        settings = {"CERTDESK_DATABASE_URL": f"sqlite:///{folder / 'desk.sqlite3'}", "CERTDESK_DRAIN_SECONDS": "0"}
        program = Program(words, settings, folder / "run")

        program.start()

        try:
            wait_until(lambda: listens(port))
        finally:
            program.kill()
        assert f"Certdesk is at http://[::]:{port} (" in program.told()

    @pytest.mark.parametrize("host", ["192.0.2.1", "no host"])  # RFC 5737: nobody's
    def test_an_address_that_is_not_ours_is_told_in_a_line(self, folder: Path, host: str) -> None:
        url = f"sqlite:///{folder / 'desk.sqlite3'}"
        words = ("serve", "--host", host, "--port", str(free_port()))

        done = starting.run(words, {"CERTDESK_DATABASE_URL": url, **SECRET}, timeout_s=60)

        assert (done.returncode, one_line(done)) == (1, True)
        assert f"of {host}: " in done.stderr

    def test_one_where_a_server_has_just_ended_is_free(self, folder: Path) -> None:
        server = Server(f"sqlite:///{folder / 'desk.sqlite3'}", folder / "server.log", workers=2)
        with listening(server.port, shared=True) as before, socket.create_connection((HOST, server.port)) as visitor:
            before.accept()[0].close()  # who ends a connection first is left with it for a minute (TIME_WAIT)
            visitor.recv(1)

        server.start()

        assert server.stop() == 0


LATE = """
import os, signal, sys, time
from webapp.serving import hear_signals_in_a_thread

signal.signal(signal.SIGTERM, lambda *_: print("the parent's", flush=True))
hear_signals_in_a_thread()
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(0.3)  # the thread looks six times meanwhile for what the server says
signal.signal(signal.SIGTERM, lambda *_: (print("its own", flush=True), os._exit(0)))
time.sleep(20)  # the signal ends it long before
print("nothing")
"""


class TestGivenAWorkerThatHasJustBegun:
    def test_a_signal_that_comes_too_early_is_kept_for_it(self) -> None:
        done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=True)

        assert done.stdout == "its own\n"
