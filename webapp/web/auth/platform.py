"""Who asks through one of the platform's own clients, and may they (ecosystem note §1.2, record 21)?"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import current_app, request
from flask_login import current_user

from webapp import clock
from webapp.domain.platform.claims import READS_CERTIFICATES, BadToken
from webapp.domain.roles import Permission, Scope
from webapp.models.base import db
from webapp.ports import PlatformTokens, Ports
from webapp.services.accounts import TOKEN_PREFIX
from webapp.services.platform.course_staff import is_course_staff
from webapp.services.platform.visitors import PlatformVisitor, find_visitor
from webapp.services.tokens import Bearer
from webapp.web.auth.guards import READS, Door, PlatformGuard, csrf
from webapp.web.auth.people import User
from webapp.web.errors.problems import Refused
from webapp.web.origins import begun_where_pages_may_write

View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger(__name__)
COOKIES = ("edx-jwt-cookie-header-payload", "edx-jwt-cookie-signature")
USE_COOKIES = "USE-JWT-COOKIE"
_SCHEMES = ("jwt", "bearer")
_NOT_YOURS = "You may not do this here."


def opens_to(door: Door, scope: Scope) -> Callable[[View], View]:
    """Let a view be entered through the platform's own clients; an API token of ours needs the scope."""

    def mark(view: View) -> View:
        view.guard = PlatformGuard(door, scope)  # type: ignore[attr-defined]  # read by the guard of all views
        return view

    return mark


def knows_learners(*, by_cookie_alone: bool = False) -> Callable[[View], View]:
    """Let a view that anybody may enter know a learner by the platform's token.

    By the cookies alone where it asks itself where a request began, and old pages send no header.
    """

    def mark(view: View) -> View:
        view.knows_learners = by_cookie_alone  # type: ignore[attr-defined]  # read by `_view_takes`
        return view

    return mark


def own_page(view: View) -> View:
    """Let a page of a learner's own know them by the platform's cookies, where nobody has a session here."""
    view.own_page = True  # type: ignore[attr-defined]  # read by `find_learner`
    return view


def find_learner() -> User | None:
    """Give the learner for whom the platform's cookies stand on a page of their own; None on any other page.

    A learner and nothing else: roles, and what global staff may do, need a session here or the platform's clients.
    """
    if not getattr(current_app.view_functions.get(request.endpoint or ""), "own_page", False):
        return None
    if by_header() or not all(request.cookies.get(name) for name in COOKIES) or _reader() is None:
        return None
    found = load()
    learner = found.signed_in.as_learner() if found and isinstance(found.signed_in, PlatformVisitor) else None
    return None if learner is None else User("", learner)


def by_header() -> bool:
    """Say whether a program brings a token in the header that no browser sends by itself."""
    return _in_header()[0] in _SCHEMES


def wanted() -> bool:
    """Say whether who asks is told by a token of the platform: the view takes them, and one was brought."""
    if request.endpoint is None or not _view_takes():
        return False
    return by_header() or (
        _cookies_count() and all(request.cookies.get(name) for name in COOKIES) and _reader() is not None
    )


def of_ours() -> bool:
    """Say whether the token in the header is one of our own API tokens, where those are taken."""
    scheme, token = _in_header()
    return scheme == "bearer" and token.startswith(TOKEN_PREFIX) and _guard() is not None


def load() -> User | None:
    """Give for whom the token stands; None where it stands for nobody.

    That of somebody else's application stands for a learner only where its scopes are looked at (record 21).
    """
    token = _in_header()[1] if by_header() else ".".join(request.cookies[name] for name in COOKIES)
    reader = _reader()
    if reader is None:
        return None
    try:
        claims = reader.read(token, now=clock.now())
    except BadToken as problem:
        log.info("platform_token.refused", reason=str(problem))
        return None
    if claims.restricted and _guard() is None:
        log.info("platform_token.refused", reason="restricted")
        return None
    found = find_visitor(db.session(), claims)
    return None if found is None else User("", found)


def check(guard: PlatformGuard) -> None:
    """Let in whom the guard lets in; raises Refused, and CSRFError where another site may have begun the request."""
    if not current_user.is_authenticated:
        status = 403 if guard.door is Door.SUPPORT else 401
        raise Refused(status, "unauthenticated", "Sign in, or send a token that is good.", headers=_challenge(status))
    _require_scope(guard)
    if not _lets_in(guard.door):
        raise Refused(403, "role", _NOT_YOURS)
    require_form_token()


def require_form_token() -> None:
    """Hold whoever would write and came with cookies to two signs of theirs; raises as `require_page_that_may_write` does."""
    if not by_header():
        require_page_that_may_write()


def require_page_that_may_write() -> None:
    """Ask of a write for a form's token, and for the page it began on: cookies are sent along whoever wrote the page.

    Raises CSRFError where the token is missing, and Refused where the page is neither ours nor on the list.
    """
    if request.method in READS:
        return
    csrf.protect()
    if not begun_where_pages_may_write():
        raise Refused(403, "csrf", "The page that asks is of an origin that CERTDESK_CORS_ORIGINS does not name.")


def _lets_in(door: Door) -> bool:
    if door is Door.SIGNED_IN or current_user.may(Permission.SUPPORT_LEARNERS):
        return True
    if door is not Door.COURSE:
        return False
    course_id = (request.view_args or {})["course_id"]
    return is_course_staff(db.session(), current_user.signed_in.learner_id, course_id)


def _require_scope(guard: PlatformGuard) -> None:
    """An application of somebody else's reads certificates where its scopes say so, and does nothing else."""
    signed_in = current_user.signed_in
    if isinstance(signed_in, Bearer) and not signed_in.reaches(guard.scope):
        raise Refused(403, "scope", f"The token is not for this; it needs the scope {guard.scope}.")
    if not isinstance(signed_in, PlatformVisitor) or not signed_in.claims.restricted:
        return
    if guard.door is not Door.SIGNED_IN or READS_CERTIFICATES not in signed_in.claims.scopes:
        raise Refused(403, "scope", f"The token is not for this; it needs the scope {READS_CERTIFICATES}.")


def _challenge(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": 'JWT realm="api"'} if status == 401 else {}


def _in_header() -> tuple[str, str]:
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return scheme.lower(), token.strip()


def _cookies_count() -> bool:
    view = current_app.view_functions[request.endpoint or ""]
    return bool(getattr(view, "knows_learners", False)) or request.headers.get(USE_COOKIES, "").lower() == "true"


def _reader() -> PlatformTokens | None:
    ports: Ports = current_app.extensions["ports"]
    return ports.platform_tokens


def _view_takes() -> bool:
    return _guard() is not None or hasattr(current_app.view_functions[request.endpoint or ""], "knows_learners")


def _guard() -> PlatformGuard | None:
    found = getattr(current_app.view_functions.get(request.endpoint or ""), "guard", None)
    return found if isinstance(found, PlatformGuard) else None
