"""How does a request of httpx end in time? Its own timeouts are only between two bytes, and a reply may come byte by byte."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Cuts the connection of one request that is not over so many seconds after it was made."""

    def __init__(self, seconds: float) -> None:
        """Count from when there is a connection: until then the client's own timeout holds."""
        self.passed = False
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Give what `watch` is to be handed to the client of, as the extension `trace` of the request."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut nothing any more."""
        self._timer.cancel()

    def watch(self, step: str, about: Mapping[str, Any]) -> None:
        """Hear how far the client is; begin to count once there is a connection."""
        if step not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        self._socket = about["return_value"].get_extra_info("socket")
        if self.passed:
            self._cut()
        elif step == "connection.connect_tcp.complete":
            self._timer.start()

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            with contextlib.suppress(
                OSError
            ):  # it is closed already, or TLS has taken it over and tells so in a moment
                # Past TLS, which whoever reads has in hand: it would wait for the other side once more.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
