"""What follows a right password where an account is asked for a second factor."""

import math
from datetime import UTC, datetime, timedelta

import structlog
from flask import current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from webapp import clock
from webapp.models.accounts import Account
from webapp.models.base import db, unit_of_work
from webapp.ports.counters import Allowance, AttemptCounter
from webapp.services.accounts import digest
from webapp.services.sign_on import arrivals, second_factor, sessions
from webapp.services.sign_on.sessions import How
from webapp.web import installation
from webapp.web.auth import anonymous_actor, public
from webapp.web.console.blueprint import bp
from webapp.web.console.sign_on import beginning
from webapp.web.console.sign_on.beginning import within_site
from webapp.web.language import flash
from webapp.web.language.lengths import SaidLength
from webapp.wording import phrase, phrase_of

log = structlog.get_logger(__name__)
STEP = "second_step"
"""What the browser's signed cookie holds between the password and the code."""
LASTS = timedelta(minutes=5)
WAY = "password and code"
WRONG = phrase("That code is wrong, or it has been used. Wait for the next one.")


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The code that the app shows, or one of those on paper."""

    code = StringField(phrase("Code"), [InputRequired(phrase("Type the code.")), SaidLength(max=40)], description=phrase("The six digits that your app shows now, or a recovery code."), render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True, "dir": "ltr"})  # fmt: skip


def ask_for(account: Account, wanted: str) -> ResponseReturnValue:
    """Remember whose password was right, and ask for the code."""
    session.clear()
    session[STEP] = [account.id, _mark(account), int(clock.now().timestamp()), wanted]
    return redirect(url_for("console.ask_code"))


@bp.get("/login/code")
@public("this is where people sign in")
def ask_code() -> ResponseReturnValue:
    """Show the form, to whoever has given a right password a moment ago."""
    return _back() if _account() is None else _show(CodeForm(formdata=None))


@bp.post("/login/code")
@public("this is where people sign in")
def check_code() -> ResponseReturnValue:
    """Begin the session where the code is right; the sixth wrong one within 15 minutes is refused."""
    account, form = _account(), CodeForm()
    if account is None:
        return _back()
    attempts: AttemptCounter = current_app.extensions["ports"].attempts
    source = f"account {account.id}"
    seconds = attempts.seconds_refused(Allowance.WRONG_CODE, source)
    if seconds:
        minutes = math.ceil(seconds / 60)
        text = phrase_of(
            minutes,
            "Too many wrong codes. Try again in {number} minute.",
            "Too many wrong codes. Try again in {number} minutes.",
        )
        return _show(form, text), 429, {"Retry-After": str(seconds)}
    if not form.validate():
        return _show(form), 422
    wanted, token, signed_in = str(session[STEP][3]), clock.new_secret(), None
    actor, now = anonymous_actor(account.username, account.id), clock.now()
    with unit_of_work() as work:
        if second_factor.prove(work, actor, account.id, form.code.data, key=_key(), now=now):
            signed_in = sessions.sign_in(work, actor, account.id, token=token, now=now, how=How(WAY))
        else:
            nobody = anonymous_actor(account.username)
            arrivals.note_refusal(work, nobody, way=WAY, reason="a wrong code", name=account.username, now=now)
    if signed_in is None:
        attempts.count(Allowance.WRONG_CODE, source)
        log.warning("account.sign_in_failed", way=WAY)
        return _show(form, WRONG), 401
    beginning.carry(token, signed_in)
    return redirect(within_site(wanted) or url_for("console.home"))


def _account() -> Account | None:
    """Whose password was right, while that is still so."""
    kept = session.get(STEP)
    if not kept or datetime.fromtimestamp(kept[2], UTC) + LASTS < clock.now():
        return None
    account = db.session.get(Account, kept[0])
    if account is None or account.disabled_at is not None or _mark(account) != kept[1]:
        return None
    return account


def _mark(account: Account) -> str:
    """What is another once the password is another."""
    return digest(account.password_hash or "")[:16]


def _back() -> ResponseReturnValue:
    session.pop(STEP, None)
    flash(phrase("That took too long. Begin again with your name and password."), "info")
    return redirect(url_for("console.sign_in"))


def _show(form: CodeForm, problem: str | None = None) -> str:
    return render_template("console/code.html", form=form, problem=problem)


def _key() -> str:
    settings = installation.settings()
    return settings.require_secret_key()
