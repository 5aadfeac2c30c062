"""Which words does the instructor's page of the platform use for certificates and runs (ecosystem note §1.1, domain note §1.13)?"""

from collections.abc import Iterable
from enum import StrEnum

from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import Among, RunState
from webapp.domain.spreadsheets import NOT_UTF_8

NO_FILE = "No file uploaded"
NO_CSV = "File must be in CSV format"
EMPTY_CSV = "The CSV file is empty: it names no learner"
MOST_LEARNERS = 1_000
LONG_CSV = "The CSV file names more than {:,} learners"
OF_FILES = (NO_FILE, NO_CSV, NOT_UTF_8, EMPTY_CSV, LONG_CSV.format(MOST_LEARNERS))
"""What can be wrong with a file, in the order in which it is looked at."""
NO_SUCH_EXCEPTION = "No certificate exception found for this user"
NO_SUCH_INVALIDATION = (
    "Certificate Invalidation does not exist, Please refresh the page and try again."  # domain note §8.5
)
NONE_CHOSEN = "Please select one or more certificate statuses that require certificate regeneration."
ELSEWHERE = "Please select certificate statuses from the list only."
EVERYBODY, EXCEPTIONS = "All learners", "For exceptions"
EXCEPTION, INVALIDATION = "Exception", "Invalidation"
"""What makes a certificate a special case."""


class Shown(StrEnum):
    """Which certificates the page lists."""

    ALL = "all"
    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    AUDIT_PASSING = "audit_passing"
    AUDIT_NOT_PASSING = "audit_not_passing"
    ERROR = "error"
    EXCEPTIONS = "granted_exceptions"
    INVALIDATED = "invalidated"


STATUSES: dict[Shown, tuple[Status, ...]] = {
    Shown.ALL: (),
    Shown.RECEIVED: (Status.DOWNLOADABLE,),
    Shown.NOT_RECEIVED: (Status.NOT_PASSING, Status.UNAVAILABLE),
    Shown.AUDIT_PASSING: (Status.AUDIT_PASSING,),
    Shown.AUDIT_NOT_PASSING: (Status.AUDIT_NOT_PASSING,),
    Shown.ERROR: (Status.ERROR,),
}
"""In which statuses a certificate is that the page lists; none for every one. Exceptions and invalidations have lists of their own."""

TASK_STATES = {
    RunState.WAITING: "QUEUING",
    RunState.RUNNING: "PROGRESS",
    RunState.PAUSED: "PROGRESS",
    RunState.CANCELLED: "REVOKED",
    RunState.DONE: "SUCCESS",
    RunState.FAILED: "FAILURE",
}
"""How far a run is, in the words of the platform's tasks."""

_LABELS = {
    Status.DOWNLOADABLE: "already received",
    Status.NOT_PASSING: "didn't receive",
    Status.ERROR: "error states",
    Status.AUDIT_PASSING: "audit passing states",
    Status.AUDIT_NOT_PASSING: "audit not passing states",
}


def candidates(statuses: Iterable[str], among: Among) -> str:
    """Say whom a run was for; statuses without a word of their own are left out, as ever (domain note §1.2)."""
    chosen = list(statuses)
    if chosen:
        return ", ".join(_LABELS[Status(one)] for one in chosen if Status(one) in _LABELS)
    return EVERYBODY if among is Among.EVERYBODY else EXCEPTIONS
