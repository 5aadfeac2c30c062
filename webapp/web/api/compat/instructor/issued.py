"""The instructor dashboard's list of certificates, and what it asks of the course first (B1, B9, B10)."""

from typing import Any

from flask import Response, current_app, request

from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import CourseId, course_of, is_ccx, organisation_of
from webapp.domain.platform.instructor_answers import EXCEPTION, INVALIDATION, Shown
from webapp.domain.roles import Scope
from webapp.errors import UnknownCourse
from webapp.models.base import db
from webapp.services.configs.current import Current
from webapp.services.platform import issued
from webapp.services.platform.issued import IssuedRow, Wanted
from webapp.web.api.blueprint import tells
from webapp.web.api.compat.blueprint import bp, get_course, iso, told
from webapp.web.api.compat.instructor.sent import BASE, PAGED, PAGES, BadField, paged
from webapp.web.api.compat.objects import CourseShown, IssuedCertificate, Switch, numbered_page_of
from webapp.web.auth.guards import Door
from webapp.web.auth.platform import opens_to

FILTERS = {
    "filter": f"One of {', '.join(Shown)}.",
    "search": "The beginning of a user name or an e-mail address.",
    **PAGES,
}
LONGEST_SEARCH = 254


@bp.get(f"{BASE}/certificates/issued")
@opens_to(Door.COURSE, Scope.CERTIFICATES_READ)
@tells(filters=FILTERS, gives={200: numbered_page_of(IssuedCertificate)}, fields=("filter", "search"), **PAGED)
def list_issued(course_id: str) -> Response:
    """List who holds what in a course run, with exceptions and invalidations; a state is the real one (defect 5)."""
    key, _ = get_course(course_id)
    session, search = db.session(), request.args.get("search", "")
    wanted = Wanted(key, _shown(), _checked(search))
    count = issued.count(session, wanted)
    return paged(
        count, lambda start, size: [_row(one) for one in issued.list_page(session, wanted, offset=start, limit=size)]
    )


@bp.get(f"{BASE}/certificates/config")
@opens_to(Door.COURSE, Scope.CERTIFICATES_READ)
@tells(gives={200: Switch}, refuses=(UnknownCourse,))
def show_config(course_id: str) -> Response:
    """Say whether learners may generate certificates themselves at all; never in a custom course."""
    key, _ = get_course(course_id)
    current: Current = current_app.extensions["current"]
    switch = current.value(Kind.GENERATION)
    return told({"enabled": bool(switch and switch["enabled"]) and not is_ccx(key)})


@bp.get(BASE)
@opens_to(Door.COURSE, Scope.CERTIFICATES_READ)
@tells(gives={200: CourseShown}, refuses=(UnknownCourse,))
def show_course(course_id: str) -> Response:
    """Say what course run this is; `certificates_enabled` shows the page of certificates, in all but custom courses."""
    key, course = get_course(course_id)
    return told(
        {
            "course_id": key,
            "display_name": course.title,
            "org": organisation_of(key),
            "course_number": course_of(key),
            "start": iso(course.start),
            "end": iso(course.end),
            "pacing": "self" if course.self_paced else "instructor",
            "certificates_enabled": not is_ccx(CourseId(key)),
        }
    )


def _shown() -> Shown:
    try:
        return Shown(request.args.get("filter") or "all")
    except ValueError:
        raise BadField("filter", f"Must be one of {', '.join(Shown)}.") from None


def _checked(search: str) -> str:
    if len(search) > LONGEST_SEARCH or "\x00" in search:
        raise BadField("search", f"Must have {LONGEST_SEARCH} characters at most, of those that can be kept.")
    return search.replace(" ", "+") if "@" in search else search


def _row(one: IssuedRow) -> dict[str, Any]:
    special = EXCEPTION if one.excepted_at else INVALIDATION if one.invalidated_at else None
    return {
        "username": one.username,
        "email": one.email,
        "enrollment_track": one.mode,
        "certificate_status": one.status.value,
        "special_case": special,
        "exception_granted": iso(one.excepted_at),
        "exception_notes": one.exception_notes,
        "invalidated_by": one.invalidated_by,
        "invalidation_date": iso(one.invalidated_at),
        "invalidation_note": one.invalidation_notes,
    }
