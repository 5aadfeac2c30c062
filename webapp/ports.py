"""What do we need from outside? Each need is a Protocol; `adapters/` holds the real things, tests hold fakes."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Allowance(Enum):
    """How much of something bad one source may do before it is refused: amount, and minutes to forget it."""

    WRONG_PASSWORD = (10, 15)  # interface §7: the 11th is refused
    BAD_EXAMPLE_ANSWER = (30, 5)  # decision 35

    @property
    def amount(self) -> int:
        """How many are still let through."""
        return self.value[0]

    @property
    def minutes(self) -> int:
        """For how long each of them counts."""
        return self.value[1]


class AttemptCounter(Protocol):
    """Counts what went wrong, by source."""

    def seconds_refused(self, allowance: Allowance, source: str) -> int | None:
        """Give how long the source must wait, or None while it may go on; counts nothing."""

    def count(self, allowance: Allowance, source: str) -> None:
        """Remember one more."""

    def answers(self) -> bool:
        """Say whether the place where it counts can be reached."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ways out of the application."""

    attempts: AttemptCounter
