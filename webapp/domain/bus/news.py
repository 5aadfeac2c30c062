"""What do the platform's events tell of learners and course runs (ecosystem note §2.1)?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from webapp.domain.bus.incoming import Unreadable
from webapp.domain.identifiers import made_storable
from webapp.domain.records import fields as read
from webapp.domain.records.kinds import CourseRecord, EnrollmentRecord, GradeRecord, LearnerRecord, Record
from webapp.domain.records.parsing import BadRecord, parse_object

R = TypeVar("R", bound=Record)
SOMEBODY = "?"
"""Stands for the user name where an event gives a number alone."""
_NAME_LENGTH = 255
_LEARNING = "org.openedx.learning."


class Subject(StrEnum):
    """What an event is about."""

    REGISTRATION = "registration"
    ENROLLMENT = "enrollment"
    GRADE = "grade"
    PASSING = "passing"
    ID_ATTEMPT = "id_attempt"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a learner to show who they are; each has a word of its own, and several may be under way."""

    attempt_id: str
    status: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one event tells, in the words of the platform's records (interface §3)."""

    subject: Subject
    number: int | None = None
    """The platform's number of the learner."""
    learner: LearnerRecord | None = None
    """Who the learner is; where `in_passing`, only that there is one of this name and number."""
    in_passing: bool = False
    course: CourseRecord | None = None
    """In an event about a learner: the course run's name alone."""
    enrollment: EnrollmentRecord | None = None
    grade: GradeRecord | None = None
    """Of a passing status: `passed` alone is told. Where the learner is known by number alone, the user name is SOMEBODY."""
    attempt: Attempt | None = None


def read_news(event_type: str, told: Mapping[str, Any]) -> News:
    """Give what an event of a known type tells; raises Unreadable."""
    try:
        return KNOWN[event_type](event_type, told)
    except BadRecord as problem:
        raise Unreadable(str(problem)) from None


def _registration(_type: str, told: Mapping[str, Any]) -> News:
    user = _part(told, "user")
    return News(subject=Subject.REGISTRATION, number=_number(user), learner=_learner(user))


def _enrollment(event_type: str, told: Mapping[str, Any]) -> News:
    said = _part(told, "enrollment")
    user = _part(said, "user")
    learner, course_id = _learner(user), _course_id(said)
    over = event_type.endswith("unenrollment.completed.v1")
    enrollment = {
        "username": learner.username,
        "course_id": course_id,
        "mode": said.get("mode"),
        "active": False if over else said.get("is_active"),
    }
    return News(
        subject=Subject.ENROLLMENT,
        number=_number(user),
        learner=learner,
        course=_named_course(said),
        enrollment=_record(EnrollmentRecord, enrollment),
    )


def _grade(_type: str, told: Mapping[str, Any]) -> News:
    said = _part(told, "grade")
    letter = said.get("letter_grade") or ""
    grade = {
        "username": SOMEBODY,
        "course_id": _course_id(said),
        "percent": said.get("percent_grade"),
        "letter": letter,
        "passed": bool(letter),  # an empty letter means failed (interface §9)
    }
    number = _whole(said.get("user_id"), "user_id")
    return News(subject=Subject.GRADE, number=number, course=_named_course(said), grade=_record(GradeRecord, grade))


def _passing(_type: str, told: Mapping[str, Any]) -> News:
    said = _part(told, "course_passing_status")
    user = _part(said, "user")
    learner = _learner(user, in_passing=True)
    grade = {
        "username": learner.username,
        "course_id": _course_id(said),
        "percent": 0,
        "passed": said.get("is_passing"),
    }
    found = _record(GradeRecord, grade)
    alone = GradeRecord(found.username, found.course_id, found.percent, found.passed, given=frozenset({"passed"}))
    return News(
        subject=Subject.PASSING,
        number=_number(user),
        learner=learner,
        in_passing=True,
        course=_named_course(said),
        grade=alone,
    )


def _id_attempt(event_type: str, told: Mapping[str, Any]) -> News:
    said = _part(told, "idv_attempt")
    user = _part(said, "user")
    expires = said.get("expiration_date")
    try:
        expires_at = read.null_or(read.moment)(expires or None)
    except ValueError as problem:
        raise Unreadable(f"expiration_date {problem}") from None
    assert expires_at is None or isinstance(expires_at, datetime)
    attempt_id = str(_whole(said.get("attempt_id"), "attempt_id"))
    status = event_type.split(".")[-2]  # `status` says the same, in words of the vendor where it has some
    return News(
        subject=Subject.ID_ATTEMPT,
        number=_number(user),
        learner=_learner(user, in_passing=True),
        in_passing=True,
        attempt=Attempt(attempt_id, status, expires_at),
    )


def _catalog(_type: str, told: Mapping[str, Any]) -> News:
    said = _part(told, "catalog_info")
    schedule = _part(said, "schedule_data")
    course: dict[str, Any] = {
        "course_id": said.get("course_key"),
        "start": schedule.get("start"),
        "end": schedule.get("end"),
        "self_paced": schedule.get("pacing") == "self",
    }
    if said.get("name"):
        course["display_name"] = made_storable(str(said["name"]))[:_NAME_LENGTH]
    return News(subject=Subject.CATALOG, course=_record(CourseRecord, course))


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    if not isinstance(found, dict):
        raise Unreadable(f"{name} is missing, or no object")
    return found


def _learner(user: Mapping[str, Any], *, in_passing: bool = False) -> LearnerRecord:
    """Who a user is; what is empty is not told. Some events fill in the account's name, which is not the profile's (§2.1)."""
    person = _part(user, "pii")
    said: dict[str, Any] = {"username": person.get("username")}
    if (number := _number(user)) is not None:
        said["external_id"] = number
    if not in_passing:
        said |= {name: person[name] for name in ("email", "name") if person.get(name)}
    return _record(LearnerRecord, said)


def _number(user: Mapping[str, Any]) -> int | None:
    number = _whole(user.get("id"), "id")
    return number or None  # 0 stands for nobody's number


def _whole(value: object, name: str) -> int:
    try:
        found = read.whole_number(value)
    except ValueError as problem:
        raise Unreadable(f"{name} {problem}") from None
    assert isinstance(found, int)
    return found


def _course_id(said: Mapping[str, Any]) -> str:
    try:
        return read.course_id(_part(said, "course").get("course_key"))
    except ValueError as problem:
        raise Unreadable(f"course_key {problem}") from None


def _named_course(said: Mapping[str, Any]) -> CourseRecord | None:
    name = _part(said, "course").get("display_name")
    if not isinstance(name, str) or not name.strip():
        return None
    cut = made_storable(name)[:_NAME_LENGTH]
    return _record(CourseRecord, {"course_id": _course_id(said), "display_name": cut})


def _record(kind: type[R], said: Mapping[str, Any]) -> R:
    found = parse_object({"type": kind.TYPE, **said})
    assert isinstance(found, kind), "each type has one kind"
    return found


KNOWN: Mapping[str, Callable[[str, Mapping[str, Any]], News]] = {
    f"{_LEARNING}student.registration.completed.v1": _registration,
    f"{_LEARNING}course.enrollment.created.v1": _enrollment,
    f"{_LEARNING}course.enrollment.changed.v1": _enrollment,
    f"{_LEARNING}course.unenrollment.completed.v1": _enrollment,
    f"{_LEARNING}course.persistent_grade_summary.changed.v1": _grade,
    f"{_LEARNING}course.passing.status.updated.v1": _passing,
    **{f"{_LEARNING}idv_attempt.{word}.v1": _id_attempt for word in ("created", "pending", "approved", "denied")},
    "org.openedx.content_authoring.course.catalog_info.changed.v1": _catalog,
}
"""The types of event that are taken, and what reads each."""
