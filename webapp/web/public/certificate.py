"""The public page of a certificate: anybody may see it, and nobody's session is looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from flask import Blueprint, Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from webapp.adapters.certificate_page import render, render_published
from webapp.domain.badges import credentials, open_badges
from webapp.domain.certificates.page.sharing import publish
from webapp.services.certificate_pages import UNSEEN, Found
from webapp.web.auth import public
from webapp.web.conditional import digest_tag, tagged
from webapp.web.headers import certificate_policy
from webapp.web.language import reader_language, voice_of
from webapp.web.public.finding import find_certificate, not_shown
from webapp.web.public.visits import count_visits, note_evidence

SHOWN_FOR_S = 60
KEPT = f"public, max-age={SHOWN_FOR_S}"
"""A certificate that is taken away is gone from every cache within a minute (ecosystem note §4)."""

Answer = TypeVar("Answer", bound=BaseResponse)
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
    language = reader_language()
    found = find_certificate(verify_uuid, language)
    if found.moved_to is not None:
        # Who follows a badge comes by the id that the certificate had when the badge was issued.
        asked = "?evidence_visit=1" if "evidence_visit" in request.args else ""
        return _guarded(redirect(f"{found.moved_to}{asked}", 301))
    if found.shown is not None:
        note_evidence(found.shown)
        return _certificate(found, verify_uuid, language)
    return _guarded(Response(*not_shown(found, language)))


@bp.get("/certificates/<string:verify_uuid>/embed")
@public("a certificate is there to be shown to the world, in other people's pages too")
def show_slip(verify_uuid: str) -> ResponseReturnValue:
    """Show a certificate as other sites frame it, where its configuration offers that; one that ended says so there too."""
    language = reader_language()
    found = find_certificate(verify_uuid, language)
    if found.moved_to is not None:
        return _guarded(redirect(f"{found.moved_to}/embed", 301), framed_anywhere=True)
    if found.page is not None and found.shown is not None and found.page.values["share_embed"]:
        note_evidence(found.shown)
        values, origins = found.page.values, found.page.picture_origins
        answer = _guarded(Response(render("public/slip.html", values, language)), origins, framed_anywhere=True)
        return tagged(answer, digest_tag(answer.get_data()), vary=None, kept=KEPT)
    if found.gone is not None:
        text = render("public/slip_gone.html", {"own_url": f"/certificates/{verify_uuid}"}, language)
        return _guarded(Response(text, 410), framed_anywhere=True)
    return _guarded(Response(*not_shown(UNSEEN, language)))


def _certificate(found: Found, verify_uuid: str, language: str) -> Response:
    assert found.page is not None
    if found.page.flaws:
        log.info("certificate.page_flawed", verify_uuid=verify_uuid, flaws=found.page.flaws)
    own_url = found.page.values["own_url"]
    badge_url = open_badges.assertion_path(found.assertion_id) if found.assertion_id else None
    signed_url = credentials.credential_path(found.assertion_id) if found.assertion_id and found.signed_here else None
    page = publish(
        found.page,
        pdf_url=f"/certificates/{verify_uuid}.pdf",
        badge_url=badge_url,
        signed_badge_url=signed_url,
        card_url=f"{own_url}.png",
        voice=voice_of(language),
    )
    text = render_published(page.values, language)
    answer = _guarded(Response(text, 200), page.picture_origins, scripts=True)
    answer.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"  # whoever is shared with may know from where
    if page.values["indexable"]:
        del answer.headers["X-Robots-Tag"]
    if page.values["badge_url"]:
        answer.headers["Link"] = f'<{page.values["badge_url"]}>; rel="alternate"; type="application/ld+json"'
    return tagged(answer, tag_of(text, page.values["checked_at"]), vary=None, kept=KEPT)


def tag_of(text: str, checked_at: datetime) -> str:
    """Tell a page by all that people read on it, the minute among it in which it was looked at.

    Who comes back after that minute gets it anew: what says "checked at" must not say when somebody looked before.
    """
    return digest_tag(text.replace(checked_at.isoformat(timespec="seconds"), "").encode())


def _guarded(
    answer: Answer, picture_origins: Sequence[str] = (), *, scripts: bool = False, framed_anywhere: bool = False
) -> Answer:
    policy = certificate_policy(picture_origins, scripts=scripts, framed_anywhere=framed_anywhere)
    answer.headers["Content-Security-Policy"] = policy
    if framed_anywhere:
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["X-Robots-Tag"] = "noindex"  # names are personal data, and this is the learner's to spread
    answer.vary.update(("Accept-Language", "Accept-Encoding"))
    if answer.status_code != 404:
        answer.headers["Cache-Control"] = KEPT
    return answer
