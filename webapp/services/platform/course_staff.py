"""Whose course run is it: who is staff or instructor there?"""

from collections.abc import Sequence

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from webapp.domain.identifiers import BadCourseId, parse_course_id
from webapp.models.courses import CourseRun
from webapp.models.learners import CourseRole

TEACHES = and_(CourseRole.role.in_(("staff", "instructor")), CourseRole.active)
"""The condition for a part that makes a learner staff of a course run, and has not ended."""
MOST_TAUGHT = 100


def is_course_staff(session: Session, learner_id: int | None, course_id: str) -> bool:
    """Say whether a learner is staff or instructor of a course run, whatever text names it; nobody never is."""
    if learner_id is None:
        return False
    try:
        key = parse_course_id(course_id)
    except BadCourseId:
        return False
    part = exists().where(CourseRole.learner_id == learner_id, CourseRole.course_id == key, TEACHES)
    return bool(session.scalar(select(part)))


def list_taught(session: Session, learner_id: int) -> Sequence[CourseRun]:
    """Give the course runs of which a learner is staff or instructor, by name; MOST_TAUGHT (100) at most."""
    roles = select(CourseRole.course_id).where(CourseRole.learner_id == learner_id, TEACHES)
    query = select(CourseRun).where(CourseRun.course_id.in_(roles))
    return session.scalars(query.order_by(CourseRun.display_name_folded, CourseRun.id).limit(MOST_TAUGHT)).all()
