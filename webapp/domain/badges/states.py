"""How far is a badge?"""

from enum import StrEnum

from webapp.wording import phrase


class BadgeState(StrEnum):
    """Whether a learner has the badge, or it waits for an image (decision 32), or a badge server has yet to issue it."""

    WAITING = "waiting"
    SENDING = "sending"
    AWARDED = "awarded"
    FAILED = "failed"


REVOKED = phrase("Revoked")
"""What an awarded badge is while its certificate is not valid; nowhere kept, for the certificate says it."""
LABELS = {
    BadgeState.WAITING: phrase("Waiting"),
    BadgeState.SENDING: phrase("On its way"),
    BadgeState.AWARDED: phrase("Awarded"),
    BadgeState.FAILED: phrase("Failed"),
}
