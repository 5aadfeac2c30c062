"""What do a course run's own settings say, where its record leaves it open or they know better (interface §8)?"""

from sqlalchemy.orm import Session

from webapp.domain.configs.kinds import Kind
from webapp.models.courses import CourseRun
from webapp.services.configs import ledger


def updated_rules(session: Session, run: CourseRun) -> bool:
    """Say whether a course run is judged by the regular rules (decision 37): its settings' word, else its record's."""
    settings = ledger.live_payload(session, Kind.COURSE, run.course_id)
    chosen = settings["use_updated"] if settings else None
    return run.use_updated if chosen is None else bool(chosen)
