"""Where does somebody go on whose form was not taken, because their session ended while they typed?"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import current_app, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from webapp.wording import phrase

_SIGNING_IN = frozenset({"console.sign_in", "console.ask_code"})


@dataclass(frozen=True)
class Way:
    """A button of the page that says what went wrong."""

    url: str
    label: str


def to_the_form() -> Way | None:
    """Give the way to the page that a form was sent from, over the sign-in for whoever is not signed in (any more).

    None for somebody signed in of whose page nothing is known.
    """
    url, endpoint = _page_before()
    if endpoint in _SIGNING_IN:
        return Way(url, phrase("Sign in"))
    if not current_user.is_authenticated:
        return Way(url_for("console.sign_in", next=url or None), phrase("Sign in"))
    return Way(url, phrase("Back to the form")) if url else None


def back() -> Way | None:
    """Give the way back to the page that led here; None where nothing is known of it, or it is this one."""
    url, endpoint = _page_before()
    itself = request.method == "GET" and url == request.full_path.rstrip("?")
    return None if not url or itself or endpoint in _SIGNING_IN else Way(url, phrase("Back to the page before"))


def _page_before() -> tuple[str, str]:
    """Give the address of the page of ours that led here and its endpoint; nothing where it cannot be looked at again."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return "", ""
    root = request.script_root
    if parts.netloc != request.host or not parts.path.startswith(f"{root}/"):
        return "", ""
    try:
        endpoint, _ = current_app.create_url_adapter(request).match(unquote(parts.path.removeprefix(root)), "GET")  # type: ignore[union-attr]  # a request has one
    except (HTTPException, RequestRedirect):
        return "", ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path, endpoint
