"""A process that follows the bus, and is killed the moment before it confirms what it has kept."""

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes import FakeAttempts
from webapp import create_app
from webapp.adapters.kafka.bus import KafkaBus
from webapp.domain.bus.incoming import Message
from webapp.kafka_server import KafkaServer
from webapp.ports import Ports
from webapp.ports.bus import Subscription
from webapp.settings import Settings
from webapp.tasks.bus.consuming import consume


class _Dying:
    """A bus, and a subscription to it, that never confirm anything."""

    def __init__(self, bus: KafkaBus) -> None:
        self._bus = bus
        self._open: Subscription | None = None

    def open(self) -> "_Dying":
        self._open = self._bus.open()
        return self

    def take(self, at_most: int, patience_s: float) -> Sequence[Message]:
        assert self._open is not None
        return self._open.take(at_most, patience_s)

    def decode(self, message: Message) -> Mapping[str, Any]:
        return self._bus.decode(message)

    def confirm(self, messages: Sequence[Message]) -> None:
        print(len(messages), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    def behind(self) -> Mapping[tuple[str, int], int]:
        return {}

    def close(self) -> None:
        """Nothing to leave."""

    def find_fault(self) -> str | None:
        return None


def main(database_url: str, bootstrap: str, topic: str) -> None:
    """Follow the topic until the end, which comes soon."""
    settings = Settings(database_url=database_url, secret_key="not-a-secret-of-anyone")
    bus = _Dying(KafkaBus(KafkaServer(bootstrap=bootstrap), [topic], group="certdesk", begin="earliest"))
    app = create_app(settings, Ports(FakeAttempts(), events=bus))
    consume(app, deadline_s=60, stopping=threading.Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
