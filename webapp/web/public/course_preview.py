"""How will the certificates of a course run look? For those who teach it, and for staff who may see the configuration."""

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.roles import Permission
from webapp.errors import UnknownCourse
from webapp.models.base import db
from webapp.services.configs.current import Current
from webapp.services.courses import previews
from webapp.services.platform.course_staff import is_course_staff
from webapp.web import installation
from webapp.web.auth import signed_in_only
from webapp.web.headers import certificate_policy
from webapp.web.language import reader_language, voice_of

bp = Blueprint("course_preview", __name__)


def init_app(app: Flask) -> None:
    """Open the door to course staff."""
    app.register_blueprint(bp)


@bp.get("/certificates/course/<path:course_id>")
@signed_in_only
def show(course_id: str) -> ResponseReturnValue:
    """Show a certificate as it would be in a mode, any text that one be; 403 for whoever has no part in the course."""
    if not _may_see(course_id):
        abort(403)
    mode = request.args.get("preview")
    if mode is None:
        abort(404)
    language = reader_language()
    settings = installation.settings()
    current: Current = current_app.extensions["current"]
    try:
        page = previews.preview_page(
            db.session(),
            current.html_view(),
            course_id=course_id,
            mode=mode,
            base_url=settings.base_url,
            host=request.host,
            now=clock.now(),
            voice=voice_of(language),
        )
    except UnknownCourse:
        abort(404)
    answer = Response(render_certificate(page.values, language))
    answer.headers["Content-Security-Policy"] = certificate_policy(page.picture_origins)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _may_see(course_id: str) -> bool:
    if current_user.may(Permission.READ_DESK):
        return True
    return is_course_staff(db.session(), current_user.signed_in.learner_id, course_id)
