"""How is a number said that was counted no further than whoever decides needs it?"""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.wording import phrase, phrase_of

COUNTED = 10_000
"""Nothing is counted further than this: whoever decides needs to know that it is a lot, not how much."""


@dataclass(frozen=True, slots=True)
class Things:
    """How so many of them are said, and who knows how many of them."""

    counted: Callable[[int], str]
    unknown: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, which is too small where not all was looked at."""

    number: int
    complete: bool = True

    def of(self, things: Things) -> str:
        """Say that many of them; the number is bounded, and may be only the least."""
        if self.number > COUNTED:
            return phrase("more than {counted}", counted=things.counted(COUNTED))
        if not self.number and not self.complete:
            return things.unknown
        counted = things.counted(self.number)
        return counted if self.complete else phrase("at least {counted}", counted=counted)


ISSUED = Things(
    lambda number: phrase_of(number, "{number} issued certificate", "{number} issued certificates"),
    phrase("an unknown number of issued certificates"),
)
LEARNERS = Things(
    lambda number: phrase_of(number, "{number} learner", "{number} learners"),
    phrase("an unknown number of learners"),
)
RUNS = Things(
    lambda number: phrase_of(number, "{number} course run", "{number} course runs"),
    phrase("an unknown number of course runs"),
)
