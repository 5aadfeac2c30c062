"""How would a certificate look with what stands in the form? Shown in a frame of the form's page, and kept nowhere."""

from flask import Response
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.modes import Mode
from webapp.domain.configs.kinds import KINDS, SINGLE_KEY, Kind, Payload
from webapp.errors.governance import InvalidPayload
from webapp.models.base import db
from webapp.services.configs import ledger, previews
from webapp.services.governance import applying
from webapp.web import installation
from webapp.web.admin.governed.forms.html_view import HtmlViewForm
from webapp.web.admin.governed.proposals import require_proposer
from webapp.web.headers import certificate_policy
from webapp.web.language import tell

_PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": certificate_policy(())}


def answer_sample() -> ResponseReturnValue:
    """Render a made-up learner's certificate as the live value makes it."""
    live = ledger.live_payload(db.session(), Kind.HTML_VIEW)
    return _certificate(live or KINDS[Kind.HTML_VIEW].installation or {}, Mode.HONOR)


def answer_preview(form: HtmlViewForm, mode: str) -> ResponseReturnValue:
    """Render a made-up learner's certificate as if the form's value were switched on; in words what is wrong with it."""
    require_proposer(Kind.HTML_VIEW, SINGLE_KEY)
    try:
        payload = applying.parse(KINDS[Kind.HTML_VIEW], form.payload())
    except InvalidPayload as problem:
        return "\n".join(map(tell, problem.lines)), 422, _PLAIN
    return _certificate({**payload, "enabled": True}, mode if mode in set(Mode) else Mode.HONOR)


def _certificate(payload: Payload, mode: str) -> ResponseReturnValue:
    settings = installation.settings()
    seen = previews.preview_certificate(
        db.session(),
        payload,
        course_id=None,
        mode=mode,
        sample=previews.SAMPLES[0],
        base_url=settings.base_url,
        now=clock.now(),
        render=render_certificate,
    )
    if seen.html is None:
        return "\n".join(map(tell, seen.flaws)), 422, _PLAIN
    response = Response(seen.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = certificate_policy(seen.picture_origins)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
