"""How does support end a certificate (decision 43)?"""

from typing import Any

from sqlalchemy.orm import Session

from webapp.domain.certificates import effects
from webapp.domain.certificates.effects import Fields
from webapp.domain.certificates.eligibility import Purpose, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.statuses import Status, label_of
from webapp.domain.certificates.transitions import Cause, Move, after_move
from webapp.domain.identifiers import CourseId
from webapp.domain.queue.requests import removal_submission
from webapp.errors import MoveRefused, NoCertificate, NoteMissing
from webapp.services.generation import facts, making
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order
from webapp.wording import phrase


def delete(session: Session, order: Order, username: str, course_id: CourseId, *, through_queue: bool = False) -> Made:
    """End a certificate for good, with a note; its link then says that it is gone.

    `through_queue` asks the worker to remove a PDF, and waits in `deleting` for its answer: only for an agent that
    can do that. Raises UnknownLearner, NoCertificate, NoteMissing, MoveRefused.
    """
    if not order.note.strip():
        raise NoteMissing(phrase("Say in a note why the certificate is deleted."))
    learner_id = facts.find_learner_id(session, username)
    facts.lock(session, course_id, [learner_id])
    held = facts.read_held(session, course_id, [learner_id])
    if learner_id not in held:
        said = phrase("{username} has no certificate in {course_id}.", username=username, course_id=course_id)
        raise NoCertificate(said)
    row = held[learner_id]
    before = making.fields_of(row)
    course = facts.read_course(session, course_id, now=order.now, queue_configured=order.queue_configured)
    known = facts.read(session, course, [learner_id], held)[0]
    removes = through_queue and course.queue_configured and bool(before.download_uuid)
    move = Move.REMOVE if removes else Move.DELETE
    target = _target(before, move)
    key = order.new_key()
    change = making.make_change(
        decide(known, Purpose.JUDGE_ANEW),
        row,
        effects.deleted(before, target, key=key),
        move,
        cause=Cause.DELETION,
        action="certificate.deleted",
        reason=order.note,
    )
    if removes:
        change.submission = _removal(order, known, before, key)
        change.made.queued = True
    making.write(session, order, [change])
    return change.made


def _target(before: Fields, move: Move) -> Status:
    target = after_move(before.status, move)
    if target is None:
        raise MoveRefused(
            phrase(
                "Only an issued or failed certificate can be deleted; this one's status is {status}.",
                status=label_of(before.status),
            )
        )
    return target


def _removal(order: Order, known: Facts, before: Fields, key: str) -> dict[str, Any]:
    submission = removal_submission(
        key=key,
        username=known.username,
        course_id=known.course.course_id,
        course_name=known.course.title,
        name=before.name,
        delete_download_uuid=before.download_uuid,
        delete_verify_uuid=before.verify_uuid,
        base_url=order.base_url,
        queue_name=order.queue_name or "",
    )
    return {"key": key, "header": submission.header, "body": submission.body}
