"""Who is asking, and may they? Every view says what it asks for; one that says nothing is shut."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from itsdangerous import URLSafeTimedSerializer

from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.approval.policy import Person
from webapp.domain.roles import Permission, Scope
from webapp.models.prepared import direct_line
from webapp.services import tokens
from webapp.services.platform.visitors import PlatformVisitor
from webapp.services.sign_on import sessions
from webapp.services.sign_on.sessions import SEEN_EVERY
from webapp.services.tokens import Bearer
from webapp.settings import Settings
from webapp.web.auth import platform
from webapp.web.auth.guards import READS, PlatformGuard, ProgramGuard, csrf
from webapp.web.auth.noting import note
from webapp.web.auth.people import User
from webapp.web.crawlers import is_crawler
from webapp.web.errors.problems import API, Refused

View = TypeVar("View", bound=Callable[..., Any])
UNATTENDED = "Certdesk-Unattended"
"""A page that asks for its own numbers anew says so by this header: an open page is no sign that its reader is there."""
ADDRESS_LENGTH = 45
Guard = ProgramGuard | PlatformGuard | Permission | str
__all__ = ["ProgramGuard", "User", "csrf"]


class _Login(LoginManager):  # type: ignore[misc]  # Flask-Login has no types
    """Flask-Login without its "remember me" cookie, which would touch the session of every answer, XQueue's too.

    Whoever brings a token to the API is looked at by it alone, so that no cookie lends them its session.
    """

    def _update_remember_cookie(self, response: Response) -> Response:
        return response

    def _session_protection_failed(self) -> bool:
        return False  # it is off, and yet the browser's name and address would be digested at every request

    def _load_user(self) -> None:
        self._update_request_context_with_user()  # where this fails, the page that says so must not ask again
        by_platform = platform.wanted()
        if by_platform and not platform.of_ours():
            self._update_request_context_with_user(platform.load())
        elif by_platform or by_token():
            self._update_request_context_with_user(_load_bearer())
        else:
            super()._load_user()
            if not current_user.is_authenticated and (learner := platform.find_learner()) is not None:
                self._update_request_context_with_user(learner)


class _Sessions(SecureCookieSessionInterface):
    """Flask's sessions, with one signer for all requests, and none of it for whoever brings no cookie: XQueue, say."""

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # Whoever brings no cookie at all needs no look into them.
        if "HTTP_COOKIE" not in request.environ or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


_login = _Login()


def init_app(app: Flask) -> None:
    """Recognise people by their session, refuse forged forms, and shut every view that does not say who may enter."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-certdesk" if settings.https else "certdesk",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # _refuse_forged asks for it, where anything may be written
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open over lunch still works
        WTF_CSRF_SSL_STRICT=False,  # proxies end TLS before us; SameSite and the token guard the form
    )
    app.session_interface = _Sessions()
    csrf.init_app(app)
    app.before_request(_refuse_forged)
    _login.init_app(app)
    _login.session_protection = None  # ours lie in the database and can be ended there
    _login.user_loader(_load_user)
    app.before_request(_refuse_unguarded)


def requires(permission: Permission) -> Callable[[View], View]:
    """Let a view be entered by accounts with the permission alone."""

    def mark(view: View) -> View:
        view.guard = permission  # type: ignore[attr-defined]  # read by _refuse_unguarded
        return view

    return mark


def signed_in_only(view: View) -> View:
    """Let a view be entered by anyone who signed in."""
    view.guard = "signed_in"  # type: ignore[attr-defined]  # read by _refuse_unguarded
    return view


def public(_why: str) -> Callable[[View], View]:
    """Let anybody enter, and say why that is right."""

    def mark(view: View) -> View:
        view.guard = "public"  # type: ignore[attr-defined]  # read by _refuse_unguarded
        return view

    return mark


def allows(permission: Permission, scope: Scope) -> Callable[[View], View]:
    """Let a view of the API be entered by accounts with the permission, and by their tokens with the scope."""

    def mark(view: View) -> View:
        view.guard = ProgramGuard(permission, scope)  # type: ignore[attr-defined]  # read by _refuse_unguarded
        return view

    return mark


def by_token() -> bool:
    """Say whether the request is a program's that brings a token, good or bad, to the API."""
    return request.path.startswith(API) and request.headers.get("Authorization", "").lower().startswith("bearer")


def address() -> str:
    """Give the address that a request came from, as long as an address can be: a proxy may pass on anything."""
    return (request.remote_addr or "")[:ADDRESS_LENGTH]


def actor() -> Actor:
    """Give who is acting in this request."""
    user: User = current_user._get_current_object()
    return Actor(
        user.name,
        user.signed_in.account_id,
        ip=address(),
        request_id=g.request_id,
        by_token=isinstance(user.signed_in, Bearer | PlatformVisitor),
    )


def person() -> Person:
    """Give who looks, with the roles held at this moment, as the policy of changes knows people."""
    user: User = current_user._get_current_object()
    return Person(user.signed_in.account_id or 0, frozenset(user.roles))


def find_visiting_learner() -> int | None:
    """Give the learner whom whoever asks is tied to; None for anybody else, and for who is not signed in.

    It looks at the cookie by itself, and at none where there is none: the session of the request, once touched, would
    say to caches that its page is another for everybody.
    """
    interface = current_app.session_interface
    if interface.get_cookie_name(current_app) not in request.cookies:
        return None
    opened = interface.open_session(current_app._get_current_object(), request)  # type: ignore[attr-defined]  # a proxy
    token = opened.get("_user_id") if opened is not None else None
    if not isinstance(token, str):
        return None
    with direct_line() as line:
        found = sessions.find_signed_in(line, token, now=clock.now())
    return None if found is None else found.learner_id


def anonymous_actor(name: str, account_id: int | None = None) -> Actor:
    """Give an actor for someone who is just signing in."""
    return Actor(name, account_id, ip=address(), request_id=g.request_id)


def ask_to_sign_in() -> ResponseReturnValue:
    """Lead somebody who is not signed in to the sign-in page, and back afterwards; 401 where nobody looks at a page."""
    if request.method not in ("GET", "HEAD"):
        abort(401)
    if session.pop("_user_id", None) is not None:
        flash("You were signed out because nothing happened for a while. Sign in again to go on.", "info")
    wanted = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("console.sign_in", next=wanted))


def check(guard: Guard) -> ResponseReturnValue | None:
    """Give None where the one who asks may enter; else the way to the sign-in page, or 403."""
    if guard == "public":
        return None
    if isinstance(guard, ProgramGuard):
        _check_program(guard)
        return None
    if isinstance(guard, PlatformGuard):
        platform.check(guard)
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if isinstance(guard, Permission) and not current_user.may(guard):
        abort(403)
    return None


def guard_of(endpoint: str) -> Guard | None:
    """Give what a view asks for; None where it says nothing. Flask's static files are public."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return "public"
    view = current_app.view_functions[endpoint]
    return getattr(view, "guard", None) or getattr(getattr(view, "__self__", None), "guard", None)


def _check_program(guard: ProgramGuard) -> None:
    if not current_user.is_authenticated:
        challenge = _challenge(error="invalid_token") if by_token() else _challenge()
        raise Refused(
            401,
            "unauthenticated",
            "Sign in, or send a token that is good: Authorization: Bearer <token>.",
            headers=challenge,
        )
    signed_in = current_user.signed_in
    if isinstance(signed_in, Bearer) and not signed_in.reaches(guard.scope):
        challenge = _challenge(error="insufficient_scope", scope=guard.scope.value)
        raise Refused(403, "scope", f"The token is not for this; it needs the scope {guard.scope}.", headers=challenge)
    if not signed_in.may(guard.permission):
        abort(403)
    if not isinstance(signed_in, Bearer):
        platform.require_page_that_may_write()  # a cookie is sent along by any page's form; a token by its program alone


def _challenge(**said: str) -> dict[str, str]:
    words = ", ".join(f'{name}="{value}"' for name, value in {"realm": "certdesk", **said}.items())
    return {"WWW-Authenticate": f"Bearer {words}"}  # RFC 6750 §3


def _refuse_forged() -> None:
    if request.method not in READS:
        csrf.protect(apply_exemptions=True)


def _refuse_unguarded() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: the error table answers
    guard = guard_of(request.endpoint)
    if guard is None:
        abort(403)
    g.everybodys = guard == "public"
    return check(guard)


def _load_user(token: str) -> User | None:
    now = clock.now()
    with direct_line() as line:
        found = sessions.find_signed_in(line, token, now=now)
    if found is None:
        return None
    if now - found.seen_at > SEEN_EVERY and not _crawls() and UNATTENDED not in request.headers:
        note(lambda work: sessions.note_seen(work, found, now=now))
    return User(token, found)


def _crawls() -> bool:
    """Say whether a crawler looks at what anybody may see, or at nothing: there it is not seen (decision 33).

    Wherever it needs its session it is seen as everybody is, and stays signed in.
    """
    if request.endpoint is not None and (request.method not in READS or guard_of(request.endpoint) != "public"):
        return False
    return is_crawler()


def _load_bearer() -> User | None:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        return None
    now = clock.now()
    with direct_line() as line:
        found = tokens.find_bearer(line, sent.token, now=now)
    if found is None:
        return None
    if found.unnoted(now):
        note(lambda work: tokens.note_used(work, found, now=now))
    return User(sent.token, found)
