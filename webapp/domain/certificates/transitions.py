"""The state machine: which status follows when we act or the queue answers, and which moves are refused?"""

from collections.abc import Mapping
from enum import StrEnum

from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.wording import phrase


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


def after_answer(status: Status, answer: Answer) -> Status | None:
    """Give the status that an answer leads to, or None where it is refused."""
    return AFTER_ANSWER.get((status, answer))


class Move(StrEnum):
    """What we do with a certificate."""

    ISSUE = "issue"
    SUBMIT = "submit"
    ISSUE_AGAIN = "issue_again"
    SUBMIT_AGAIN = "submit_again"
    RESUBMIT = "resubmit"
    GIVE_UP = "give_up"
    REFUSE = "refuse"
    DOWNGRADE = "downgrade"
    DELETE = "delete"
    REMOVE = "remove"
    ERASE = "erase"


class Cause(StrEnum):
    """Why a certificate moved; the value is what its transition keeps."""

    ALLOWLISTED = "allowlisted"
    DELETION = "deletion"
    ERASED = "erased"
    FAKED = "faked"
    GIVEN_UP = "given_up"
    IMPORT = "import"
    INVALIDATED = "invalidated"
    JUDGED = "judged"
    PASSED = "passed"
    QUEUE_ANSWER = "queue_answer"
    REGENERATED = "regenerated"
    REQUESTED = "requested"
    RESUBMITTED = "resubmitted"
    SUBMITTED = "submitted"


CAUSES: Mapping[str, str] = {
    Cause.ALLOWLISTED: phrase("Put on the allowlist"),
    Cause.DELETION: phrase("Deletion asked for"),
    Cause.ERASED: phrase("Learner erased"),
    Cause.FAKED: phrase("Made up for a trial"),
    Cause.GIVEN_UP: phrase("Given up"),
    Cause.IMPORT: phrase("Imported"),
    Cause.INVALIDATED: phrase("Invalidated"),
    Cause.JUDGED: phrase("Judged by the rules"),
    Cause.PASSED: phrase("Passed the course"),
    Cause.QUEUE_ANSWER: phrase("XQueue answered"),
    Cause.REGENERATED: phrase("Made anew"),
    Cause.REQUESTED: phrase("Asked for by the learner"),
    Cause.RESUBMITTED: phrase("Sent to XQueue again"),
    Cause.SUBMITTED: phrase("Sent to XQueue"),
}
"""The same in words."""

ADDABLE = frozenset(
    {
        Status.UNAVAILABLE,
        Status.NOT_PASSING,
        Status.ERROR,
        Status.DELETED,
        Status.UNVERIFIED,
        Status.AUDIT_PASSING,
        Status.AUDIT_NOT_PASSING,
        Status.AUDITING,
        Status.RESTRICTED,
    }
)
"""From these a certificate is made as if there were none yet (decision 8)."""

REFUSED = frozenset(
    {
        Status.UNAVAILABLE,
        Status.NOT_PASSING,
        Status.UNVERIFIED,
        Status.RESTRICTED,
        Status.AUDIT_PASSING,
        Status.AUDIT_NOT_PASSING,
    }
)
"""Where a refusal can lead (domain note §3.4)."""

_ANY: frozenset[Status | None] = frozenset(Status) | {None}
_AT_REST: frozenset[Status | None] = _ANY - IN_FLIGHT

AFTER_MOVE: dict[Move, tuple[frozenset[Status | None], Status | None]] = {
    Move.ISSUE: (ADDABLE | {None}, Status.DOWNLOADABLE),
    Move.SUBMIT: (ADDABLE | {None}, Status.GENERATING),
    Move.ISSUE_AGAIN: (_AT_REST, Status.DOWNLOADABLE),
    Move.SUBMIT_AGAIN: (_AT_REST, Status.REGENERATING),
    Move.RESUBMIT: (IN_FLIGHT, None),
    # A removal too: nobody has said that its file is gone, so it is no `deleted`; from `error` support can delete it again.
    Move.GIVE_UP: (IN_FLIGHT, Status.ERROR),
    Move.REFUSE: (_AT_REST, None),
    Move.DOWNGRADE: (_ANY - {Status.DELETING}, None),  # settled by its answer, or given up (decisions 22, 43)
    Move.DELETE: (frozenset({Status.DOWNLOADABLE, Status.ERROR}), Status.DELETED),
    Move.REMOVE: (frozenset({Status.DOWNLOADABLE, Status.ERROR}), Status.DELETING),
    # Whatever an answer, a sweep or a retry could still make of it: its learner is to be forgotten (record 37).
    Move.ERASE: (frozenset({Status.DOWNLOADABLE, Status.ERROR}) | IN_FLIGHT, Status.DELETED),
}
"""From where each move is allowed, None standing for "no certificate yet", and where it leads.

A target of None: a resubmission stays where it is, a refusal leads to its own status (decisions 1, 8, 9, 43, 50).
"""


def after_move(status: Status | None, move: Move, target: Status | None = None) -> Status | None:
    """Give the status that a move leads to, or None where it is refused; `target` is the refusal's own status."""
    allowed, leads_to = AFTER_MOVE[move]
    if status not in allowed:
        return None
    if move is Move.RESUBMIT:
        return status
    if move in (Move.REFUSE, Move.DOWNGRADE):
        return target if target in REFUSED else None
    return leads_to
