"""How do the processes of one server know that it stops, and it what they still have in hand?"""

import mmap
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NUMBER = Struct("<q")


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
        return sum(_NUMBER.unpack(file.read_bytes())[0] for file in files if file.exists())

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
                self._leave()
                raise
            return _Answer(answer, self._leave)

        return counted

    def _add(self, number: int) -> None:
        assert self._own is not None, "counting() has made it"
        with self._lock:
            self._number += number
            _NUMBER.pack_into(self._own, 0, self._number)

    def _leave(self) -> None:
        self._add(-1)


class _Answer:
    """An answer that says when it is out, or was given up."""

    __slots__ = ("_answer", "_leave")

    def __init__(self, answer: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._answer, self._leave = answer, leave

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """End it, as every server does once with an answer, whatever became of it."""
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            self._leave()


def _map(path: Path) -> mmap.mmap:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(handle, _NUMBER.size)
        return mmap.mmap(handle, _NUMBER.size)
    finally:
        os.close(handle)
