"""A learner's own door: they ask for their certificate, and hear its status."""

import json

import structlog
from flask import Blueprint, Flask, Response, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.identifiers import BadCourseId, CourseId, parse_course_id
from webapp.errors import UnknownCourse
from webapp.models.base import db, unit_of_work
from webapp.models.learners import Learner
from webapp.services import course_runs
from webapp.services.generation import acts
from webapp.services.generation.orders import order_of
from webapp.web import auth, installation
from webapp.web.auth import csrf, public
from webapp.web.auth.platform import knows_learners
from webapp.web.origins import began_elsewhere

bp = Blueprint("learner_requests", __name__)
log = structlog.get_logger(__name__)
ANONYMOUS = "ERRORANONYMOUSUSER"


def init_app(app: Flask) -> None:
    """Open the door, without form tokens: where a request began says whether it is forged."""
    csrf.exempt(bp)
    app.register_blueprint(bp)
    # A rule for every method there is: one that a rule does not know is answered with a page for people.
    app.url_map.add(app.url_rule_class("/request_certificate", endpoint=f"{bp.name}.request_certificate"))


@bp.endpoint("learner_requests.request_certificate")
@knows_learners(by_cookie_alone=True)
@public("who has not signed in is told so with status 200, as ever (domain note §4.1)")
def request_certificate() -> Response:
    """Judge the one who asks, and say which status that ends in; an account tied to no learner has nobody to be judged."""
    if began_elsewhere():
        return _json({"error": "the request began on another site"}, 403)
    if not current_user.is_authenticated:
        return _json({"add_status": ANONYMOUS})
    learner_id = current_user.signed_in.learner_id
    learner = None if learner_id is None else db.session.get(Learner, learner_id)
    if learner is None:
        return _json({"error": "this account is tied to no learner, so that there is nobody to be judged"}, 403)
    given = request.form.get("course_id", "")
    if not given.strip():
        return _json({"error": "no course was given", "field": "course_id"}, 400)
    try:
        course_id = parse_course_id(given)
        course_runs.get_course(db.session(), course_id)
    except (BadCourseId, UnknownCourse) as problem:
        return _json({"error": str(problem), "field": "course_id"}, 400)
    return _json({"add_status": _judge(learner.username, course_id)})


@bp.before_request
def _post_alone() -> None:
    if request.method != "POST":
        raise MethodNotAllowed(valid_methods=["POST"])


@bp.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Response:
    answer = _json({"error": error.description}, error.code or 500)
    answer.headers.extend(header for header in error.get_headers() if header[0] == "Allow")
    return answer


@bp.errorhandler(SQLAlchemyError)
def _database_error(error: SQLAlchemyError) -> Response:
    """Nothing was changed: the learner may ask again."""
    log.error("database.failed", problem=type(error).__name__, endpoint=request.endpoint)
    return _json({"error": "Certdesk cannot work just now; nothing was changed", "request_id": g.request_id}, 503)


@bp.errorhandler(Exception)
def _bug(error: Exception) -> Response:
    log.error("request.failed", exc_info=error)
    return _json({"error": "something went wrong on our side", "request_id": g.request_id}, 500)


def _judge(username: str, course_id: CourseId) -> str | None:
    with unit_of_work() as session:
        order = order_of(installation.settings(), auth.actor(), GenerationMode.SELF)
        status = acts.request(session, order, username, course_id)
    return None if status is None else status.value


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
