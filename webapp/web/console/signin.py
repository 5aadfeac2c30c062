"""Signing in and out."""

import math
from urllib.parse import urlsplit

import structlog
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from webapp import clock
from webapp.domain.identifiers import folded
from webapp.models.base import db, unit_of_work
from webapp.ports.counters import Allowance, AttemptCounter
from webapp.services import accounts
from webapp.web.auth import User, actor, anonymous_actor, public, signed_in_only
from webapp.web.console.blueprint import bp

log = structlog.get_logger(__name__)
WRONG = "The name or the password is wrong."


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who, and the proof."""

    username = StringField("Name", [InputRequired("Type your sign-in name."), Length(max=150)], render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True})  # fmt: skip
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=1024)], render_kw={"autocomplete": "current-password"})  # fmt: skip
    next = HiddenField()


@bp.get("/login")
@public("this is where people sign in")
def sign_in() -> ResponseReturnValue:
    """Show the form."""
    if current_user.is_authenticated:
        return redirect(url_for("console.home"))
    form = SignInForm(formdata=None, next=_within_site(request.args.get("next", "")))
    return _show(form)


@bp.post("/login")
@public("this is where people sign in")
def sign_in_now() -> ResponseReturnValue:
    """Check name and password, and begin a new session; the eleventh wrong try within 15 minutes is refused."""
    form = SignInForm()
    if not form.validate():
        return _show(form, "Fill in both fields."), 422
    attempts: AttemptCounter = current_app.extensions["ports"].attempts
    sources = (f"address {request.remote_addr}", f"name {folded(form.username.data.strip())}")
    refused = max(attempts.seconds_refused(Allowance.WRONG_PASSWORD, source) or 0 for source in sources)
    if refused:
        return _too_many(form, refused)
    account = accounts.find_account(db.session(), form.username.data)
    if not accounts.check_password(account, form.password.data) or account is None:
        for source in sources:
            attempts.count(Allowance.WRONG_PASSWORD, source)
        log.warning("account.sign_in_failed")
        return _show(form, WRONG), 401
    _begin(account.id, account.username)
    return redirect(_within_site(form.next.data or "") or url_for("console.home"))


@bp.post("/logout")
@signed_in_only
def sign_out() -> ResponseReturnValue:
    """End this session here and in the database."""
    with unit_of_work() as work:
        accounts.sign_out(work, actor(), current_user.signed_in, now=clock.now())
    logout_user()
    session.clear()
    flash("You are signed out.", "success")
    return redirect(url_for("console.sign_in"))


@bp.get("/logout")
@public("an old link or a typed address; changes nothing")
def sign_out_page() -> ResponseReturnValue:
    """Lead home: signing out takes a button, so that no foreign page can do it with a picture's address."""
    return redirect(url_for("console.home"))


def _begin(account_id: int, name: str) -> None:
    """Begin a session with an id of its own: what the browser held before is worth nothing."""
    token, now = clock.new_secret(), clock.now()
    with unit_of_work() as work:
        accounts.sign_in(work, anonymous_actor(name, account_id), account_id, token=token, now=now)
        signed_in = accounts.find_signed_in(work, token, now=now)
    assert signed_in is not None
    session.clear()
    login_user(User(token, signed_in))


def _show(form: SignInForm, problem: str | None = None) -> str:
    return render_template("console/sign_in.html", form=form, problem=problem)


def _too_many(form: SignInForm, seconds: int) -> ResponseReturnValue:
    minutes = math.ceil(seconds / 60)
    text = f"Too many wrong passwords. Try again in {minutes} minute{'' if minutes == 1 else 's'}."
    return _show(form, text), 429, {"Retry-After": str(seconds)}


def _within_site(target: str) -> str:
    """Give an address of ours as it is, and nothing for any other."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
