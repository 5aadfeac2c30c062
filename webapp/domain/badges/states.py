"""How far is a badge?"""

from enum import StrEnum


class BadgeState(StrEnum):
    """Whether a learner has the badge, or it waits for an image (decision 32)."""

    WAITING = "waiting"
    AWARDED = "awarded"


LABELS = {BadgeState.WAITING: "Waiting", BadgeState.AWARDED: "Awarded"}
