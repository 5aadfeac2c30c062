"""Which buttons stand on a change request's page, what does each ask for, and why can the others not be pressed?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from flask import url_for

from webapp.domain.approval.policy import EMERGENCY_REASON_LENGTH, REASON_LENGTH
from webapp.domain.approval.states import Move
from webapp.services.governance.reading.review import Review
from webapp.web.changes import words
from webapp.wording import phrase

Caution = tuple[str, str, bool]
"""What has to be confirmed: its code, its words, and whether it was ticked."""
DECIDING = (Move.APPROVE, Move.ACKNOWLEDGE, Move.RESUME, Move.HOLD, Move.REJECT, Move.TAKE_BACK)
OTHERS = (Move.WITHDRAW, Move.REVERT, Move.EMERGENCY)
HIDDEN = frozenset({"state"})
"""Codes of refusals that say no more than the state does: such a button is not there at all."""


@dataclass(frozen=True, slots=True)
class Button:
    """A move as a form with one button."""

    move: Move
    label: str
    tone: Literal["primary", "normal", "danger"]
    help: str
    note_label: str
    note_length: int
    """The fewest characters of what has to be said; 0 where nothing has to."""
    url: str
    confirm: str = ""
    asks_key: str = ""
    """The key that has to be typed again."""
    note: str = ""
    """What was typed before the move was refused."""
    cautions: Sequence[Caution] = ()

    @property
    def opens(self) -> bool:
        """Whether its form is opened by a button first, for it asks for something."""
        return self.note_length > 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Buttons that cannot be pressed for one and the same reason."""

    labels: tuple[str, ...]
    reason: str


_LABELS: dict[Move, str] = {
    Move.APPROVE: phrase("Approve"),
    Move.HOLD: phrase("Put on hold"),
    Move.RESUME: phrase("Resume"),
    Move.REJECT: phrase("Reject"),
    Move.TAKE_BACK: phrase("Take my approval back"),
    Move.ACKNOWLEDGE: phrase("I have looked at it"),
    Move.WITHDRAW: phrase("Withdraw"),
    Move.REVERT: phrase("Propose the way back"),
    Move.EMERGENCY: phrase("Make live without approvals"),
    Move.EDIT: phrase("Edit"),
    Move.REBASE: phrase("Bring up to date"),
    Move.COMMENT: phrase("Comment"),
}
_TONES: dict[Move, Literal["primary", "normal", "danger"]] = {
    Move.APPROVE: "primary",
    Move.ACKNOWLEDGE: "primary",
    Move.REJECT: "danger",
    Move.WITHDRAW: "danger",
    Move.EMERGENCY: "danger",
}
_HELP: dict[Move, str] = {
    Move.HOLD: phrase("Nobody can approve it, and it does not go live, until somebody resumes it."),
    Move.RESUME: phrase("Its approvals of this revision count again."),
    Move.REJECT: phrase("Ends it for good. It can be proposed anew."),
    Move.TAKE_BACK: phrase("Your approval of this revision will not count any more; you can approve it again."),
    Move.ACKNOWLEDGE: phrase("Ends the review that is owed. If it should not be live, propose the way back as well."),
    Move.WITHDRAW: phrase("Ends it for good. It can be proposed anew."),
    Move.REVERT: phrase("A new change with what was live before, which somebody has to approve."),
    Move.EMERGENCY: phrase(
        "It goes live at once. All approvers are told, and somebody else has to look at it within 24 hours."
    ),
}
_NOTES: dict[Move, tuple[str, int]] = {
    Move.HOLD: (phrase("Why"), 1),
    Move.REJECT: (phrase("Why"), 1),
    Move.REVERT: (phrase("Why"), REASON_LENGTH),
    Move.EMERGENCY: (phrase("Why it cannot wait"), EMERGENCY_REASON_LENGTH),
}


def buttons_of(
    review: Review,
    moves: Sequence[Move],
    now: datetime,
    typed: Mapping[Move, str],
    asked: Mapping[Move, Sequence[Caution]] = MappingProxyType({}),
) -> list[Button]:
    """Give the moves among these that the one who looks may make, with what was typed and what has to be confirmed."""
    able = (move for move in moves if review.refusals[move] is None)
    return [_button(review, move, now, typed.get(move, ""), asked.get(move, ())) for move in able]


def refused_of(review: Review, moves: Sequence[Move]) -> list[Refused]:
    """Give the moves among these that the state would allow and something else does not, by reason."""
    found: dict[str, list[str]] = {}
    for move in moves:
        refusal = review.refusals[move]
        if refusal is not None and refusal.code not in HIDDEN:
            found.setdefault(refusal.text, []).append(_LABELS[move])
    return [Refused(tuple(labels), reason) for reason, labels in found.items()]


def _button(review: Review, move: Move, now: datetime, typed: str, cautions: Sequence[Caution]) -> Button:
    label, length = _NOTES.get(move, (phrase("Note"), 0))
    approves = move is Move.APPROVE
    help_text = words.approving(review, now) if approves else _HELP[move]
    return Button(
        move,
        _LABELS[move],
        _TONES.get(move, "normal"),
        help_text,
        label,
        length,
        url_for(f"changes.{move.name.lower()}", change_id=review.change.id),
        confirm=phrase("Revision {number}. {help}", number=review.change.revision, help=help_text) if approves else "",
        asks_key=review.change.key if move is Move.EMERGENCY else "",
        note=typed,
        cautions=cautions,
    )
