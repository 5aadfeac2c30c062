"""Which statuses can a certificate have, and what do people call them?"""

from enum import StrEnum

from webapp.wording import phrase


class Status(StrEnum):
    """The status of a certificate; the value is the wire word (domain note §1.2)."""

    UNAVAILABLE = "unavailable"
    GENERATING = "generating"
    REGENERATING = "regenerating"
    DELETING = "deleting"
    DELETED = "deleted"
    DOWNLOADABLE = "downloadable"
    ERROR = "error"
    NOT_PASSING = "notpassing"
    RESTRICTED = "restricted"
    AUDITING = "auditing"
    AUDIT_PASSING = "audit_passing"
    AUDIT_NOT_PASSING = "audit_notpassing"
    HONOR_PASSING = "honor_passing"
    UNVERIFIED = "unverified"
    INVALIDATED = "invalidated"
    REQUESTING = "requesting"


class ExampleStatus(StrEnum):
    """How far an example certificate is (domain note §1.5)."""

    STARTED = "started"
    SUCCESS = "success"
    ERROR = "error"


PASSED = frozenset({Status.DOWNLOADABLE, Status.GENERATING})
"""Statuses that count as having passed (domain note §1.2)."""

IN_FLIGHT = frozenset({Status.GENERATING, Status.REGENERATING, Status.DELETING})
"""A job is with the queue and its answer is awaited."""

SETTLED = frozenset({Status.DOWNLOADABLE, Status.DELETED, Status.ERROR})
"""Where an answer of the queue leads."""

HIDDEN = frozenset({Status.AUDIT_PASSING, Status.AUDIT_NOT_PASSING})
"""Seen by staff alone: not by the learner, the public page or the queue's answers (decision 15)."""

LABELS: dict[Status | ExampleStatus, str] = {
    Status.UNAVAILABLE: phrase("Unavailable"),
    Status.GENERATING: phrase("Generating"),
    Status.REGENERATING: phrase("Regenerating"),
    Status.DELETING: phrase("Deleting"),
    Status.DELETED: phrase("Deleted"),
    Status.DOWNLOADABLE: phrase("Issued"),
    Status.ERROR: phrase("Error"),
    Status.NOT_PASSING: phrase("Not passing"),
    Status.RESTRICTED: phrase("Restricted"),
    Status.AUDITING: phrase("Auditing"),
    Status.AUDIT_PASSING: phrase("Audit, passing"),
    Status.AUDIT_NOT_PASSING: phrase("Audit, not passing"),
    Status.HONOR_PASSING: phrase("Honor, passing"),
    Status.UNVERIFIED: phrase("Unverified"),
    Status.INVALIDATED: phrase("Invalidated"),
    Status.REQUESTING: phrase("Requesting"),
    ExampleStatus.STARTED: phrase("Started"),
    ExampleStatus.SUCCESS: phrase("Success"),
    ExampleStatus.ERROR: phrase("Error"),
}


def label_of(value: str) -> str:
    """Give the word that people read for a stored status; a value from elsewhere stands as it is."""
    return next((label for status, label in LABELS.items() if status == value), value)
