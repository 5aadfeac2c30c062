"""Which certificate has moved, from where to where, and what is wanted to follow from such a move?"""

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.certificates.statuses import Status
from webapp.settings import Settings


@dataclass(frozen=True, slots=True)
class Switches:
    """What follows from moves in this installation."""

    milestones: bool = True


EVERYTHING_USUAL = Switches()
"""What follows where no setting says otherwise."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A certificate that was moved, as it is now, and whose it is."""

    certificate_id: int
    learner_id: int
    external_id: int | None
    """The platform's number of the learner."""
    course_id: str
    status: Status
    cause: str
    """Why it moved, as its transition has it."""
    at: datetime


def switches_of(settings: Settings) -> Switches:
    """Give what follows as the settings say."""
    return Switches(milestones=settings.milestones)
