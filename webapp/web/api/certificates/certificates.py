"""What do programs read of certificates: lists, one of them, and what happened to it (interface §6)?"""

from datetime import datetime
from typing import Any, Literal

import msgspec
from flask import Response, abort

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import BIGGEST_ROW
from webapp.domain.roles import Permission, Scope
from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.services.certificates import listing, timeline
from webapp.services.certificates.listing import Place, Wanted
from webapp.services.certificates.timeline import Tone
from webapp.services.exports import lists
from webapp.services.exports.sources import Source
from webapp.web import installation
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import Moment
from webapp.web.api.lists import LIST_FILTERS, Asked, exports, page_of
from webapp.web.auth import allows
from webapp.web.conditional import unless_unchanged

FILTERS = {
    "username": "The learner's user name; case does not count.",
    "email": "The learner's e-mail address; case does not count.",
    "course_id": "The course run's key, in either spelling.",
    "status": f"One of {', '.join(status.value for status in Status)}.",
    "mode": "The mode that it was issued in; case does not count.",
    "created_from": "Made at this moment or later.",
    "created_to": "Made before this moment.",
    **LIST_FILTERS,
}


class Certificate(msgspec.Struct, frozen=True):
    """What a learner holds in a course run; `certificate_url` is its page, `download_url` its PDF from the queue."""

    id: int
    username: str
    course_id: str
    status: Status
    mode: str
    """The enrolment mode that it was made in, such as `honor` or `verified`."""
    grade: str
    name: str
    """The learner's full name as it stands on it: as it was when it was made."""
    verify_uuid: str
    """The public number in the address of its page, of 32 hexadecimal digits; empty: it has none."""
    certificate_url: str | None
    """The address of its page, which stays; null where it has none."""
    download_url: str | None
    error_reason: str
    is_passing: bool
    created_at: Moment
    """When the learner was first given a status in the course run."""
    modified_at: Moment
    """When anything of it last changed."""
    issued_at: Moment | None
    """When it was issued for the first time; null where it never was."""


class TimelineEntry(msgspec.Struct, frozen=True):
    """One thing that happened; `source` is the record that tells it: transition, answer, audit or milestone."""

    at: Moment
    source: Literal["transition", "answer", "audit", "milestone"]
    """The record that tells it: a move of the status, an answer of the queue, the audit, or that the course run was passed."""
    tone: Tone
    """Whether it is good news."""
    title: str
    """What happened, in a few words of plain English."""
    text: str | None
    """More of it, such as the reason; null where there is nothing to add."""
    actor: str | None
    """Who did it: the name of an account, or of what acts by itself; null where the source names nobody."""
    delivery_id: int | None
    """The number of the queue's answer in the inbox; null where it is none."""


class Timeline(msgspec.Struct, frozen=True):
    """What happened to one certificate, the newest first."""

    results: list[TimelineEntry]
    """All that happened, the newest first, 200 of each source at most."""


@bp.get("/certificates")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(filters=FILTERS, gives={200: page_of(Certificate)})
@unless_unchanged
def list_certificates() -> Response:
    """List certificates, the newest first."""
    asked = Asked(FILTERS)
    wanted, base_url = _wanted(asked), _base_url()
    found = listing.list_page(db.session(), wanted, below=_place(asked, wanted), limit=asked.limit() + 1)
    return asked.page(
        found,
        lambda row: listing.held_to_encode(row, base_url),
        lambda row: (row.created_at.isoformat(), row.id) if wanted.dated else (row.id,),
    )


@exports("/certificates", Permission.READ_DESK, Scope.CERTIFICATES_READ, FILTERS)
def export_certificates(asked: Asked) -> Source:
    """Take certificates elsewhere as {form}, the newest first; an event tells of this."""
    return lists.wanted_certificates(_wanted(asked), _base_url())


@bp.get("/certificates/<int:number>")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: Certificate})
def show_certificate(number: int) -> Response:
    """Give one certificate."""
    return answer(_told(_get(number)))


@bp.get("/certificates/<int:number>/timeline")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: Timeline})
def show_timeline(number: int) -> Response:
    """Give what happened to one certificate, the newest first: moves, answers of the queue, and what people did."""
    entries = timeline.timeline_of(db.session(), _get(number).id)
    return answer({"results": [timeline.as_object(entry) for entry in entries]})


def _place(asked: Asked, wanted: Wanted) -> Place | None:
    if wanted.dated:
        found = asked.cursor(str, int)
        return (datetime.fromisoformat(found[0]), found[1]) if found else None
    found = asked.cursor(int)
    return (found[0],) if found else None


def _wanted(asked: Asked) -> Wanted:
    return Wanted(
        username=asked.text("username"),
        email=asked.text("email"),
        course_id=asked.course_id("course_id"),
        status=asked.word("status", Status),
        mode=asked.text("mode"),
        created_from=asked.moment("created_from"),
        created_to=asked.moment("created_to"),
    )


def _get(number: int) -> GeneratedCertificate:
    found = db.session.get(GeneratedCertificate, number) if number <= BIGGEST_ROW else None
    return abort(404) if found is None else found


def _told(row: GeneratedCertificate) -> dict[str, Any]:
    return listing.as_object(row, _base_url(), invalidated=listing.find_invalidated(db.session(), row.id))


def _base_url() -> str:
    settings = installation.settings()
    return settings.base_url
