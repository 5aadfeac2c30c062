"""How do staff declare a certificate void, and take that back (decisions 9, 14, 29)?"""

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.actors import words_for
from webapp.domain.certificates import effects
from webapp.domain.certificates.eligibility import Purpose, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.statuses import Status, label_of
from webapp.domain.certificates.transitions import Cause, Move
from webapp.domain.identifiers import CourseId
from webapp.errors import AlreadyInvalidated, NoCertificate, NotInvalidated, NotIssued, OnAllowlist
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import Invalidation
from webapp.services import audit
from webapp.services.generation import facts, making
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order
from webapp.wording import phrase


def invalidate(session: Session, order: Order, username: str, course_id: CourseId) -> Made:
    """Declare an issued certificate void: its grade is blanked, its link stays and says so (decision 38).

    One that was issued and is only made anew can be declared void too: its page stands meanwhile (record 11).
    Raises UnknownLearner, NoCertificate, AlreadyInvalidated, OnAllowlist, NotIssued.
    """
    learner_id = facts.find_learner_id(session, username)
    facts.lock(session, course_id, [learner_id])
    course = facts.read_course(session, course_id, now=order.now, queue_configured=order.queue_configured)
    held = facts.read_held(session, course_id, [learner_id])
    if learner_id not in held:
        raise NoCertificate(
            phrase("{username} has no certificate in {course_id}.", username=username, course_id=course_id)
        )
    row = held[learner_id]
    known = facts.read(session, course, [learner_id], held)[0]
    _refuse_unless_valid(session, known, row)
    _add(session, order, row["id"])
    known = known._replace(invalidated=True, invalidated_by=order.actor.name, invalidated_at=order.now)
    change = making.make_change(
        decide(known, Purpose.JUDGE_ANEW),
        row,
        effects.refused(making.fields_of(row), known, Status.UNAVAILABLE),
        Move.DOWNGRADE,
        cause=Cause.INVALIDATED,
        action="certificate.invalidated",
        reason=order.note,
    )
    making.write(session, order, [change])
    return change.made


def _refuse_unless_valid(session: Session, known: Facts, row: RowMapping) -> None:
    if known.invalidated:
        raise AlreadyInvalidated(
            phrase("The certificate is invalidated already, by {who}.", who=words_for(known.invalidated_by))
        )
    if known.on_allowlist:
        raise OnAllowlist(
            phrase(
                "{username} is on the allowlist of {course_id}; take the learner off it first.",
                username=known.username,
                course_id=known.course.course_id,
            )
        )
    if not known.valid:
        raise NotIssued(
            phrase(
                "Only an issued certificate can be invalidated; this one's status is {status}.",
                status=label_of(row["status"]),
            )
        )


def end(session: Session, order: Order, username: str, course_id: CourseId) -> None:
    """Take an invalidation back; the certificate is not made anew by that alone. Raises UnknownLearner, NotInvalidated."""
    learner_id = facts.find_learner_id(session, username)
    facts.lock(session, course_id, [learner_id])
    if not end_active(session, order, learner_id, course_id):
        raise NotInvalidated(
            phrase(
                "No invalidation of {username}'s certificate in {course_id} is active.",
                username=username,
                course_id=course_id,
            )
        )


def end_one(session: Session, order: Order, invalidation: Invalidation) -> None:
    """Take that very invalidation back, and not one that came after it. Raises NotInvalidated."""
    held = invalidation.certificate
    course_id = CourseId(held.course_id)
    facts.lock(session, course_id, [held.learner_id])
    session.refresh(invalidation)  # somebody else may have been quicker, before the lock
    if not (invalidation.active and end_active(session, order, held.learner_id, course_id)):
        raise NotInvalidated(phrase("The invalidation {id} has ended already.", id=invalidation.id))
    session.refresh(invalidation)


def end_active(session: Session, order: Order, learner_id: int, course_id: CourseId) -> bool:
    """End a learner's active invalidation, where there is one; the caller has locked the learner."""
    of_learner = select(GeneratedCertificate.id).where(
        GeneratedCertificate.learner_id == learner_id, GeneratedCertificate.course_id == course_id
    )
    ended = session.scalars(
        update(Invalidation)
        .where(Invalidation.certificate_id.in_(of_learner), Invalidation.active)
        .values(active=False, modified_at=order.now)
        .returning(Invalidation.certificate_id)
    ).first()
    if ended is None:
        return False
    details = {"before": {"active": True}, "after": {"active": False}}
    audit.append(
        session,
        order.actor,
        "invalidation.ended",
        "certificate",
        str(ended),
        now=order.now,
        details=details,
        reason=order.note,
    )
    return True


def _add(session: Session, order: Order, certificate_id: int) -> None:
    row = {
        "certificate_id": certificate_id,
        "invalidated_by": order.actor.name,
        "notes": order.note,
        "active": True,
        "created_at": order.now,
        "modified_at": order.now,
    }
    session.execute(insert(Invalidation).values(row))
