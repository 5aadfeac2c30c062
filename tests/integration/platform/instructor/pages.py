"""How does a test ask as the instructor's page does, and hold answers to what the page needs?"""

from typing import Any

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.candidates import HTML
from tests.factories.certificates import make_learner
from webapp.models.learners import CourseRole, Learner

BASE = f"/api/instructor/v2/courses/{HTML}"
KEYS = {"error", "message", "detail"}
EVERY_READ = (
    "",
    "/certificates/issued",
    "/certificates/config",
    "/certificates/generation_history",
    "/instructor_tasks",
)
EVERY_WRITE = (
    ("POST", "/certificates/exceptions"),
    ("DELETE", "/certificates/exceptions"),
    ("POST", "/certificates/exceptions/bulk"),
    ("POST", "/certificates/invalidations"),
    ("DELETE", "/certificates/invalidations"),
    ("POST", "/certificates/toggle_generation"),
    ("POST", "/certificates/regenerate"),
)


def make_teacher(session: Session, role: str = "instructor", course_id: str = HTML) -> Learner:
    teacher = make_learner(session, "teacher")
    session.add(CourseRole(learner_id=teacher.id, course_id=course_id, role=role))
    session.flush()
    return teacher


def ok(answer: TestResponse) -> Any:  # noqa: ANN401 - any JSON
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def refused(answer: TestResponse, status: int = 400) -> dict[str, Any]:
    said: dict[str, Any] = answer.get_json()
    assert (answer.status_code, set(said) & KEYS) == (status, KEYS)
    return said
