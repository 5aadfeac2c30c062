"""Which move does a verdict ask for, and what do issuing, submitting, refusing and deleting write into the fields?"""

from dataclasses import dataclass, replace
from datetime import datetime

from webapp.domain.certificates.eligibility import Decision, Purpose
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.pdf_templates import Design
from webapp.domain.certificates.refusals import grade_left_by, status_left_by
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Move, after_move
from webapp.domain.certificates.visibility import stays_valid


@dataclass(frozen=True, slots=True)
class Fields:
    """All that a move may change of a certificate; the defaults are those of a row that is not there yet."""

    status: Status = Status.UNAVAILABLE
    mode: str = "honor"
    name: str = ""
    grade: str = ""
    key: str = ""
    verify_uuid: str = ""
    download_uuid: str = ""
    download_url: str = ""
    error_reason: str = ""
    issued_at: datetime | None = None
    submitted_at: datetime | None = None


_TOLD = ("status", "mode", "grade", "verify_uuid", "download_uuid", "download_url", "error_reason", "issued_at",
         "submitted_at")  # fmt: skip
"""Not the name, since the audit forgets nothing, nor the key, which is all that an answer proves itself by."""


def told(before: Fields | None, after: Fields | None) -> dict[str, dict[str, str | None] | None]:
    """Give the status and what else was written, before and after, as the audit tells it; None where there is no row."""
    written = [
        name for name in _TOLD if name == "status" or not before or getattr(before, name) != getattr(after, name)
    ]
    sides = {"before": before, "after": after}
    return {
        side: {name: _as_text(getattr(fields, name)) for name in written} if fields else None
        for side, fields in sides.items()
    }


def _as_text(value: str | datetime | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else value and str(value)


def is_new(before: Status | None, after: Status | None) -> bool:
    """Say whether a move issues a certificate that was not there to be had before it."""
    return after is Status.DOWNLOADABLE and before is not after


def is_lost(after: Status | None, *, was_valid: bool) -> bool:
    """Say whether a move takes a valid certificate away; one that is made anew stays valid meanwhile (record 11)."""
    return was_valid and (after is None or not stays_valid(after, Status.DOWNLOADABLE))


_MAKING = {
    (True, False): Move.ISSUE,
    (False, False): Move.SUBMIT,
    (True, True): Move.ISSUE_AGAIN,
    (False, True): Move.SUBMIT_AGAIN,
}


def move_to(decision: Decision) -> tuple[Move, Status] | None:
    """Give the move that a verdict asks for and the status it leads to; None where the certificate stays as it is."""
    facts = decision.facts
    if not decision.earned:
        left = status_left_by(decision)
        move = Move.DOWNGRADE if decision.purpose is Purpose.JUDGE_ANEW or facts.invalidated else Move.REFUSE
    elif decision.purpose is Purpose.JUDGE_ANEW:
        return None
    else:
        again = decision.purpose is Purpose.REGENERATE and facts.status is not None
        move = _MAKING[facts.course.html, again]
        left = None
    target = after_move(facts.status, move, left)
    return None if target is None else (move, target)


def issued(before: Fields, design: Design, *, key: str, verify_uuid: str, now: datetime) -> Fields:
    """Make a web certificate: it keeps the public id that it has, and the moment when it was first issued (decisions 9, 18).

    The new key leaves an answer to an earlier job without a certificate (decision 4).
    """
    return replace(
        _designed(before, design, key),
        status=Status.DOWNLOADABLE,
        verify_uuid=before.verify_uuid or verify_uuid,
        issued_at=before.issued_at or now,
    )


def submitted(before: Fields, design: Design, status: Status, *, key: str) -> Fields:
    """Wait for the queue to make a PDF; its clock starts when the queue has taken the job (decision 40)."""
    return replace(_designed(before, design, key), status=status)


def resubmitted(before: Fields, *, key: str) -> Fields:
    """Wait for the same job under a new key; its clock starts anew (decision 40)."""
    return replace(before, key=key, submitted_at=None)


def refused(before: Fields, facts: Facts, status: Status) -> Fields:
    """Leave a refusal's status, with the mode, name and grade of this moment; the public id stays (domain note §3.5)."""
    return replace(
        before,
        status=status,
        mode=facts.mode or before.mode,
        name=facts.name,
        grade=grade_left_by(status, facts),
        download_uuid="",
        download_url="",
        error_reason="",
        submitted_at=None,
    )


def deleted(before: Fields, status: Status, *, key: str) -> Fields:
    """End a certificate by staff's wish; the public id stays, so that the page can say that it is gone (decision 43)."""
    return replace(before, status=status, key=key, error_reason="", submitted_at=None)


def _designed(before: Fields, design: Design, key: str) -> Fields:
    return replace(
        before,
        mode=design.mode,
        name=design.name,
        grade=design.grade,
        key=key,
        download_url="",
        error_reason="",
        submitted_at=None,
    )
