"""Which certificates did staff declare void? Programs read them, invalidate, and take that back (interface §6)."""

import msgspec
from flask import Response, url_for

from webapp.domain.roles import Permission, Scope
from webapp.errors import (
    AlreadyInvalidated,
    AmbiguousLearner,
    NoCertificate,
    NotInvalidated,
    NotIssued,
    OnAllowlist,
    UnknownLearner,
)
from webapp.models.base import db, unit_of_work
from webapp.models.exceptions import Invalidation
from webapp.services import learners, places
from webapp.services.exceptions import listing
from webapp.services.exports import lists
from webapp.services.exports.sources import Source
from webapp.services.generation import facts, invalidations
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import Moment, read_body
from webapp.web.api.exceptions.acting import (
    Excepted,
    TakenBack,
    filters_of,
    get_row,
    order_with,
    read_course,
    wanted_of,
)
from webapp.web.api.lists import Asked, exports, page_of
from webapp.web.auth import allows

HOLDING = "active"
INVALIDATING = (UnknownLearner, AmbiguousLearner, NoCertificate, AlreadyInvalidated, OnAllowlist, NotIssued)
FILTERS = filters_of(HOLDING, "false: those that have ended; those that hold where it is not given.")


class Invalidated(msgspec.Struct, frozen=True):
    """A certificate that staff declared void, for as long as it is active."""

    id: int
    username: str
    course_id: str
    certificate_id: int
    """The number of the certificate."""
    notes: str
    active: bool
    """Whether it holds now."""
    invalidated_by: str
    """The name of the account that declared it void."""
    created_at: Moment
    """When it was declared void."""
    ended_at: Moment | None
    """When it was taken back; null while it holds."""


@bp.get("/invalidations")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(filters=FILTERS, gives={200: page_of(Invalidated)})
def list_invalidations() -> Response:
    """List the certificates that staff declared void, the newest first."""
    asked = Asked(FILTERS)
    return asked.listed(db.session(), _wanted(asked))


@exports("/invalidations", Permission.READ_DESK, Scope.CERTIFICATES_READ, FILTERS)
def export_invalidations(asked: Asked) -> Source:
    """Take invalidations elsewhere as {form}, the newest first; an event tells of this."""
    return _wanted(asked)


@bp.get("/invalidations/<int:number>")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: Invalidated})
def show_invalidation(number: int) -> Response:
    """Give one invalidation."""
    return answer(listing.invalidation_object(get_row(db.session(), Invalidation, number)))


@bp.post("/invalidations")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=Excepted, gives={201: Invalidated}, refuses=INVALIDATING)
def invalidate() -> Response:
    """Declare a learner's issued certificate void: its link says so from now on."""
    said = read_body(Excepted)
    course_id = read_course(said.course_id)
    with unit_of_work() as session:
        username = learners.find_username(session, said.username)
        invalidations.invalidate(session, order_with(said.notes), username, course_id)
        made = places.find_exceptions(session, facts.find_learner_id(session, username), course_id).invalidated
        assert made is not None, "it was declared so"
        told = listing.invalidation_object(made)
    return answer(told, 201, location=url_for("api.show_invalidation", number=told["id"]))


@bp.post("/invalidations/<int:number>/end")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=TakenBack, optional=True, gives={200: Invalidated}, refuses=(NotInvalidated,))
def end_invalidation(number: int) -> Response:
    """Take an invalidation back; the certificate is not made anew by that alone."""
    said = read_body(TakenBack, optional=True)
    with unit_of_work() as session:
        invalidation = get_row(session, Invalidation, number)
        invalidations.end_one(session, order_with(said.notes), invalidation)
        told = listing.invalidation_object(invalidation)
    return answer(told)


def _wanted(asked: Asked) -> Source:
    return lists.invalidations(wanted_of(asked, HOLDING).of_invalidations())
