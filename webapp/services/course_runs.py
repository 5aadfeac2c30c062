"""Which course run does somebody mean who gives its key?"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import UnknownCourse
from webapp.models.courses import CourseRun
from webapp.wording import phrase


def find_course(session: Session, course_id: str) -> CourseRun | None:
    """Give a course run; None where nobody told of it."""
    return session.scalar(select(CourseRun).where(CourseRun.course_id == course_id))


def get_course(session: Session, course_id: str) -> CourseRun:
    """Give a course run; raises UnknownCourse."""
    course = find_course(session, course_id)
    if course is None:
        raise unknown_course(course_id)
    return course


def unknown_course(course_id: str) -> UnknownCourse:
    """Say that there is no such course run, for whoever finds that out in another way."""
    return UnknownCourse(phrase("There is no course run “{course_id}”.", course_id=course_id))
