"""How does a test get a real server of its own, and how does it take it down?"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.starting import Process, start

HOST = "127.0.0.1"
STARTS_WITHIN_S = 90
STOPS_WITHIN_S = 30
LOOK_EVERY_S = 0.05  # nobody is told when a port is opened or let go: it is asked until a deadline
SECRET_KEY = "not-a-secret-of-anyone"


def free_port() -> int:
    """Give a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """`certdesk serve` in a process group of its own, over a migrated database."""

    database_url: str
    log: Path
    workers: int = 2
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    folder: Path | None = None
    """Where it is run, and so whose code; this folder where not given."""
    _process: Process | subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; raises RuntimeError with its output where it does not."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
        environ |= {
            "CERTDESK_DATABASE_URL": self.database_url,
            "CERTDESK_SECRET_KEY": SECRET_KEY,
            "CERTDESK_BASE_URL": f"http://{HOST}:{self.port}",
            "CERTDESK_DRAIN_SECONDS": "0",  # nobody stands in front of it
            **self.settings,
        }
        with self.log.open("ab") as log:
            self._process = self.launch(environ, log)
        until = time.monotonic() + STARTS_WITHIN_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3_000:]}")
            time.sleep(LOOK_EVERY_S)

    def launch(self, environ: dict[str, str], log: IO[bytes]) -> Process | subprocess.Popen[bytes]:
        """Start the code of this folder quickly, and that of another one with a Python of its own."""
        words = ("serve", "--port", str(self.port), "--workers", str(self.workers))
        if self.folder is None:
            return start(words, environ, streams=(None, log, log), new_session=True)
        command = [sys.executable, "-m", "webapp", *words]
        return subprocess.Popen(command, env=environ, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)

    def answers(self) -> bool:
        """Say whether it is alive."""
        try:
            return self.send("GET", "/healthz") == 200
        except (OSError, http.client.HTTPException):
            return False

    def send(
        self, method: str, path: str, body: str | None = None, *, agent: str | None = None, timeout_s: float = 5
    ) -> int:
        """Send one request over a connection of its own, as XQueue does, and give the status; raises OSError, HTTPException."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"User-Agent": agent} if agent else {})
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout_s)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def blocked_signals(self) -> list[set[int]]:
        """Give the signals that each thread of each worker leaves to others, as Linux tells them."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        threads = [task for child in children for task in Path(f"/proc/{child}/task").iterdir()]
        return [_blocked_by((task / "status").read_text()) for task in threads]

    def processes(self) -> list[int]:
        """Give its workers, as Linux tells them."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def memory_mb(self) -> float:
        """Give the memory of all its processes at this moment, in MB, as Linux tells it."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        texts = [Path(f"/proc/{number}/status").read_text() for number in (self._process.pid, *children)]
        return sum(int(text.partition("VmRSS:")[2].split()[0]) for text in texts) / 1024

    def kill(self) -> None:
        """End the whole group at once, as a failing machine would, and wait until nobody listens any more."""
        if self._process is None:
            return
        process, self._process = self._process, None
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            process.wait(STOPS_WITHIN_S)
        until = time.monotonic() + STOPS_WITHIN_S
        while _listening(self.port) and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> int:
        """Let it finish what it has, and give its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOPS_WITHIN_S)
        finally:
            self.kill()
        return code


@contextmanager
def serving(database_url: str, log: Path, *, workers: int = 2) -> Iterator[Server]:
    """Run a server for as long as the block runs; nothing of it is left afterwards."""
    server = Server(database_url, log, workers)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _blocked_by(status: str) -> set[int]:
    (mask,) = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:")]
    return {number for number in range(1, 65) if mask >> (number - 1) & 1}


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
