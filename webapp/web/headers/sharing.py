"""Which pages of other origins may speak with us, and on which paths? Those of an exact list (record 22)."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHARED = re.compile(
    r"/api/|/csrf/api/v1/token$|/certificates/(search|generate|regenerate)$|/courses/.+/generate_user_cert$"
)
"""The beginnings of the paths that programs and the platform's own front ends use (interface §5, 6)."""
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
SENT = (
    "USE-JWT-COOKIE, X-CSRFToken, Content-Type, If-Match, If-None-Match, Idempotency-Key, Authorization, X-Request-ID"
)
SEEN = (
    "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Content-Disposition, X-Request-ID, "
    "Idempotent-Replayed, WWW-Authenticate"
)
KEPT_S = 600
"""How long a browser may keep what we say beforehand."""


def init_app(app: Flask) -> None:
    """Answer the browsers of other origins, where any is on the list."""
    settings: Settings = app.extensions["settings"]
    if settings.cors_origins:
        app.wsgi_app = _Shared(app.wsgi_app, settings.cors_origins)  # type: ignore[method-assign]  # Flask's documented way


class _Shared:
    """The application, whose answers on shared paths say to browsers whether a page of another origin may read them.

    In front of the guards: a browser asks beforehand without cookie and token, so that no guard would let it in.
    """

    def __init__(self, application: "WSGIApplication", origins: Iterable[str]) -> None:
        """Wrap the application."""
        self._application = application
        self._origins = frozenset(origins)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer; what a browser asks beforehand needs nothing of the application."""
        if not SHARED.match(environ.get("PATH_INFO", "")):
            return self._application(environ, start_response)
        origin = environ.get("HTTP_ORIGIN", "")
        known = origin in self._origins
        if known and environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            start_response("204 No Content", _beforehand(origin))
            return []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ANN401 - as WSGI has them
            said = [*_varied(headers), *(_shared(origin) if known else ())]
            return start_response(status, said, exc_info)

        return self._application(environ, start)


def _beforehand(origin: str) -> list[tuple[str, str]]:
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", SENT),
        ("Access-Control-Max-Age", str(KEPT_S)),
        ("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
    ]


def _shared(origin: str) -> list[tuple[str, str]]:
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", SEEN),
    ]


def _varied(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Add the origin to what an answer goes by, whoever asks: a cache must not give one origin's answer to another."""
    there = [value for name, value in headers if name.lower() == "vary"]
    others = [header for header in headers if header[0].lower() != "vary"]
    return [*others, ("Vary", ", ".join([*there, "Origin"]))]
