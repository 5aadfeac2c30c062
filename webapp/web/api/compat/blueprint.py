"""The blueprint of the platform's own clients, and how their views answer."""

import json
from datetime import datetime

from flask import Blueprint, Flask, Response, request

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.identifiers import BadCourseId, CourseId, made_storable, parse_course_id
from webapp.errors import UnknownCourse
from webapp.models.base import db
from webapp.models.courses import CourseRun
from webapp.services import course_runs
from webapp.services.generation.orders import Order, order_of
from webapp.web import auth, installation
from webapp.web.auth import csrf

bp = Blueprint("compat", __name__)


def init_app(app: Flask) -> None:
    """Open the doors; who may enter them, and whether another site began a write, their guard finds out."""
    csrf.exempt(bp)
    app.register_blueprint(bp)


def told(said: object, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(said), status, mimetype="application/json")


def text(said: str, status: int = 200) -> Response:
    """Answer with a text, letter for letter; what was sent to us and cannot be shown stands in it as U+FFFD."""
    return Response(made_storable(said), status, mimetype="text/plain")


def json_sent() -> object:
    """Give what was sent as JSON, whatever its content type; None for what is none, or is nested deeper than can be read."""
    try:
        said: object = request.get_json(silent=True, force=True)
    except RecursionError:
        return None
    return said


def ordered(generation_mode: GenerationMode = GenerationMode.SUPPORT, *, note: str = "") -> Order:
    """Give the order of whoever asks."""
    return order_of(installation.settings(), auth.actor(), generation_mode, note=note)


def get_course(course_id: str) -> tuple[CourseId, CourseRun]:
    """Give the course run that an address names; raises UnknownCourse for one that nobody told of, and for no key."""
    try:
        key = parse_course_id(course_id)
    except BadCourseId:
        raise UnknownCourse("There is no such course run.") from None
    return key, course_runs.get_course(db.session(), key)


def iso(moment: datetime | None) -> str | None:
    """Give a moment in UTC as the platform's services write it."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
