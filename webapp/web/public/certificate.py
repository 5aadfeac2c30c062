"""The public page of a certificate: anybody may see it, and nobody's session is looked at."""

from collections.abc import Sequence

import structlog
from flask import Blueprint, Flask, Response, redirect
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from webapp.adapters.certificate_page import render, render_certificate
from webapp.domain.certificates.visibility import Publicity
from webapp.services.certificate_pages import Found
from webapp.web.auth import public
from webapp.web.headers import certificate_policy
from webapp.web.public.finding import find_certificate
from webapp.web.public.visits import count_visits

SHOWN_FOR_S = 60
"""A certificate that is taken away is gone from every cache within a minute (ecosystem note §4)."""

bp = Blueprint("certificate", __name__)
count_visits(bp)
log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Open the door to the world."""
    app.register_blueprint(bp)


@bp.get("/certificates/<string:verify_uuid>")
@public("a certificate is there to be shown to the world")
def show(verify_uuid: str) -> ResponseReturnValue:
    """Show a certificate; 410 where it is not valid any more, 404 where there is none to be seen (decision 20)."""
    found = find_certificate(verify_uuid)
    if found.moved_to is not None:
        return _guarded(redirect(found.moved_to, 301))
    if found.page is not None:
        return _certificate(found, verify_uuid)
    gone = found.publicity is Publicity.GONE
    text = render("public/gone.html" if gone else "public/unknown.html", {})
    return _guarded(Response(text, 410 if gone else 404))


def _certificate(found: Found, verify_uuid: str) -> BaseResponse:
    assert found.page is not None
    if found.page.flaws:
        log.info("certificate.page_flawed", verify_uuid=verify_uuid, flaws=found.page.flaws)
    return _guarded(Response(render_certificate(found.page.values), 200), found.page.picture_origins)


def _guarded(response: BaseResponse, picture_origins: Sequence[str] = ()) -> BaseResponse:
    response.headers["Content-Security-Policy"] = certificate_policy(picture_origins)
    response.headers["X-Robots-Tag"] = "noindex"  # names are personal data, and this is the learner's to spread
    if response.status_code != 404:
        response.headers["Cache-Control"] = f"public, max-age={SHOWN_FOR_S}"
    return response
