"""Where did a request begin? What has no form token asks this instead."""

from flask import request

from webapp.web import installation

OURS = frozenset({"same-origin", "none"})
"""What a browser says in Sec-Fetch-Site of a request that no other site began."""


def began_elsewhere() -> bool:
    """Say whether another site began the request: browsers tell, and programs that are no browser say nothing."""
    if request.headers.get("Sec-Fetch-Site", "none") not in OURS:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin not in _own()


def begun_where_pages_may_write() -> bool:
    """Say whether the page that asks is one of ours or of an origin on the list; a program that is no browser says nothing."""
    settings = installation.settings()
    origin = request.headers.get("Origin")
    return origin is None or origin in (*_own(), *settings.cors_origins)


def _own() -> tuple[str, str]:
    settings = installation.settings()
    return settings.base_url, request.host_url.rstrip("/")
