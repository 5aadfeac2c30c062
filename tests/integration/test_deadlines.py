"""Does whoever asks another service go on in time, however slowly it says hello to TLS, or answers?"""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from webapp.adapters.badge_server import BadgrServer
from webapp.adapters.kafka.registry import Registry, RegistryFault
from webapp.adapters.sign_on.wire import Wire
from webapp.adapters.xqueue import XQueue
from webapp.ports.sign_on import ProviderUnreachable

WAITS_S = 0.3
MOST_S = 3
"""One request, on a machine that is busy."""
BETWEEN_BYTES_S = 0.02
RECORD = b"\x16\x03\x03\x40\x00"
"""How the longest record of a TLS handshake begins."""
HEAD, BODY = b"HTTP/1.1 200 OK\r\nX-Slow:", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
Ask = Callable[[str], str | None]


def find_provider(url: str) -> str:
    with pytest.raises(ProviderUnreachable) as told:
        Wire(WAITS_S).fetch(f"{url}/.well-known/openid-configuration")
    return str(told.value)


def find_schema(url: str) -> str:
    with pytest.raises(RegistryFault) as told:
        Registry(url, timeout_s=WAITS_S).schema(1)
    return str(told.value)


ASKING: dict[str, Ask] = {
    "queue": lambda url: XQueue(url, username="u", password="p", queue_name="q", timeout_s=WAITS_S).find_fault(),
    "badge server": lambda url: BadgrServer(url, token="t", issuer="i", timeout_s=WAITS_S).find_fault(),
    "provider": find_provider,
    "registry": find_schema,
}


class Dribble:
    """Takes every connection, sends how something begins, and then a byte now and then."""

    def __init__(self) -> None:
        """Listen on a loopback port."""
        self.begin = b""
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def stop(self) -> None:
        """Send nothing more."""
        self._over.set()
        self._listening.close()

    def _take(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.sendall(self.begin)
                while not self._over.wait(BETWEEN_BYTES_S):
                    connection.sendall(b" ")
            except OSError:  # whoever asked has gone
                return


@pytest.fixture
def dribble() -> Iterator[Dribble]:
    """A service that never comes to an end."""
    server = Dribble()
    yield server
    server.stop()


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
class TestGivenAServiceThatDribbles:
    @pytest.mark.parametrize(
        ("scheme", "begin"), [("https", RECORD), ("http", HEAD), ("http", BODY)], ids=["handshake", "head", "body"]
    )
    def test_nobody_waits_longer(self, dribble: Dribble, ask: Ask, scheme: str, begin: bytes) -> None:
        dribble.begin = begin
        began = time.monotonic()

        fault = ask(f"{scheme}://127.0.0.1:{dribble.port}")

        assert (fault or "").endswith(f"(no answer within {WAITS_S:g} seconds)")
        assert time.monotonic() - began < MOST_S
