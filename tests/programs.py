"""How does a test run a command of ours that goes on until it is told to stop?"""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers import SECRET_KEY, STOPS_WITHIN_S
from tests.starting import Process, start
from tests.waiting import wait_until


@dataclass
class Program:
    """`certdesk` with some words, in an empty folder and a process group of its own."""

    words: tuple[str, ...]
    settings: dict[str, str]
    folder: Path
    _process: Process | subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that Ctrl-C stops it; raises RuntimeError with its output where it ends instead."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
        environ |= {"CERTDESK_SECRET_KEY": SECRET_KEY, "PYTHONPATH": str(Path(__file__).parents[1]), **self.settings}
        self.folder.mkdir()
        with self.log.open("wb") as log:
            streams = (None, log, log)
            process = self._process = start(self.words, environ, folder=self.folder, streams=streams, new_session=True)
        wait_until(lambda: process.poll() is not None or "Ctrl-C stops it" in self.told())
        if process.poll() is not None:
            raise RuntimeError(f"{self.words[0]} did not start:\n{self.told()[-3_000:]}")

    @property
    def log(self) -> Path:
        """Where it writes: beside its folder, which stays empty unless the program itself writes there."""
        return self.folder.with_suffix(".log")

    def told(self) -> str:
        """Give what it said so far."""
        return self.log.read_text()

    def stop(self) -> int:
        """Send SIGTERM and give the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired as late:
            raise TimeoutError(f"{self.words[0]} does not stop:\n{self.told()[-3_000:]}") from late

    def kill(self) -> None:
        """End every process of it at once, as a failing machine would."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self._process.wait(STOPS_WITHIN_S)
