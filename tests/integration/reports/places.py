"""Learners in course runs, with what the platform tells of them there."""

from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_course, make_learner
from tests.fakes import NOON
from webapp.models.courses import CourseMode
from webapp.models.learners import CourseGrade, Enrollment, Learner

HARD_START = "course-v1:Ünï~versité.x+Αλγεβρα-李+"
HARD_COURSE = HARD_START + "é" * (255 - len(HARD_START))
"""A course key with + and characters that are not ASCII, as long as one can be."""


def enrol(
    session: Session, username: str, course_id: str = DEMO_COURSE, *, mode: str = "honor", active: bool = True
) -> Learner:
    """Enrol the learner of that name."""
    learner = make_learner(session, username)
    make_course(session, course_id)
    session.add(Enrollment(learner_id=learner.id, course_id=course_id, mode=mode, active=active, modified_at=NOON))
    session.flush()
    return learner


def grade(session: Session, username: str, course_id: str = DEMO_COURSE, *, percent: str = "0.87") -> None:
    """Tell a grade of the learner of that name."""
    learner = make_learner(session, username)
    session.add(CourseGrade(learner_id=learner.id, course_id=course_id, percent=percent, modified_at=NOON))
    session.flush()


def offer(session: Session, *modes: str, course_id: str = DEMO_COURSE) -> None:
    """Offer the course run in these modes, and no longer in others."""
    make_course(session, course_id)
    session.add_all(CourseMode(course_id=course_id, mode=mode, requires_id_verification=False) for mode in modes)
    session.add_all(
        CourseMode(course_id=course_id, mode=mode, requires_id_verification=False, active=False)
        for mode in {"honor", "professional"}.difference(modes)
    )
    session.flush()


def make_bystanders(session: Session) -> None:
    """Add places in another course run, so that a missing condition shows."""
    other = "course-v1:Other+Other+1"
    offer(session, "masters", course_id=other)
    for username in ("ada", "bystander"):
        enrol(session, username, other, mode="masters")
        grade(session, username, other)
