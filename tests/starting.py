"""How does a test start the program a hundred times without waiting for its imports each time?

A process that has imported the program, and done nothing else, forks for each start: what starts is what
`python -m webapp` would be once its imports are over, with the words, the environment, the folder, the streams and the
session that the test gives it. Where a test is about the start itself, it starts Python.
"""

import atexit
import ctypes
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any

ROOT = Path(__file__).parents[1]
BECOME_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2): whose parent dies becomes ours, so that we can wait for what we did not fork."""
_LENGTH = struct.Struct("!q")
_LOOK_EVERY_S = 0.01  # waitpid waits for ever or not at all: to wait for so long, it is asked again and again


@dataclass
class Process:
    """A started program, as far as `subprocess.Popen` would be asked about it."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """Give its exit code, or None while it runs; minus the signal's number where one ended it."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends and give its exit code; raises TimeoutExpired after so many seconds."""
        until = time.monotonic() + timeout if timeout is not None else None
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("certdesk", timeout or 0)
            time.sleep(_LOOK_EVERY_S)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal where it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class _Forker:
    """The process that has imported the program, at the other end of a socket."""

    def __init__(self) -> None:
        """Start it; it ends when this process does, for then nobody holds the socket any more."""
        self._socket, theirs = socket.socketpair()
        self._lock, self._libc = Lock(), ctypes.CDLL(None, use_errno=True)
        command = [sys.executable, "-m", "tests.starting", str(theirs.fileno())]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for whoever runs the tests
        )
        theirs.close()
        atexit.register(self._end)

    def fork(self, asked: Mapping[str, Any], streams: list[int]) -> int:
        """Have it fork a child that is ours; gives its number."""
        text = json.dumps(asked).encode()
        with self._lock:
            self._libc.prctl(BECOME_SUBREAPER, 1, 0, 0, 0)
            try:
                socket.send_fds(self._socket, [_LENGTH.pack(len(text))], streams)
                self._socket.sendall(text)
                (number,) = _LENGTH.unpack(self._socket.recv(_LENGTH.size, socket.MSG_WAITALL))
            finally:
                self._libc.prctl(BECOME_SUBREAPER, 0, 0, 0, 0)
        return int(number)

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


@cache
def _forker() -> _Forker:
    return _Forker()


def start(
    words: tuple[str, ...],
    environ: Mapping[str, str],
    *,
    folder: Path | None = None,
    streams: tuple[IO[bytes] | None, IO[bytes] | None, IO[bytes] | None] = (None, None, None),
    new_session: bool = False,
) -> "Process | subprocess.Popen[bytes]":
    """Start `certdesk` with the words, and what is printed going nowhere unless a stream is given for it."""
    if sys.platform != "linux":  # where nobody but the parent can wait for a process
        stdin, stdout, stderr = (stream or subprocess.DEVNULL for stream in streams)
        command = [sys.executable, "-m", "webapp", *words]
        return subprocess.Popen(
            command, env=environ, cwd=folder, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=new_session
        )
    asked = {"words": words, "environ": dict(environ), "folder": str(folder or Path.cwd()), "new_session": new_session}
    with open(os.devnull, "r+b") as nowhere:
        return Process(_forker().fork(asked, [(stream or nowhere).fileno() for stream in streams]))


def run(
    words: tuple[str, ...],
    environ: Mapping[str, str],
    *,
    stdin: str = "",
    folder: Path | None = None,
    timeout_s: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run `certdesk` until it ends, and give what came of it; raises TimeoutExpired where it does not end."""
    with TemporaryFile() as given, TemporaryFile() as printed, TemporaryFile() as complained:
        given.write(os.fsencode(stdin))
        given.seek(0)
        process = start(words, environ, folder=folder, streams=(given, printed, complained))
        try:
            code = process.wait(timeout_s)
        finally:
            process.kill()
        printed.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess(words, code, printed.read().decode(), complained.read().decode())


def _serve(ours: socket.socket) -> dict[str, Any] | None:
    """Fork for whatever is asked, until nobody can ask any more; gives to each child what was asked of it."""
    while True:
        head, streams, *_ = socket.recv_fds(ours, _LENGTH.size, 3)
        if not head:
            return None
        (length,) = _LENGTH.unpack(head)
        text = ours.recv(length, socket.MSG_WAITALL)
        read, write = os.pipe()
        between = os.fork()
        if between == 0:
            child = os.fork()
            if child == 0:
                for handle in (read, write, ours.detach()):
                    os.close(handle)
                return {**json.loads(text), "streams": streams}
            os.write(write, _LENGTH.pack(child))
            os._exit(0)
        os.waitpid(between, 0)  # from now on the child's parent is whoever asked for it
        ours.sendall(os.read(read, _LENGTH.size))
        for handle in (read, write, *streams):
            os.close(handle)


def _become(asked: dict[str, Any]) -> None:
    """Be what was asked for, as far as a new process differs from this one."""
    for number, stream in enumerate(asked["streams"]):
        os.dup2(stream, number)
        os.close(stream)
    if asked["new_session"]:
        os.setsid()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    sys.argv[1:] = asked["words"]


if __name__ == "__main__":
    from webapp.__main__ import main

    found = _serve(socket.socket(fileno=int(sys.argv[1])))
    if found is not None:
        _become(found)
        main()
