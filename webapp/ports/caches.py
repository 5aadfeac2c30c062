"""Where is kept what need not be made again, and how does that do?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a cache does: what it keeps, and how often that was what somebody asked for."""

    name: str
    entries: int
    hits: int
    misses: int
    bytes: int | None = None
    """None where nobody weighs them."""
    oldest_s: float | None = None
    """The age of the oldest entry; None where there is none, or where nobody looks at the clock."""


class Cache(Protocol):
    """Keeps answers under keys that say of which state they were made; may forget any of them at any time."""

    shared: bool
    """All processes have it in common."""

    def find(self, name: str, key: str) -> bytes | None:
        """Give what is kept under a key of a cache; None where there is nothing. Never fails."""

    def keep(self, name: str, key: str, content: bytes) -> None:
        """Keep an answer for a while. Never fails."""

    def empty(self) -> None:
        """Forget everything that is kept."""

    def numbers(self) -> Sequence[Numbers]:
        """Tell of every cache that was asked, by name."""


class NoCache:
    """Keeps nothing: for tests that are not about it."""

    shared = False

    def find(self, name: str, key: str) -> bytes | None:
        """Give nothing."""
        return None

    def keep(self, name: str, key: str, content: bytes) -> None:
        """Do nothing."""

    def empty(self) -> None:
        """Do nothing."""

    def numbers(self) -> Sequence[Numbers]:
        """Tell of nothing."""
        return ()
