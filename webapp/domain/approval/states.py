"""In which states is a change request, what can be done with it in each, and where does that lead (approvals note §3.2)?"""

from enum import StrEnum

from webapp.wording import phrase


class Origin(StrEnum):
    """Where a change came from (decision 49)."""

    PROPOSAL = "proposal"
    """Somebody proposed it, and others decide."""
    EMERGENCY = "emergency"
    """An admin made it live at once."""
    INSTALLATION = "installation"
    """It is what every installation begins with."""
    MACHINE = "machine"
    """A command on the machine itself made it live."""


class Action(StrEnum):
    """What a change does to its key."""

    SET = "set"
    """The key gets the value of the payload."""
    DELETE = "delete"
    """The key has no value any more."""


class State(StrEnum):
    """How far a change request is. Stale is none of these: it is seen by comparing versions."""

    PENDING = "pending"
    """It waits for its approvals."""
    ON_HOLD = "on_hold"
    """An approver stopped it, or its author, until somebody resumes it."""
    SCHEDULED = "scheduled"
    """It has its approvals, and waits for its moment."""
    APPLIED = "applied"
    """It went live."""
    REJECTED = "rejected"
    """An approver ended it."""
    WITHDRAWN = "withdrawn"
    """Its author gave it up."""
    EXPIRED = "expired"
    """Nobody touched it for 14 days."""


class Verdict(StrEnum):
    """What somebody decided on a revision. A hold is a state and no decision."""

    APPROVE = "approve"
    REJECT = "reject"


class Move(StrEnum):
    """What a person does with a change request; the value is the word in addresses (approvals note §3.8)."""

    EDIT = "edit"
    REBASE = "rebase"
    APPROVE = "approve"
    HOLD = "hold"
    RESUME = "resume"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take-back"
    EMERGENCY = "emergency"
    REVERT = "revert"
    ACKNOWLEDGE = "acknowledge"
    COMMENT = "comment"


OPEN = frozenset({State.PENDING, State.ON_HOLD, State.SCHEDULED})
"""Not decided yet, or decided and not live yet."""

ANY = frozenset(State)

FROM: dict[Move, frozenset[State]] = {
    Move.EDIT: OPEN,
    Move.REBASE: OPEN,
    Move.APPROVE: frozenset({State.PENDING}),
    Move.HOLD: frozenset({State.PENDING, State.SCHEDULED}),
    Move.RESUME: frozenset({State.ON_HOLD}),
    Move.REJECT: OPEN,
    Move.WITHDRAW: OPEN,
    Move.TAKE_BACK: frozenset({State.PENDING, State.SCHEDULED}),
    Move.EMERGENCY: frozenset({State.PENDING, State.ON_HOLD}),
    Move.REVERT: frozenset({State.APPLIED}),
    Move.ACKNOWLEDGE: frozenset({State.APPLIED}),
    Move.COMMENT: ANY,
}
"""From which states each move is possible."""

LEADS_TO: dict[Move, State] = {
    Move.EDIT: State.PENDING,
    Move.REBASE: State.PENDING,
    Move.HOLD: State.ON_HOLD,
    Move.RESUME: State.PENDING,
    Move.REJECT: State.REJECTED,
    Move.WITHDRAW: State.WITHDRAWN,
    Move.TAKE_BACK: State.PENDING,
}
"""Where a move always leads. Approving leads to pending, scheduled or applied; an emergency to applied, which the gate sets."""

LABELS: dict[State, str] = {
    State.PENDING: phrase("Pending"),
    State.ON_HOLD: phrase("On hold"),
    State.SCHEDULED: phrase("Approved, scheduled"),
    State.APPLIED: phrase("Approved, live"),
    State.REJECTED: phrase("Rejected"),
    State.WITHDRAWN: phrase("Withdrawn"),
    State.EXPIRED: phrase("Expired"),
}
"""The names that people know; "Approved" is scheduled or applied."""
IN_A_SENTENCE: dict[State, str] = {
    State.PENDING: phrase("pending"),
    State.ON_HOLD: phrase("on hold"),
    State.SCHEDULED: phrase("approved, scheduled"),
    State.APPLIED: phrase("approved, live"),
    State.REJECTED: phrase("rejected"),
    State.WITHDRAWN: phrase("withdrawn"),
    State.EXPIRED: phrase("expired"),
}
"""The same within a sentence."""
