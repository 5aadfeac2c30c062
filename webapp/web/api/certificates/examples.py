"""Will the certificates of a course run come out well? Programs have examples made, and see what became of them (interface §6)."""

import msgspec
from flask import Response, current_app, url_for
from sqlalchemy.orm import Session

from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.identifiers import CourseId
from webapp.domain.roles import Permission, Scope
from webapp.errors import NoExamples, UnknownCourse
from webapp.models.base import db, unit_of_work
from webapp.services import places
from webapp.services.configs.current import Current
from webapp.services.course_runs import get_course, unknown_course
from webapp.services.generation import examples
from webapp.services.generation.orders import order_of
from webapp.web import auth, installation
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import Moment
from webapp.web.api.lists import Asked
from webapp.web.auth import allows


class Example(msgspec.Struct, frozen=True):
    """The certificate of nobody in one mode, which is its `description`; `download_url` is its PDF from the queue."""

    description: str
    status: ExampleStatus
    """How far it is."""
    error_reason: str | None = None
    download_url: str | None = None


class ExampleSet(msgspec.Struct, frozen=True):
    """The newest examples of a course run, one of each mode that it offers; none, and no moment, where there never was one."""

    course_id: str
    created_at: Moment | None
    """When they were asked for; null where there never were any."""
    results: list[Example]
    """One of each mode."""


@bp.post("/courses/<path:course_id>/examples")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(gives={201: ExampleSet}, refuses=(UnknownCourse, NoExamples))
def make_examples(course_id: str) -> Response:
    """Make one example of each mode that a course run offers: web certificates at once, PDFs through the queue."""
    settings = installation.settings()
    current: Current = current_app.extensions["current"]
    course = _course_id(course_id)
    order = order_of(settings, auth.actor(), GenerationMode.SUPPORT)
    with unit_of_work() as session:
        examples.create_set(session, order, course, render=render_certificate, html_view=current.html_view())
        told = _newest(session, course)
    return answer(told, 201, location=url_for("api.show_examples", course_id=course))


@bp.get("/courses/<path:course_id>/examples")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: ExampleSet}, refuses=(UnknownCourse,))
def show_examples(course_id: str) -> Response:
    """Give the newest examples of a course run, and what has become of each."""
    Asked({})
    course = _course_id(course_id)
    get_course(db.session(), course)
    return answer(_newest(db.session(), course))


def _course_id(text: str) -> CourseId:
    found = places.find_course_id(text)
    if found is None:
        raise unknown_course(text)
    return found


def _newest(session: Session, course_id: CourseId) -> ExampleSet:
    found = examples.list_latest(session, course_id) or []
    made_at = min((example.created_at for example in found), default=None)
    return ExampleSet(course_id, made_at, [msgspec.convert(examples.as_object(one), Example) for one in found])
