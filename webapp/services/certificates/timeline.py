"""What happened to a certificate, in one order: moves, the queue's answers, and what people did?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.certificates import deliveries, statuses
from webapp.domain.certificates.deliveries import Outcome
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition
from webapp.models.messages import CallbackInbox

AT_MOST = 200
UNMATCHED_AT_MOST = 10


class Source(StrEnum):
    """Which record an entry comes from, in words."""

    TRANSITION = "Status"
    ANSWER = "XQueue answer"
    AUDIT = "Audit"


class Tone(StrEnum):
    """Whether an entry is good news."""

    GOOD = "good"
    BAD = "bad"
    WARNING = "warning"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime
    title: str
    source: Source
    tone: Tone = Tone.NEUTRAL
    text: str | None = None
    actor: str | None = None
    delivery_id: int | None = None


CAUSES = {
    "allowlisted": "Put on the allowlist",
    "deletion": "Deletion asked for",
    "import": "Imported",
    "invalidated": "Invalidated",
    "judged": "Judged by the rules",
    "passed": "Passed the course",
    "queue_answer": "XQueue answered",
    "regenerated": "Made anew",
    "reinstated": "Invalidation ended",
    "requested": "Asked for by the learner",
    "resubmitted": "Sent to XQueue again",
    "submitted": "Sent to XQueue",
}
"""Why a certificate moved, in words; the code is what the transition keeps."""

ACTIONS = {
    "account.created": "Account created",
    "account.disabled": "Account disabled",
    "account.enabled": "Account enabled",
    "account.password_set": "Password set",
    "account.roles_changed": "Roles changed",
    "account.sessions_ended": "Signed out everywhere",
    "account.signed_in": "Signed in",
    "account.signed_out": "Signed out",
    "allowlist.imported": "Allowlist entry imported",
    "certificate.answered": "Answer applied",
    "certificate.imported": "Certificate imported",
    "delivery.closed": "Delivery closed",
    "delivery.reopened": "Delivery reopened",
    "delivery.tried_again": "Delivery applied again",
    "demo.loaded": "Demonstration data loaded",
    "example.answered": "Example answered",
    "invalidation.imported": "Invalidation imported",
    "records.imported": "Records imported",
    "token.created": "API token created",
}
"""What an audit event's code means, in words."""

_TONES = {
    Status.DOWNLOADABLE: Tone.GOOD,
    Status.ERROR: Tone.BAD,
    Status.UNAVAILABLE: Tone.WARNING,
    Status.DELETED: Tone.WARNING,
}
_OUTCOME_TONES = {Outcome.APPLIED: Tone.GOOD, Outcome.CONFLICT: Tone.WARNING}


def timeline_of(session: Session, certificate_id: int) -> list[Entry]:
    """Give everything that happened to a certificate, newest first, 200 of each source at most.

    A harmless repetition of an answer is left out: it is in the inbox, and tells nobody anything (decision 5).
    """
    entries = _moves(session, certificate_id) + _answers(session, certificate_id) + _acts(session, certificate_id)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _moves(session: Session, certificate_id: int) -> list[Entry]:
    query = (
        select(CertificateTransition)
        .where(CertificateTransition.certificate_id == certificate_id)
        .order_by(CertificateTransition.id.desc())
        .limit(AT_MOST)
    )
    return [_move(row) for row in session.scalars(query)]


def _move(row: CertificateTransition) -> Entry:
    after = statuses.label_of(row.to_status)
    before = statuses.label_of(row.from_status) if row.from_status else "New"
    cause = CAUSES.get(row.cause, row.cause)
    text = f"{cause}: {row.reason}" if row.reason else cause
    return Entry(
        row.at, f"{before} → {after}", Source.TRANSITION, _TONES.get(row.to_status, Tone.NEUTRAL), text, row.actor_name
    )


def _answers(session: Session, certificate_id: int) -> list[Entry]:
    """Of those with a key that is not the certificate's only the last few: anybody can send them."""
    of_certificate = (
        select(CallbackInbox)
        .where(CallbackInbox.certificate_id == certificate_id, CallbackInbox.outcome != Outcome.DUPLICATE)
        .order_by(CallbackInbox.id.desc())
    )
    matched = session.scalars(of_certificate.where(CallbackInbox.matched).limit(AT_MOST))
    unmatched = session.scalars(of_certificate.where(CallbackInbox.matched.is_(False)).limit(UNMATCHED_AT_MOST))
    return [
        Entry(
            row.received_at,
            deliveries.LABELS[row.outcome],
            Source.ANSWER,
            _OUTCOME_TONES.get(row.outcome, Tone.BAD),
            deliveries.EXPLANATIONS[row.outcome],
            delivery_id=row.id,
        )
        for row in (*matched, *unmatched)
    ]


def _acts(session: Session, certificate_id: int) -> list[Entry]:
    query = (
        select(AuditEvent)
        .where(AuditEvent.kind == "certificate", AuditEvent.key == str(certificate_id))
        .order_by(AuditEvent.seq.desc())
        .limit(AT_MOST)
    )
    return [
        Entry(row.at, ACTIONS.get(row.action, row.action), Source.AUDIT, text=row.reason or None, actor=row.actor_name)
        for row in session.scalars(query)
    ]
