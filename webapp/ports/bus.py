"""What we need of the platform's event bus, to hear what it tells."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from webapp.domain.bus.incoming import Message


class BusFault(Exception):
    """The brokers, or the schema registry, cannot be asked just now; the text says why. Nothing is lost: ask again."""


class Subscription(Protocol):
    """A share of the topics' messages, for as long as it is open; for one thread."""

    def take(self, at_most: int, patience_s: float) -> Sequence[Message]:
        """Wait a moment for messages, and give those that came; raises BusFault."""

    def decode(self, message: Message) -> Mapping[str, Any]:
        """Give what a message in a frame says; raises Unreadable for bytes that nobody can read, or BusFault."""

    def confirm(self, messages: Sequence[Message]) -> None:
        """Have these never come again. Where that fails they do come again: it is no fault of anybody."""

    def behind(self) -> Mapping[tuple[str, int], int]:
        """Give, by topic and partition, how many messages of our share are there and not confirmed; raises BusFault."""

    def close(self) -> None:
        """Leave the share to others."""


class EventBus(Protocol):
    """Where events come from."""

    def open(self) -> Subscription:
        """Begin to take part; raises BusFault."""

    def decode(self, message: Message) -> Mapping[str, Any]:
        """As a subscription's, for a message that came earlier."""

    def find_fault(self) -> str | None:
        """Look whether the topics can be reached, and give what is wrong; None where all is well."""
