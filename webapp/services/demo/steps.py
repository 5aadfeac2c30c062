"""With which words are the demonstration's stories told?"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from webapp.domain.actors import MACHINE_NAME, SCHEDULE_NAME
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Cause


class Says(StrEnum):
    """What XQueue says in an answer."""

    DONE = "done"
    FAILED = "failed"
    REPEATED = "repeated"
    RIVAL = "rival"
    NOT_A_RESULT = "not_a_result"


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody brought a certificate into a status, so long ago. A job without a `key` is given any."""

    ago: timedelta
    status: Status
    cause: Cause
    by: str = SCHEDULE_NAME
    reason: str = ""
    key: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """XQueue answered, so long ago; about the newest job unless a `key` says otherwise. A `note` closed it."""

    ago: timedelta
    says: Says
    key: str = ""
    problem: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """How one learner came to what they hold in one course run; `name` where it is not the learner's name of today."""

    username: str
    course_id: str
    mode: str
    percent: str
    steps: tuple[Move | Answer, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One example certificate; `problem` is None where it was made, and `ids` None where any will do."""

    mode: str
    answered: bool = True
    problem: str | None = None
    ids: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stray:
    """One delivery that belongs to no story; `raw` came in the place of a form."""

    ago: timedelta
    address: str
    header: str | None = None
    body: str | None = None
    raw: str | None = None


def days(number: float) -> timedelta:
    """Give so many days."""
    return timedelta(days=number)


def minutes(number: float) -> timedelta:
    """Give so many minutes."""
    return timedelta(minutes=number)


def issued(ago: float) -> tuple[Move, ...]:
    """Tell of an HTML certificate: there at once."""
    return (Move(days(ago), Status.DOWNLOADABLE, Cause.PASSED),)


def made(ago: float) -> tuple[Move | Answer, ...]:
    """Tell of a PDF: sent to the queue, and made within a minute."""
    return sent(ago), Answer(days(ago) - timedelta(seconds=48), Says.DONE)


def sent(ago: float, key: str = "") -> Move:
    """Tell of a job that was sent to the queue because the learner passed."""
    return Move(days(ago), Status.GENERATING, Cause.SUBMITTED, key=key)


def waiting(ago: float, key: str) -> tuple[Move, ...]:
    """Tell of a job that the queue has had for a few minutes, under a key that is documented."""
    return (Move(minutes(ago), Status.GENERATING, Cause.SUBMITTED, key=key),)


def judged(ago: float, status: Status, reason: str) -> tuple[Move, ...]:
    """Tell of a learner whom the rules refused."""
    return (Move(days(ago), status, Cause.JUDGED, reason=reason),)


def imported(ago: float, status: Status) -> tuple[Move, ...]:
    """Tell of a certificate that was brought along from the platform as it was there."""
    return (Move(days(ago), status, Cause.IMPORT, MACHINE_NAME),)
