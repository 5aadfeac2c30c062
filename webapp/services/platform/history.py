"""What was done for a whole course run, as the instructor's page lists it (B2, B9)?"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GenerationRun


def count(session: Session, course_id: CourseId) -> int:
    """Count the runs of a course run; a dry run did nothing."""
    run = GenerationRun
    return session.scalar(select(func.count(run.id)).where(run.course_id == course_id, run.dry_run.is_(False))) or 0


def list_page(session: Session, course_id: CourseId, *, offset: int, limit: int) -> Sequence[GenerationRun]:
    """Give some of them, the newest first."""
    run = GenerationRun
    query = select(run).where(run.course_id == course_id, run.dry_run.is_(False))
    return session.scalars(query.order_by(run.id.desc()).offset(offset).limit(limit)).all()
