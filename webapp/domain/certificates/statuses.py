"""Which statuses can a certificate have, and what do people call them?"""

from enum import StrEnum


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
    Status.UNAVAILABLE: "Unavailable",
    Status.GENERATING: "Generating",
    Status.REGENERATING: "Regenerating",
    Status.DELETING: "Deleting",
    Status.DELETED: "Deleted",
    Status.DOWNLOADABLE: "Issued",
    Status.ERROR: "Error",
    Status.NOT_PASSING: "Not passing",
    Status.RESTRICTED: "Restricted",
    Status.AUDITING: "Auditing",
    Status.AUDIT_PASSING: "Audit, passing",
    Status.AUDIT_NOT_PASSING: "Audit, not passing",
    Status.HONOR_PASSING: "Honor, passing",
    Status.UNVERIFIED: "Unverified",
    Status.INVALIDATED: "Invalidated",
    Status.REQUESTING: "Requesting",
    ExampleStatus.STARTED: "Started",
    ExampleStatus.SUCCESS: "Success",
    ExampleStatus.ERROR: "Error",
}


def label_of(value: str) -> str:
    """Give the word that people read for a stored status; a value from elsewhere stands as it is."""
    return next((label for status, label in LABELS.items() if status == value), value)
