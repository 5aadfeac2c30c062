"""How is it counted what somebody tries or asks, and what is still let through?"""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Allowance(Enum):
    """How much of something one source may do before it is refused: amount, and minutes to forget it."""

    WRONG_PASSWORD = (10, 15)  # interface §7: the 11th is refused
    WRONG_CODE = (5, 15)  # of a million codes three are good at any time
    BAD_SIGN_ON = (20, 15)  # each refusal is audited: nobody shall fill the audit by knocking
    BAD_EXAMPLE_ANSWER = (30, 5)  # decision 35
    SHARE = (60, 60)  # more than anybody passes certificates on, and too few to fill the outbox

    @property
    def amount(self) -> int:
        """How many are still let through."""
        return self.value[0]

    @property
    def minutes(self) -> int:
        """For how long each of them counts."""
        return self.value[1]


class AttemptCounter(Protocol):
    """Counts what is allowed so and so often, by source."""

    def seconds_refused(self, allowance: Allowance, source: str) -> int | None:
        """Give how long the source must wait, or None while it may go on; counts nothing."""

    def count(self, allowance: Allowance, source: str) -> None:
        """Remember one more."""

    def answers(self) -> bool:
        """Say whether the place where it counts can be reached."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a source stands in its window: how many more it may ask, and in how many seconds it begins anew."""

    left: int
    reset_s: int
    refused: bool = False


class RequestCounter(Protocol):
    """Counts requests in windows of time, by source; used by several threads at once."""

    def take(self, source: str, quota: int, window_s: int, *, now: float) -> Standing:
        """Count one request, and say whether it is one too many; never makes the caller wait for long, nor fail."""


class NoRequestCounter:
    """Counts nothing: for tests that are not about how fast one asks."""

    def take(self, source: str, quota: int, window_s: int, *, now: float) -> Standing:
        """Let everybody through."""
        return Standing(quota, window_s)
