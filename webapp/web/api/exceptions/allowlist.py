"""Who needs no passing grade? Programs read the allowlist, put learners on it, and take them off (interface §6)."""

import msgspec
from flask import Response, url_for

from webapp.domain.identifiers import CourseId
from webapp.domain.roles import Permission, Scope
from webapp.errors import (
    AlreadyInvalidated,
    AmbiguousLearner,
    NotEnrolled,
    NotOnAllowlist,
    OnAllowlist,
    UnknownCourse,
    UnknownLearner,
)
from webapp.models.base import db, unit_of_work
from webapp.models.exceptions import AllowlistEntry
from webapp.services import learners, places
from webapp.services.exceptions import listing
from webapp.services.exports import lists
from webapp.services.exports.sources import Source
from webapp.services.generation import allowlist, facts
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import Moment, read_body
from webapp.web.api.exceptions.acting import (
    Excepted,
    Judged,
    TakenBack,
    filters_of,
    get_row,
    judged,
    order_with,
    read_course,
    wanted_of,
)
from webapp.web.api.lists import Asked, exports, page_of
from webapp.web.auth import allows

HOLDING = "allowlisted"
ALLOWING = (UnknownLearner, AmbiguousLearner, UnknownCourse, NotEnrolled, AlreadyInvalidated, OnAllowlist)
FILTERS = filters_of(HOLDING, "false: those who were taken off it; those who are on it where it is not given.")


class Allowlisted(msgspec.Struct, frozen=True):
    """A learner who is, or once was, on the allowlist of a course run."""

    id: int
    username: str
    course_id: str
    notes: str
    allowlisted: bool
    """Whether they are on it now."""
    created_by: str
    """The name of the account that put them there, the last time."""
    created_at: Moment
    """When they were put there, the last time."""
    removed_at: Moment | None
    """When they were taken off it; null while they are on it."""


@bp.get("/allowlist")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(filters=FILTERS, gives={200: page_of(Allowlisted)})
def list_allowlist() -> Response:
    """List who is on the allowlist, the newest first."""
    asked = Asked(FILTERS)
    return asked.listed(db.session(), _wanted(asked))


@exports("/allowlist", Permission.READ_DESK, Scope.CERTIFICATES_READ, FILTERS)
def export_allowlist(asked: Asked) -> Source:
    """Take entries of the allowlist elsewhere as {form}, the newest first; an event tells of this."""
    return _wanted(asked)


@bp.get("/allowlist/<int:number>")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: Allowlisted})
def show_allowlisted(number: int) -> Response:
    """Give one entry of the allowlist."""
    return answer(listing.allowlist_object(get_row(db.session(), AllowlistEntry, number)))


@bp.post("/allowlist")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=Excepted, gives={201: Allowlisted}, refuses=ALLOWING)
def allow() -> Response:
    """Put a learner on the allowlist; where certificates are made by themselves, theirs follows a moment later."""
    said = read_body(Excepted)
    course_id = read_course(said.course_id)
    with unit_of_work() as session:
        username = learners.find_username(session, said.username)
        allowlist.allow(session, order_with(said.notes), username, course_id)
        made = places.find_exceptions(session, facts.find_learner_id(session, username), course_id).allowlisted
        assert made is not None, "it was put there"
        told = listing.allowlist_object(made)
    return answer(told, 201, location=url_for("api.show_allowlisted", number=told["id"]))


@bp.delete("/allowlist/<int:number>")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=TakenBack, optional=True, gives={200: Judged}, refuses=(NotOnAllowlist,))
def disallow(number: int) -> Response:
    """Take a learner off the allowlist and judge them anew; a certificate that the rules do not give is taken away."""
    said = read_body(TakenBack, optional=True)
    with unit_of_work() as session:
        entry = get_row(session, AllowlistEntry, number)
        username, course_id = entry.learner.username, CourseId(entry.course_id)
        made = allowlist.disallow(session, order_with(said.notes), username, course_id)
    return answer(judged(username, course_id, made))


def _wanted(asked: Asked) -> Source:
    return lists.allowlist(wanted_of(asked, HOLDING).of_allowlist())
