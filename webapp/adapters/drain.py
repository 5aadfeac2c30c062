"""How do the processes of one server know that it stops, and it what they still have in hand?"""

import mmap
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_WIDTH = 8


class Drain:
    """A word from the server to its workers, and a number from each of them to it, in files that all of them map.

    A worker that is killed leaves a number behind that nobody asks for: the server asks for those that are alive.
    """

    def __init__(self, folder: Path) -> None:
        """Share what lies in this folder."""
        self._folder = folder
        self._flag = _map(folder / "draining")
        self._lock = threading.Lock()
        self._number = 0
        self._own: mmap.mmap | None = None

    @property
    def begun(self) -> bool:
        """True once the server was told to stop."""
        return self._flag[0] == 1

    def begin(self) -> None:
        """Tell every process that the server was told to stop."""
        self._flag[0] = 1

    def in_flight(self, processes: Iterable[int | None]) -> int:
        """Give how many requests these processes have in hand; none for one that has taken none yet."""
        files = [self._folder / f"{process}.in-flight" for process in processes]
        return sum(int.from_bytes(file.read_bytes(), "little") for file in files if file.exists())

    def counting(self, application: "WSGIApplication") -> "WSGIApplication":
        """Give the application with what it has in hand counted; while it drains, answers end their connections.

        A connection that stays open would go to nobody who listens once the server has stopped.
        """
        self._own = _map(self._folder / f"{os.getpid()}.in-flight")

        def counted(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ANN401 - as WSGI has them
                if self.begun:
                    headers.append(("Connection", "close"))
                return start_response(status, headers, exc_info)

            self._add(1)
            try:
                answer = application(environ, start)
            except BaseException:
                self._add(-1)
                raise
            return ClosingIterator(answer, lambda: self._add(-1))

        return counted

    def _add(self, number: int) -> None:
        assert self._own is not None, "counting() has made it"
        with self._lock:
            self._number += number
            self._own[:_WIDTH] = self._number.to_bytes(_WIDTH, "little")


def _map(path: Path) -> mmap.mmap:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(handle, _WIDTH)
        return mmap.mmap(handle, _WIDTH)
    finally:
        os.close(handle)
