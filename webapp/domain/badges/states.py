"""How far is a badge?"""

from enum import StrEnum


class BadgeState(StrEnum):
    """Whether a learner has the badge, or it waits for an image (decision 32)."""

    WAITING = "waiting"
    AWARDED = "awarded"


REVOKED = "Revoked"
"""What an awarded badge is while its certificate is not valid; nowhere kept, for the certificate says it."""
LABELS = {BadgeState.WAITING: "Waiting", BadgeState.AWARDED: "Awarded"}
