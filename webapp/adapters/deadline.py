"""How does a talk with another service end in time? Timeouts are only between two bytes, and an answer may come byte by byte."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Cuts one connection that is not done with so many seconds after it was made."""

    def __init__(self, seconds: float) -> None:
        """Count from when there is a connection: until then the client's own timeout holds."""
        self.passed = False
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._holding = threading.Lock()
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Give what is to be told of the connection."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut nothing any more."""
        self._timer.cancel()
        with self._holding:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def watch(self, step: str, about: Mapping[str, Any]) -> None:
        """Hear how far a client of httpx is, as the extension `trace` of its request: it may keep no connection for the next."""
        if step == "connection.connect_tcp.complete":
            self.begin(about["return_value"].get_extra_info("socket"))

    def begin(self, connection: socket.socket) -> None:
        """Begin to count. It is held by a second name: TLS takes the first away, and waits for the other side under it."""
        self._socket = connection.dup()
        self._timer.start()

    def _cut(self) -> None:
        with self._holding:
            self.passed = True
            if self._socket is not None:
                with contextlib.suppress(OSError):  # it is closed already
                    self._socket.shutdown(socket.SHUT_RDWR)
