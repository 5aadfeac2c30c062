"""Which statuses can a certificate have, and what do people call them?"""

from enum import StrEnum

from webapp.wording import phrase


class Status(StrEnum):
    """The status of a certificate, by the word that goes over the wire (domain note §1.2)."""

    UNAVAILABLE = "unavailable"
    """There is none, or it was taken away."""
    GENERATING = "generating"
    """Its PDF was asked for, and the queue has not answered yet."""
    REGENERATING = "regenerating"
    """Its PDF was asked for anew, and the queue has not answered yet."""
    DELETING = "deleting"
    """The queue was asked to remove its PDF, and has not answered yet."""
    DELETED = "deleted"
    """It was ended: its link says that it is gone."""
    DOWNLOADABLE = "downloadable"
    """It is issued."""
    ERROR = "error"
    """The queue failed at it, or never answered."""
    NOT_PASSING = "notpassing"
    """The grade is not a passing one."""
    RESTRICTED = "restricted"
    """The platform does not let the learner hold certificates."""
    AUDITING = "auditing"
    """Of the mode `audit`, in the words of older platforms."""
    AUDIT_PASSING = "audit_passing"
    """Passed in the mode `audit`, which earns none; the learner does not see it."""
    AUDIT_NOT_PASSING = "audit_notpassing"
    """Not passed in the mode `audit`, which earns none; the learner does not see it."""
    HONOR_PASSING = "honor_passing"
    """Passed in the mode `honor` where the platform gave none for it; it only comes in from there."""
    UNVERIFIED = "unverified"
    """The learner's identity is not verified, and the mode asks for that."""
    INVALIDATED = "invalidated"
    """Void, in the words of older platforms; what staff declare void here is an invalidation."""
    REQUESTING = "requesting"
    """Asked for, in the words of older platforms."""


class ExampleStatus(StrEnum):
    """How far an example certificate is (domain note §1.5)."""

    STARTED = "started"
    """The queue has not answered yet."""
    SUCCESS = "success"
    """It is made."""
    ERROR = "error"
    """The queue failed at it."""


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
