"""Which certificate has moved, from where to where, and what is wanted to follow from such a move?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Cause
from webapp.models.certificates import GeneratedCertificate
from webapp.settings import Settings


@dataclass(frozen=True, slots=True)
class Switches:
    """What follows from moves in this installation."""

    milestones: bool = True
    new_event_id: Callable[[], str] | None = None
    """Gives the id of an event for the bus; None where there is no bus, so that nothing waits for it for ever."""


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
    before: Status | None
    """None where there was none."""
    status: Status
    cause: Cause
    """Why it moved, as its transition has it."""
    at: datetime
    mode: str
    grade: str
    download_url: str
    since: datetime | None = None
    """From when on it is as it is now, where that was before the move: it was moved elsewhere, and is told here."""


def moved_of(
    certificate: GeneratedCertificate,
    before: Status | None,
    *,
    cause: Cause,
    at: datetime,
    external_id: int | None = None,
) -> Moved:
    """Give the move of a certificate from its row as it is now."""
    return Moved(
        certificate_id=certificate.id,
        learner_id=certificate.learner_id,
        external_id=external_id,
        course_id=certificate.course_id,
        before=before,
        status=certificate.status,
        cause=cause,
        at=at,
        mode=certificate.mode,
        grade=certificate.grade,
        download_url=certificate.download_url,
    )


def switches_of(settings: Settings) -> Switches:
    """Give what follows as the settings say."""
    return Switches(settings.milestones, clock.new_event_id if settings.kafka_bootstrap_servers else None)
