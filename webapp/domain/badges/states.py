"""How far is a badge?"""

from enum import StrEnum


class BadgeState(StrEnum):
    """Whether a learner has the badge, or it waits for an image (decision 32), or a badge server has yet to issue it."""

    WAITING = "waiting"
    SENDING = "sending"
    AWARDED = "awarded"
    FAILED = "failed"


REVOKED = "Revoked"
"""What an awarded badge is while its certificate is not valid; nowhere kept, for the certificate says it."""
LABELS = {
    BadgeState.WAITING: "Waiting",
    BadgeState.SENDING: "On its way",
    BadgeState.AWARDED: "Awarded",
    BadgeState.FAILED: "Failed",
}
