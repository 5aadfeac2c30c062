"""In which course runs may a learner ask for their certificate by themselves (decision 17, domain note §1.6)?"""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.domain.configs.kinds import Kind
from webapp.domain.configs.proposals import SINGLE_KEY
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Enrollment
from webapp.services.configs import ledger
from webapp.services.generation.acts import RETRIABLE


def list_open(session: Session, learner_id: int, *, course_id: str | None = None) -> dict[str, str]:
    """Give the course runs in which asking can lead to something, by their keys, each with the name that people read.

    Where a `course_id` is given, no other is looked at.

    The learner is enrolled, self-generation is on everywhere and in the course run, and there is no certificate or one
    whose status is judged anew. Whether they have earned it is found out by asking.
    """
    if not _is_on(session, Kind.GENERATION, SINGLE_KEY, "enabled"):
        return {}
    within = () if course_id is None else (Enrollment.course_id == course_id,)
    of_learner = and_(
        GeneratedCertificate.learner_id == Enrollment.learner_id, GeneratedCertificate.course_id == Enrollment.course_id
    )
    rows = session.execute(
        select(CourseRun, GeneratedCertificate.status)
        .join(Enrollment, Enrollment.course_id == CourseRun.course_id)
        .outerjoin(GeneratedCertificate, of_learner)
        .where(Enrollment.learner_id == learner_id, Enrollment.active, *within)
        .order_by(Enrollment.id.desc())
    )
    return {
        run.course_id: run.title
        for run, status in rows
        if status in RETRIABLE and _is_on(session, Kind.COURSE, run.course_id, "self_generation_enabled")
    }


def _is_on(session: Session, kind: Kind, key: str, switch: str) -> bool:
    payload = ledger.live_payload(session, kind, key)
    return bool(payload and payload[switch])
