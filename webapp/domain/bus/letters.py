"""Why is an event among the dead letters, and how does it leave them?"""

from collections.abc import Mapping
from enum import StrEnum

from webapp.wording import phrase

MOST_TRIES = 3
"""So often an event is tried before it is put aside, so that those behind it come through."""


class Why(StrEnum):
    """Why an event was not taken."""

    UNREADABLE = "unreadable"
    FAILED = "failed"
    WAITING = "waiting"


class Closing(StrEnum):
    """How an event left the dead letters."""

    APPLIED = "applied"
    DISCARDED = "discarded"


class Taken(StrEnum):
    """What came of an event."""

    APPLIED = "applied"
    OLDER = "older"
    """Something newer was told before: it changes nothing."""
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"
    """Of a type that we do not know: counted, and passed over."""
    WAITING = "waiting"
    DEAD = "dead"


LABELS: Mapping[Why, str] = {
    Why.UNREADABLE: phrase("Unreadable"),
    Why.FAILED: phrase("Failed"),
    Why.WAITING: phrase("Waiting for its learner"),
}
EXPLANATIONS: Mapping[Why, str] = {
    Why.UNREADABLE: phrase("It is no event that we can read. It was put aside at once."),
    Why.FAILED: phrase("It could not be applied. Have the cause mended and try it again, or discard it."),
    Why.WAITING: phrase(
        "It names a learner by a number that nobody has told us yet. It is applied by itself once somebody does."
    ),
}
