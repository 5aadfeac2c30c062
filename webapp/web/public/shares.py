"""A learner passes a certificate on: whoever counts is told by which way, and never by whom (domain note §6)."""

import structlog
from flask import Blueprint, Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from webapp import clock
from webapp.domain.certificates.page.sharing import profile_url, ways_to_share
from webapp.domain.certificates.page.voices import IN_ENGLISH
from webapp.domain.certificates.visibility import Publicity
from webapp.models.base import unit_of_work
from webapp.ports.counters import Allowance, AttemptCounter
from webapp.services.certificate_pages import UNSEEN
from webapp.services.visits import evidence
from webapp.web import auth, installation
from webapp.web.auth import csrf, public
from webapp.web.crawlers import is_crawler
from webapp.web.errors import problems
from webapp.web.errors.problems import Refused
from webapp.web.headers import certificate_policy
from webapp.web.language import reader_language, voice_of
from webapp.web.origins import began_elsewhere
from webapp.web.public.finding import find_certificate, not_shown

bp = Blueprint("shares", __name__)
log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Open the door, without form tokens: caches share the page, and where a request began says whether it is forged."""
    csrf.exempt(bp)
    app.register_blueprint(bp)


@bp.post("/certificates/<string:verify_uuid>/shared")
@public("the page of a certificate is open to everybody, and so are its ways to pass it on")
def note_share(verify_uuid: str) -> ResponseReturnValue:
    """Note one share by a way that the page offers, the field `network`; a crawler's is answered alike, and leaves nothing."""
    if began_elsewhere():
        raise Refused(403, "foreign_origin", "The request began on another site.")
    found = find_certificate(verify_uuid)
    if found.moved_to is not None:
        return redirect(f"{found.moved_to}/shared", 308)
    if found.shown is None or found.page is None:
        gone = found.publicity is Publicity.GONE
        raise Refused(410 if gone else 404, "gone" if gone else "unknown_certificate", "There is nothing to pass on.")
    network, offered = request.form.get("network", ""), ways_to_share(found.page.values)
    if network not in offered:
        raise Refused(400, "unknown_network", f"The field network must be one of {', '.join(offered)}.")
    if not is_crawler():
        _count_one()
        settings = installation.settings()
        with unit_of_work() as session:
            evidence.share(session, found.shown, network, base_url=settings.base_url, now=clock.now())
    return Response(status=204)


@bp.errorhandler(HTTPException)
def _refuse(error: HTTPException) -> ResponseReturnValue:
    return problems.of_http_error(error)


@bp.errorhandler(SQLAlchemyError)
def _database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    log.error("database.failed", problem=type(error).__name__, endpoint=request.endpoint)
    return problems.problem(503, "unavailable", "Certdesk cannot work just now; nothing was noted.")


@bp.get("/certificates/<string:verify_uuid>/linkedin")
@public("the page of a certificate is open to everybody, and so are its ways to pass it on")
def lead_to_profile(verify_uuid: str) -> ResponseReturnValue:
    """Lead to LinkedIn's form by an address short enough for mails that cut long ones off (ecosystem note §4)."""
    language = reader_language()
    found = find_certificate(verify_uuid, language)
    if found.moved_to is not None:
        return redirect(f"{found.moved_to}/linkedin", 301)
    if found.page is None or not found.page.values["share_linkedin"]:
        text, status = not_shown(found if found.page is None else UNSEEN, language)
        headers = {"Content-Security-Policy": certificate_policy(), "X-Robots-Tag": "noindex"}
        return Response(text, status, headers)
    return redirect(profile_url(found.page.values, voice_of(language) or IN_ENGLISH))


def _count_one() -> None:
    attempts: AttemptCounter = current_app.extensions["ports"].attempts
    wait_s = attempts.seconds_refused(Allowance.SHARE, auth.address())
    if wait_s is not None:
        headers = {"Retry-After": str(wait_s)}
        raise Refused(429, "too_many_shares", "This address has passed on too much; wait a while.", headers=headers)
    attempts.count(Allowance.SHARE, auth.address())
