"""The state machine: which status follows when the queue answers, and which answers are refused?"""

from enum import StrEnum

from webapp.domain.certificates.statuses import Status


class Answer(StrEnum):
    """What the queue's worker says of a job."""

    DONE = "done"
    FAILED = "failed"


AFTER_ANSWER: dict[tuple[Status, Answer], Status] = {
    (Status.GENERATING, Answer.DONE): Status.DOWNLOADABLE,
    (Status.REGENERATING, Answer.DONE): Status.DOWNLOADABLE,
    (Status.DELETING, Answer.DONE): Status.DELETED,
    (Status.GENERATING, Answer.FAILED): Status.ERROR,
    (Status.REGENERATING, Answer.FAILED): Status.ERROR,
    (Status.DELETING, Answer.FAILED): Status.ERROR,
}
"""Every move that an answer can make; what is not here is refused (decisions 1-3)."""

NEEDS_FILE = frozenset({Status.GENERATING, Status.REGENERATING})
"""An answer that says done to one of these must name the file that was made."""


def after_answer(status: Status, answer: Answer) -> Status | None:
    """Give the status that an answer leads to, or None where it is refused."""
    return AFTER_ANSWER.get((status, answer))
