"""Which headers guard every answer (ecosystem note §6)?"""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g
from flask_compress import Compress

from webapp.settings import Settings
from webapp.web.headers import sharing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STAFF_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'none'"
)
# A page that caches share can have no nonce: no script runs here, or the one file of ours alone.
_CERTIFICATE_POLICY = (
    "default-src 'none'; {scripts}style-src 'self'; font-src 'self'; img-src 'self' data:{origins}; "
    "form-action 'none'; base-uri 'none'; frame-ancestors {framed_by}"
)
# A cache guesses how long to keep a 404 that does not say: a file that comes with a release would stay missing.
UNLESS_GIVEN = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
TWO_YEARS_S = 63_072_000


def init_app(app: Flask) -> None:
    """Put the headers on every answer, errors included, and compress pages."""
    settings: Settings = app.extensions["settings"]
    app.config["COMPRESS_REGISTER"] = False
    compress = Compress(app)

    def finish(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", STAFF_POLICY.format(nonce=csp_nonce()))
        small = not response.is_streamed and (response.content_length or 0) < app.config["COMPRESS_MIN_SIZE"]
        return response if small else compress.after_request(response)

    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(finish)
    sharing.init_app(app)
    app.wsgi_app = _Guarded(app.wsgi_app, https=settings.https)  # type: ignore[method-assign]  # Flask's documented way


def csp_nonce() -> str:
    """Give the one value by which this page's own scripts and styles are known."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def certificate_policy(
    picture_origins: Iterable[str] = (), *, scripts: bool = False, framed_anywhere: bool = False
) -> str:
    """Give the policy of a page that shows a certificate, whose pictures may come from these origins.

    `scripts` lets the files of our own host run and speak to it, as on the page that the world sees; an example needs none.
    `framed_anywhere` lets any site show it in a frame, as the one page that is made for it.
    """
    return _CERTIFICATE_POLICY.format(
        origins="".join(f" {one}" for one in picture_origins),
        scripts="script-src 'self'; connect-src 'self'; " if scripts else "",
        framed_by="*" if framed_anywhere else "'self'",
    )


class _Guarded:
    """The application with what every answer carries, unless the answer says otherwise itself.

    Outside of the framework, whose headers cost a callback as much as its verdict does when ten of them are set one by one.
    """

    def __init__(self, application: "WSGIApplication", *, https: bool) -> None:
        """Wrap the application; behind https browsers are told to stay there."""
        self._application = application
        self._headers = list(UNLESS_GIVEN.items())
        if https:
            self._headers.append(("Strict-Transport-Security", f"max-age={TWO_YEARS_S}; includeSubDomains; preload"))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, and add what is missing."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ANN401 - as WSGI has them
            given = {name for name, _ in headers}
            headers += [header for header in self._headers if header[0] not in given]
            return start_response(status, headers, exc_info)

        return self._application(environ, start)
