"""How do staff have a certificate show another day than its own, and take that back (decision 18, domain note §1.14)?

Only what is shown changes: neither whether anybody sees the certificate, nor a file that the queue has made.
"""

from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.certificates.visibility import EARLIEST_DAY, may_show_day
from webapp.domain.identifiers import CourseId
from webapp.errors import BadDate, NoCertificate, NoDateOverride, NotIssued
from webapp.models.certificates import DateOverride, GeneratedCertificate
from webapp.services import audit
from webapp.services.following import bus
from webapp.services.generation import facts
from webapp.services.generation.orders import Order
from webapp.services.messages import outbox
from webapp.wording import phrase


def override(session: Session, order: Order, username: str, course_id: CourseId, day: date) -> None:
    """Have an issued certificate show a day (UTC) from now on; the same day for the same reason again changes nothing.

    Raises UnknownLearner, NoCertificate, NotIssued, BadDate.
    """
    if not may_show_day(day, order.now):
        raise BadDate(
            phrase(
                "A certificate shows a day between {earliest} and today, not {day}.",
                earliest=EARLIEST_DAY.isoformat(),
                day=day.isoformat(),
            )
        )
    certificate = _locked(session, order, username, course_id)
    moment, kept = datetime.combine(day, time(), UTC), _find(session, certificate.id)
    if kept is not None and (kept.date, kept.reason) == (moment, order.note):
        return
    before = kept.date if kept else None
    row = kept or DateOverride(certificate_id=certificate.id, created_at=order.now)
    row.date, row.reason, row.overridden_by, row.modified_at = moment, order.note, order.actor.name, order.now
    session.add(row)
    _tell(session, order, "certificate.date_overridden", certificate, before, moment)


def end(session: Session, order: Order, username: str, course_id: CourseId) -> None:
    """Have a certificate show its own day again. Raises UnknownLearner, NoCertificate, NoDateOverride."""
    certificate = _locked(session, order, username, course_id, only_valid=False)
    kept = _find(session, certificate.id)
    if kept is None:
        raise NoDateOverride(
            phrase(
                "The certificate of {username} in {course_id} shows no other day than its own.",
                username=username,
                course_id=course_id,
            )
        )
    session.delete(kept)
    _tell(session, order, "certificate.date_override_ended", certificate, kept.date, None)


def _locked(
    session: Session, order: Order, username: str, course_id: CourseId, *, only_valid: bool = True
) -> GeneratedCertificate:
    """Give the certificate, which nobody else moves meanwhile; one that does not count shows no day."""
    learner_id = facts.find_learner_id(session, username)
    facts.lock(session, course_id, [learner_id])
    course = facts.read_course(session, course_id, now=order.now, queue_configured=order.queue_configured)
    known, row = facts.read_one(session, course, learner_id)
    if row is None:
        raise NoCertificate(
            phrase("{username} has no certificate in {course_id}.", username=username, course_id=course_id)
        )
    if only_valid and (known.invalidated or not known.valid):
        raise NotIssued(phrase("Only a certificate that is issued and valid shows a day."))
    return session.get_one(GeneratedCertificate, row["id"], populate_existing=True)


def _find(session: Session, certificate_id: int) -> DateOverride | None:
    return session.scalar(select(DateOverride).where(DateOverride.certificate_id == certificate_id))


def _tell(
    session: Session,
    order: Order,
    action: str,
    certificate: GeneratedCertificate,
    before: datetime | None,
    after: datetime | None,
) -> None:
    """Tell the bus that the certificate has changed, as the platform does on such an act, and the audit what was done."""
    session.flush()
    outbox.add(session, bus.changed(order.switches, certificate, at=order.now), now=order.now)
    audit.append(
        session,
        order.actor,
        action,
        "certificate",
        str(certificate.id),
        now=order.now,
        details={"before": {"date": _day(before)}, "after": {"date": _day(after)}},
        reason=order.note,
    )


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None
