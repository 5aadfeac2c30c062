"""Events as the platform's services put them on the bus (ecosystem note §2.1, 2.2)."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from tests.fakes import NOON
from webapp.domain.bus.incoming import Message

COURSE = "course-v1:edX+DemoX+2026"
LEARNING = "org.openedx.learning."
GRADE = f"{LEARNING}course.persistent_grade_summary.changed.v1"
PASSING = f"{LEARNING}course.passing.status.updated.v1"
ENROLLED = f"{LEARNING}course.enrollment.created.v1"
ENROLLMENT_CHANGED = f"{LEARNING}course.enrollment.changed.v1"
UNENROLLED = f"{LEARNING}course.unenrollment.completed.v1"
REGISTERED = f"{LEARNING}student.registration.completed.v1"
CATALOG = "org.openedx.content_authoring.course.catalog_info.changed.v1"
UNHEARD_OF = f"{LEARNING}forum.thread.created.v1"
_numbers = count()


def attempt_type(word: str) -> str:
    """Give the type of an event about a try to show who one is."""
    return f"{LEARNING}idv_attempt.{word}.v1"


def user(number: int = 7, username: str = "ada", name: str = "Ada Lovelace") -> dict[str, Any]:
    """Give a user as events show one."""
    return {
        "id": number,
        "is_active": True,
        "pii": {"username": username, "email": f"{username}@example.org", "name": name},
    }


def course(course_id: str = COURSE, name: str = "Demonstration") -> dict[str, Any]:
    """Give a course run as events show one."""
    return {"course_key": course_id, "display_name": name, "start": None, "end": None}


def registration(**who: Any) -> dict[str, Any]:
    """Give what a registration tells."""
    return {"user": user(**who)}


def enrollment(mode: str = "verified", *, active: bool = True, course_id: str = COURSE, **who: Any) -> dict[str, Any]:
    """Give what an enrolment tells."""
    return {
        "enrollment": {
            "user": user(**who),
            "course": course(course_id),
            "mode": mode,
            "is_active": active,
            "creation_date": "2026-11-01T08:00:00+00:00",
            "created_by": None,
        }
    }


def grade(percent: float = 0.87, letter: str = "B", *, number: int = 7, course_id: str = COURSE) -> dict[str, Any]:
    """Give what a grade tells: the learner by number alone."""
    return {
        "grade": {
            "user_id": number,
            "course": course(course_id),
            "course_edited_timestamp": "2026-11-01T08:00:00+00:00",
            "course_version": "1",
            "grading_policy_hash": "cGFzcw==",
            "percent_grade": percent,
            "letter_grade": letter,
            "passed_timestamp": "2026-11-20T08:00:00+00:00",
        }
    }


def passing(*, is_passing: bool = True, course_id: str = COURSE, **who: Any) -> dict[str, Any]:
    """Give what a passing status tells; the name in it is the account's, and mostly empty."""
    return {
        "course_passing_status": {
            "is_passing": is_passing,
            "course": course(course_id),
            "user": user(**{"name": "", **who}),
        }
    }


def attempt(attempt_id: int = 1, *, expires: str | None = None, **who: Any) -> dict[str, Any]:
    """Give what a try to show who one is tells."""
    return {
        "idv_attempt": {
            "attempt_id": attempt_id,
            "user": user(**{"name": "", **who}),
            "status": "whatever the vendor says",
            "name": None,
            "expiration_date": expires,
        }
    }


def catalog(name: str = "Demonstration", *, pacing: str = "instructor", course_id: str = COURSE) -> dict[str, Any]:
    """Give what the course catalogue tells."""
    schedule = {"start": "2026-01-02T00:00:00+00:00", "pacing": pacing, "end": None}
    return {
        "catalog_info": {
            "course_key": course_id,
            "name": name,
            "schedule_data": {**schedule, "enrollment_start": None, "enrollment_end": None},
            "hidden": False,
            "invitation_only": False,
        }
    }


def headers_of(
    event_type: str, *, event_id: str, at: datetime, content_type: str = "application/json"
) -> list[tuple[str, bytes | None]]:
    """Give the ten headers."""
    said = {
        "ce_specversion": "1.0",
        "content-type": content_type,
        "ce_datacontenttype": content_type,
        "ce_type": event_type,
        "ce_id": event_id,
        "ce_source": "openedx/lms/web",
        "ce_time": at.isoformat(),
        "ce_minorversion": "0",
        "sourcehost": "lms",
        "sourcelib": "10.5.0",
    }
    return [(name, text.encode()) for name, text in said.items()]


def message(
    event_type: str,
    told: Mapping[str, Any],
    *,
    event_id: str | None = None,
    at: datetime | None = None,
    minute: int = 0,
    value: bytes | None = None,
    content_type: str = "application/json",
    key: str = COURSE,
) -> Message:
    """Give a message as a broker gives it; `minute` after NOON where `at` is not given."""
    number = next(_numbers)
    at = at or NOON + timedelta(minutes=minute)
    headers = headers_of(event_type, event_id=event_id or str(UUID(int=number)), at=at, content_type=content_type)
    body = json.dumps(told).encode() if value is None else value
    return Message("learning", 0, number, key.encode(), body, headers, at)


def structured(
    event_type: str, told: Mapping[str, Any], *, event_id: str = "structured-1", at: datetime = NOON
) -> Message:
    """Give a message with a CloudEvent in structured mode."""
    event = {"specversion": "1.0", "id": event_id, "type": event_type, "source": "lms", "time": at.isoformat()}
    body = json.dumps({**event, "datacontenttype": "application/json", "data": told}).encode()
    content = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    return Message("learning", 0, next(_numbers), None, body, content, at)
