"""How does a learner ask for a certificate from a page of the platform (domain note §8.6)?"""

from sqlalchemy.orm import Session

from webapp.domain.identifiers import BadCourseId, parse_course_id
from webapp.domain.platform import learner_answers
from webapp.services.generation import acts, facts
from webapp.services.generation.orders import Order


def ask(session: Session, order: Order, learner_id: int, course_id: str) -> str | None:
    """Judge a learner who asks; gives why nothing was begun, None where they were judged, whatever came of it.

    The learner is locked in between, so that two clicks make one certificate.
    """
    try:
        key = parse_course_id(course_id)
    except BadCourseId:
        return learner_answers.BAD_COURSE
    course = facts.read_course(session, key, now=order.now, queue_configured=order.queue_configured)
    if not course.known:
        return learner_answers.BAD_COURSE
    facts.lock(session, key, [learner_id])
    known, _ = facts.read_one(session, course, learner_id)
    refusal = learner_answers.refusal_of(known)
    if refusal is None:
        acts.generate(session, order, known.username, key)
    return refusal
