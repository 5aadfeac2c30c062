"""Who may enter the pages of a course run? Whoever has the role, and the team that teaches it (interface §5, record 32)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, g, request
from flask_login import current_user

from webapp.domain.roles import Permission
from webapp.errors import UnknownCourse
from webapp.models.base import db
from webapp.models.courses import CourseRun
from webapp.services import places
from webapp.services.course_runs import get_course
from webapp.services.platform.course_staff import is_course_staff
from webapp.web.auth import signed_in_only

View = TypeVar("View", bound=Callable[..., Any])


def opens_to_team(permission: Permission) -> Callable[[View], View]:
    """Let a view be entered by accounts with the permission, and by staff and instructors of the course run it is about."""

    def mark(view: View) -> View:
        @wraps(view)
        def entered(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as the view has them
            if not may(permission, named.get("course_id", course_named())):
                abort(403)
            return view(*arguments, **named)

        return signed_in_only(entered)  # type: ignore[return-value]  # it is called as the view is

    return mark


def may(permission: Permission, course_id: str) -> bool:
    """Say whether whoever asks has the permission, or is of the course run's team."""
    return current_user.may(permission) or is_of_team(course_id)


def is_of_team(course_id: str) -> bool:
    """Say whether whoever asks is staff or instructor of a course run; looked up once in a request."""
    known: dict[str, bool] = g.setdefault("teams", {})
    if course_id not in known:
        known[course_id] = is_course_staff(db.session(), current_user.signed_in.learner_id, course_id)
    return known[course_id]


def course_named() -> str:
    """Give the course key that the form or the query names; empty where it names none."""
    return str(request.form.get("course_id") or request.args.get("course", ""))


def find_named() -> CourseRun:
    """Give the course run that the form or the query names; 404 where there is none."""
    key = places.find_course_id(course_named())
    if key is None:
        abort(404)
    try:
        return get_course(db.session(), key)
    except UnknownCourse:
        abort(404)
