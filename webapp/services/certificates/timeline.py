"""What happened to a certificate, in one order: moves, the queue's answers, what people did, and the milestone?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.domain.certificates import statuses
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import CAUSES
from webapp.domain.identifiers import CourseId
from webapp.domain.queue import deliveries
from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.badges import BadgeAward
from webapp.models.certificates import CertificateTransition, CourseMilestone, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.services import audit
from webapp.services.audit_words import ACTIONS
from webapp.services.certificates.listing import iso
from webapp.wording import SPACE, joined, phrase

AT_MOST = 200
UNMATCHED_AT_MOST = 10
KEY_LENGTH = 255


class Source(StrEnum):
    """Which record an entry comes from, in words."""

    TRANSITION = "Status"
    ANSWER = "XQueue answer"
    AUDIT = "Audit"
    MILESTONE = "Milestone"


SOURCE_WORDS = {
    Source.TRANSITION: phrase("Status"),
    Source.ANSWER: phrase("XQueue answer"),
    Source.AUDIT: phrase("Audit"),
    Source.MILESTONE: phrase("Milestone"),
}
"""The same words, for a page to say in its reader's language."""


class Tone(StrEnum):
    """Whether an entry is good news."""

    GOOD = "good"
    """It is."""
    BAD = "bad"
    """Something went wrong, or was altered."""
    WARNING = "warning"
    """Something was taken away, or two said different things."""
    NEUTRAL = "neutral"
    """It is no news of either kind."""


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
    entries = [
        *_milestone(session, certificate_id),
        *_moves(session, certificate_id),
        *_answers(session, certificate_id),
        *_acts(session, certificate_id),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def timeline_of_learner(
    session: Session, username: str, course_id: CourseId, *, certificate_id: int | None
) -> list[Entry]:
    """Give everything that happened to a learner's certificate in a course run, and to their place on the allowlist.

    A learner who was refused without a certificate left behind has a timeline too.
    """
    entries = [] if certificate_id is None else timeline_of(session, certificate_id)
    listed = _events(session, "allowlist", allowlist_key(username, course_id))
    judged = _events(session, "learner", username)
    entries += [_act(row) for row in listed if audit.details_of(row).get("course_id", course_id) == course_id]
    entries += [_act(row) for row in judged if audit.details_of(row).get("course_id") == course_id]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def allowlist_key(username: str, course_id: str) -> str:
    """Give the key under which the audit keeps what happens to a learner's place on the allowlist; a long one is cut."""
    return f"{username}/{course_id}"[:KEY_LENGTH]


def as_object(entry: Entry) -> dict[str, Any]:
    """Give one entry as programs read it."""
    return {
        "at": iso(entry.at),
        "source": entry.source.name.lower(),
        "tone": entry.tone.value,
        "title": entry.title,
        "text": entry.text,
        "actor": entry.actor,
        "delivery_id": entry.delivery_id,
    }


def _milestone(session: Session, certificate_id: int) -> list[Entry]:
    query = (
        select(CourseMilestone)
        .join(
            GeneratedCertificate,
            and_(
                GeneratedCertificate.learner_id == CourseMilestone.learner_id,
                GeneratedCertificate.course_id == CourseMilestone.course_id,
            ),
        )
        .where(GeneratedCertificate.id == certificate_id)
    )
    return [
        Entry(
            row.fulfilled_at,
            phrase("Course run passed"),
            Source.MILESTONE,
            Tone.GOOD,
            CAUSES.get(row.reason, row.reason),
        )
        for row in session.scalars(query)
    ]


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
    before = statuses.label_of(row.from_status) if row.from_status else phrase("New")
    cause = CAUSES.get(row.cause, row.cause)
    return Entry(
        row.at,
        phrase("{before} → {after}", before=before, after=after),
        Source.TRANSITION,
        _TONES.get(row.to_status, Tone.NEUTRAL),
        phrase("{cause}: {reason}", cause=cause, reason=row.reason) if row.reason else cause,
        row.actor_name,
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
    badges = session.scalars(select(BadgeAward.assertion_id).where(BadgeAward.certificate_id == certificate_id)).all()
    rows = [*_events(session, "certificate", str(certificate_id))]
    for badge in badges:
        rows += _events(session, "badge_award", badge)
    entries = [_act(row) for row in rows]
    erased = select(Learner.erased_at).join(GeneratedCertificate, GeneratedCertificate.learner_id == Learner.id)
    if session.scalar(erased.where(GeneratedCertificate.id == certificate_id)) is None:
        return entries
    return [replace(entry, text=None) for entry in entries]  # what people wrote as a reason stays with the auditors


def _events(session: Session, kind: str, key: str) -> Sequence[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.kind == kind, AuditEvent.key == key)
    return audit.read_events(session, query.order_by(AuditEvent.seq.desc()).limit(AT_MOST))


def _act(row: AuditEvent) -> Entry:
    altered = audit.altered(row)
    return Entry(
        row.at,
        ACTIONS.get(row.action, row.action),
        Source.AUDIT,
        Tone.BAD if altered else Tone.NEUTRAL,
        joined((f"{row.reason}", altered), SPACE) if altered else row.reason or None,
        row.actor_name,
    )
