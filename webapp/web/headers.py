"""Which headers guard every answer (ecosystem note §6)?"""

import secrets

from flask import Flask, Response, current_app, g, request
from flask_compress import Compress

from webapp.settings import Settings

STAFF_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'none'"
)
BARE_POLICY = "default-src 'none'; frame-ancestors 'none'"
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TWO_YEARS_S = 63_072_000


def init_app(app: Flask) -> None:
    """Put the headers on every answer, errors included, and compress pages."""
    Compress(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_guard)


def csp_nonce() -> str:
    """Give the one value by which this page's own scripts and styles are known."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _guard(response: Response) -> Response:
    settings: Settings = current_app.extensions["settings"]
    headers = response.headers
    headers.update(COMMON)
    if "Content-Security-Policy" not in headers:
        page = response.mimetype == "text/html"
        headers["Content-Security-Policy"] = STAFF_POLICY.format(nonce=csp_nonce()) if page else BARE_POLICY
    if settings.https:
        headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS_S}; includeSubDomains; preload"
    # A cache guesses how long to keep a 404 that does not say: a file that comes with a release would stay missing.
    is_file = request.endpoint == "static" and response.status_code < 400
    if not is_file and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
