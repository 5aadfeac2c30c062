"""How does a session begin, whichever way somebody came, and what do they see who are not let in?"""

from urllib.parse import urlsplit

import structlog
from flask import current_app, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from webapp import clock
from webapp.domain.actors import DESK_NAME, STRANGER_NAME
from webapp.domain.sign_on.arrivals import Arrival
from webapp.domain.sign_on.posted import Posted
from webapp.models.base import unit_of_work
from webapp.ports.counters import Allowance, AttemptCounter
from webapp.services.sign_on import arrivals, sessions
from webapp.services.sign_on.sessions import How, SignedIn
from webapp.web import errors, installation
from webapp.web.auth import User, address, anonymous_actor
from webapp.wording import phrase

log = structlog.get_logger(__name__)
DISABLED, USED = phrase("the account is disabled"), phrase("it was used before")


def begin(account_id: int, name: str, how: How) -> None:
    """Begin a session with an id of its own: what the browser held before is worth nothing."""
    token = clock.new_secret()
    with unit_of_work() as work:
        actor = anonymous_actor(name, account_id)
        signed_in = sessions.sign_in(work, actor, account_id, token=token, now=clock.now(), how=how)
    carry(token, signed_in)


def carry(token: str, signed_in: SignedIn) -> None:
    """Let the browser carry a session that has begun, and nothing of before."""
    session.clear()
    login_user(User(token, signed_in))


def admit(arrival: Arrival, how: How, wanted: str, posted: Posted | None = None) -> ResponseReturnValue:
    """Begin the session of somebody who comes from another sign-on, by a token that counts once where there is one."""
    settings = installation.settings()
    token, now, signed_in, problem = clock.new_secret(), clock.now(), None, ""
    with unit_of_work() as work:
        if posted is not None and not arrivals.spend(work, posted, now=now):
            problem, name = USED, "-"
        else:
            desk = anonymous_actor(DESK_NAME)
            who = arrivals.receive(work, desk, arrival, platform_issuer=settings.platform_issuer, now=now)
            problem, name = DISABLED if who.disabled else "", who.username
        if problem:
            arrivals.note_refusal(work, anonymous_actor(name), way=how.way, reason=problem, name=name, now=now)
        else:
            actor = anonymous_actor(name, who.account_id)
            signed_in = sessions.sign_in(work, actor, who.account_id, token=token, now=now, how=how)
    if signed_in is None:
        return _turned_away(how.way, problem)
    carry(token, signed_in)
    return redirect(within_site(wanted) or url_for("console.home"), 303)


def refuse(way: str, problem: str) -> ResponseReturnValue:
    """Write down that nobody was signed in by what was brought, and say so."""
    with unit_of_work() as work:
        arrivals.note_refusal(work, anonymous_actor(STRANGER_NAME), way=way, reason=problem, now=clock.now())
    return _turned_away(way, problem)


def too_often() -> ResponseReturnValue | None:
    """Give 429 for an address from which too much came that was refused; None for any other."""
    seconds = _attempts().seconds_refused(Allowance.BAD_SIGN_ON, f"address {address()}")
    if not seconds:
        return None
    return *errors.page(429), {"Retry-After": str(seconds)}  # type: ignore[misc]  # page and status


def not_begun_here() -> ResponseReturnValue:
    """Say that what came back belongs to no sign-in of this browser."""
    return errors.page(
        400,
        title=phrase("This sign-in cannot be gone on with"),
        text=phrase("It was begun in another browser, a while ago, or it has been used already."),
        what_to_do=phrase("Go to the start page and sign in again."),
    )


def unreachable(reason: str) -> ResponseReturnValue:
    """Say that the provider does not answer, and write down why."""
    log.error("provider.failed", reason=reason)
    answer = errors.page(
        503,
        title=phrase("Your organisation’s sign-in does not answer"),
        text=phrase("Certdesk itself is well; it could not ask the sign-in that it relies on. Nobody was signed in."),
        what_to_do=phrase("Try again in a minute. An account with a password can sign in meanwhile."),
    )
    return *answer, {"Retry-After": "60"}  # type: ignore[misc]  # page and status


def within_site(target: str) -> str:
    """Give an address of ours as it is, and nothing for any other."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else target


def _turned_away(way: str, problem: str) -> ResponseReturnValue:
    _attempts().count(Allowance.BAD_SIGN_ON, f"address {address()}")
    log.warning("account.sign_in_refused", way=way, reason=problem)
    if problem == DISABLED:
        return errors.page(
            403,
            title=phrase("Your account is disabled"),
            text=phrase("Somebody has shut it, so that it signs nobody in."),
            what_to_do=phrase("Ask an admin of Certdesk to enable it."),
        )
    return errors.page(
        403,
        title=phrase("You are not signed in"),
        text=phrase("What your organisation’s sign-in sent does not count here: {problem}.", problem=problem),
        what_to_do=phrase("Sign in there again. If it happens again, tell whoever runs Certdesk the number below."),
    )


def _attempts() -> AttemptCounter:
    attempts: AttemptCounter = current_app.extensions["ports"].attempts
    return attempts
