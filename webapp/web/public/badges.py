"""The documents of badges: whoever is shown a badge may ask them whose it is, what for, and whether it still is valid."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock
from webapp.domain.badges import open_badges
from webapp.domain.certificates.visibility import Publicity
from webapp.domain.configs.badges import MIME
from webapp.mail_server import default_sender
from webapp.models.base import db
from webapp.services.badges import reading
from webapp.services.badges.reading import Seen
from webapp.services.configs.current import Current
from webapp.web import installation
from webapp.web.auth import public
from webapp.web.conditional import digest_tag

SHOWN_FOR_S = 60
"""A badge that is taken away is gone from every cache within a minute, as its certificate is."""
WHY = "a badge is there to be checked by anybody"

bp = Blueprint("badges", __name__, url_prefix="/badges")


def init_app(app: Flask) -> None:
    """Open the door to the world."""
    app.register_blueprint(bp)


@bp.get("/issuer")
@public(WHY)
def show_issuer() -> ResponseReturnValue:
    """Say who awards: the platform, by the name that certificates give it."""
    name, email = issuer_name_and_email()
    return document(open_badges.issuer(base_url=installation.settings().base_url, name=name, email=email))


@bp.get("/classes/<string:slug>")
@public(WHY)
def show_class(slug: str) -> ResponseReturnValue:
    """Say what is awarded; 404 where nothing ever was."""
    said = reading.find_class(db.session(), slug, base_url=installation.settings().base_url)
    return abort(404) if said is None else document(said)


@bp.get("/classes/<string:slug>.png")
@public(WHY)
def show_class_picture(slug: str) -> ResponseReturnValue:
    """Show the picture of what is awarded."""
    content = reading.find_class_picture(db.session(), slug)
    return abort(404) if content is None else shared(Response(content, mimetype=MIME))


@bp.get("/assertions/<string:assertion_id>")
@public(WHY)
def show_assertion(assertion_id: str) -> ResponseReturnValue:
    """Say that somebody has a badge; 410 once the certificate is not shown any more, and elsewhere what others issued."""
    seen = find(assertion_id)
    if seen.moved_to is not None:
        return shared(redirect(seen.moved_to))
    if seen.document is None:
        abort(404)
    return document(seen.document, 410 if seen.publicity is Publicity.GONE else 200)


@bp.get("/assertions/<string:assertion_id>.png")
@public(WHY)
def show_baked(assertion_id: str) -> ResponseReturnValue:
    """Give the picture to keep and to show elsewhere, with the address of the assertion in it."""
    seen = find(assertion_id)
    if seen.document is not None and seen.publicity is Publicity.GONE:
        return document(seen.document, 410)
    if seen.picture_at is not None:
        return shared(redirect(seen.picture_at))
    content = (
        reading.find_baked(db.session(), seen.award, base_url=installation.settings().base_url) if seen.award else None
    )
    return abort(404) if content is None else shared(Response(content, mimetype=MIME))


def issuer_name_and_email() -> tuple[str, str]:
    """Give by which name certificates call the platform, and from which address it writes."""
    settings, current = installation.settings(), current_app.extensions["current"]
    assert isinstance(current, Current)
    sender = settings.smtp_url.sender if settings.smtp_url else ""
    live = current.html_view()
    view = live.get("configuration", {}) if live.get("enabled") is True else {}  # as a certificate has it (decision 28)
    name = view.get("default", {}).get("platform_name")
    said = name if isinstance(name, str) and name.strip() else "Certdesk"
    return said, sender or default_sender(settings.base_url)


def find(assertion_id: str) -> Seen:
    """Give what stands at the address of an assertion now."""
    return reading.find_assertion(
        db.session(), assertion_id, base_url=installation.settings().base_url, now=clock.now()
    )


def document(said: Mapping[str, Any], status: int = 200) -> BaseResponse:
    """Answer with a document of Open Badges 2.0."""
    return shared(Response(json.dumps(said, ensure_ascii=False), status, mimetype=open_badges.MEDIA_TYPE))


def shared(response: BaseResponse, weak_tag: str | None = None) -> BaseResponse:
    """Let caches and pages of any origin have it; whoever has the same already is told so.

    `weak_tag` tells what says the same in other bytes; without it the bytes are what counts.
    """
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # a badge is shown on pages of others
    response.headers["Cache-Control"] = f"public, max-age={SHOWN_FOR_S}"
    response.headers["X-Robots-Tag"] = "noindex"
    if response.status_code != 200:
        return response
    response.set_etag(weak_tag or digest_tag(response.get_data()), weak=weak_tag is not None)
    response.make_conditional(request)
    return response
