"""How do staff put a learner on the allowlist, and take them off it (decisions 14, 29, 50)?"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.identifiers import CourseId
from webapp.errors import AlreadyInvalidated, NotEnrolled, NotOnAllowlist, OnAllowlist
from webapp.models.exceptions import AllowlistEntry
from webapp.services import audit
from webapp.services.certificates.timeline import allowlist_key
from webapp.services.course_runs import unknown_course
from webapp.services.generation import acts, facts
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order
from webapp.wording import phrase


def allow(session: Session, order: Order, username: str, course_id: CourseId) -> None:
    """Let a learner have the certificate without a passing grade, and judge them so a moment later.

    Where nobody is judged by themselves the generating is left to somebody else. Raises UnknownLearner, UnknownCourse,
    NotEnrolled, AlreadyInvalidated, OnAllowlist.
    """
    learner_id = facts.find_learner_id(session, username)
    facts.lock(session, course_id, [learner_id])
    course = facts.read_course(session, course_id, now=order.now, queue_configured=order.queue_configured)
    if not course.known:
        raise unknown_course(course_id)
    known, _ = facts.read_one(session, course, learner_id)
    if known.mode is None:
        raise NotEnrolled(phrase("{username} is not enrolled in {course_id}.", username=username, course_id=course_id))
    if known.invalidated:
        raise AlreadyInvalidated(
            phrase("The certificate of {username} is invalidated; end the invalidation first.", username=username)
        )
    if known.on_allowlist:
        raise OnAllowlist(
            phrase("{username} is on the allowlist of {course_id} already.", username=username, course_id=course_id)
        )
    kept = _find(session, learner_id, course_id)
    before = {"allowlisted": kept.allowlisted, "notes": kept.notes} if kept else None
    entry = kept or AllowlistEntry(learner_id=learner_id, course_id=course_id)
    entry.allowlisted, entry.notes, entry.created_by = True, order.note, order.actor.name
    entry.created_at = entry.modified_at = order.now
    session.add(entry)
    session.flush()
    if order.judged_after is not None:
        acts.schedule(session, order, learner_id, course_id, delay=order.judged_after)
    written = {"before": before, "after": {"allowlisted": True, "notes": order.note}}
    _tell(session, order, "allowlist.added", username, course_id, written)


def disallow(session: Session, order: Order, username: str, course_id: CourseId) -> Made:
    """Take a learner off the allowlist and judge them anew, by the course's own rules (decision 50).

    Raises UnknownLearner, NotOnAllowlist.
    """
    learner_id = facts.find_learner_id(session, username)
    facts.lock(session, course_id, [learner_id])
    entry = _find(session, learner_id, course_id)
    if entry is None or not entry.allowlisted:
        raise NotOnAllowlist(
            phrase("{username} is not on the allowlist of {course_id}.", username=username, course_id=course_id)
        )
    entry.allowlisted, entry.modified_at = False, order.now
    session.flush()
    written = {"before": {"allowlisted": True}, "after": {"allowlisted": False}}
    _tell(session, order, "allowlist.removed", username, course_id, written)
    return acts.judge_anew(session, order, username, course_id)


def _find(session: Session, learner_id: int, course_id: CourseId) -> AllowlistEntry | None:
    return session.scalar(
        select(AllowlistEntry)
        .where(AllowlistEntry.learner_id == learner_id, AllowlistEntry.course_id == course_id)
        .with_for_update()
    )


def _tell(
    session: Session, order: Order, action: str, username: str, course_id: CourseId, written: Mapping[str, object]
) -> None:
    key, details = allowlist_key(username, course_id), {"username": username, "course_id": course_id, **written}
    audit.append(session, order.actor, action, "allowlist", key, now=order.now, details=details, reason=order.note)
