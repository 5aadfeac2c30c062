"""Signing in and out."""

import math
from urllib.parse import urlsplit

import structlog
from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from webapp import clock
from webapp.domain.identifiers import folded
from webapp.models.base import db, unit_of_work
from webapp.ports.counters import Allowance, AttemptCounter
from webapp.ports.sign_on import IdentityProvider
from webapp.services import accounts
from webapp.services.sign_on import second_factor, sessions
from webapp.services.sign_on.sessions import BY_PASSWORD
from webapp.web.auth import actor, public, signed_in_only
from webapp.web.console.blueprint import bp
from webapp.web.console.sign_on import second_step
from webapp.web.console.sign_on.beginning import begin, within_site
from webapp.web.language import flash
from webapp.web.language.lengths import SaidLength
from webapp.wording import phrase, phrase_of

log = structlog.get_logger(__name__)
WRONG = phrase("The name or the password is wrong.")


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who, and the proof."""

    username = StringField(phrase("Name"), [InputRequired(phrase("Type your sign-in name.")), SaidLength(max=150)], render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})  # fmt: skip
    password = PasswordField(phrase("Password"), [InputRequired(phrase("Type your password.")), SaidLength(max=1024)], render_kw={"autocomplete": "current-password"})  # fmt: skip
    next = HiddenField()


@bp.get("/login")
@public("this is where people sign in")
def sign_in() -> ResponseReturnValue:
    """Show the form; whoever is signed in already, in another tab perhaps, is led on."""
    wanted = within_site(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted or url_for("console.home"))
    return _show(SignInForm(formdata=None, next=wanted))


@bp.post("/login")
@public("this is where people sign in")
def sign_in_now() -> ResponseReturnValue:
    """Check name and password, and begin a new session; the eleventh wrong try within 15 minutes is refused."""
    form = SignInForm()
    if not form.validate():
        return _show(form, phrase("Fill in both fields.")), 422
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
    wanted = within_site(form.next.data or "")
    if second_factor.is_asked(db.session(), account.id):
        return second_step.ask_for(account, wanted)
    begin(account.id, account.username, BY_PASSWORD)
    return redirect(wanted or url_for("console.home"))


@bp.post("/logout")
@signed_in_only
def sign_out() -> ResponseReturnValue:
    """End this session here and in the database."""
    with unit_of_work() as work:
        how = sessions.sign_out(work, actor(), current_user.signed_in, now=clock.now())
    logout_user()
    session.clear()
    there = _provider_sign_out(how.issuer, how.id_token)
    if there is not None:
        # Not a redirect: what forms may lead to is this site alone (`form-action`), and browsers hold redirects to it.
        page = render_template("console/signed_out.html", there=there, host=urlsplit(there).hostname)
        return page, 200, {"Refresh": f"0; url={there}"}
    flash(phrase("You are signed out."), "success")
    return redirect(url_for("console.sign_in"))


@bp.get("/logout")
@public("an old link or a typed address; changes nothing")
def sign_out_page() -> ResponseReturnValue:
    """Lead home: signing out takes a button, so that no foreign page can do it with a picture's address."""
    return redirect(url_for("console.home"))


def _provider_sign_out(issuer: str | None, id_token: str | None) -> str | None:
    """Give where the provider signs somebody out whom it had signed in; None for whoever came another way."""
    provider = _provider()
    if provider is None or id_token is None or issuer != provider.issuer:
        return None
    return provider.sign_out_address(id_token)


def _provider() -> IdentityProvider | None:
    provider: IdentityProvider | None = current_app.extensions["ports"].identity_provider
    return provider


def _show(form: SignInForm, problem: str | None = None) -> str:
    provider, ports = _provider(), current_app.extensions["ports"]
    return render_template(
        "console/sign_in.html",
        form=form,
        problem=problem,
        provider_host=urlsplit(provider.issuer).hostname if provider else None,
        provider_url=url_for("console.leave_for_provider", next=form.next.data or None) if provider else None,
        third_party=ports.signed_posts is not None,
    )


def _too_many(form: SignInForm, seconds: int) -> ResponseReturnValue:
    minutes = math.ceil(seconds / 60)
    text = phrase_of(
        minutes,
        "Too many wrong passwords. Try again in {number} minute.",
        "Too many wrong passwords. Try again in {number} minutes.",
    )
    return _show(form, text), 429, {"Retry-After": str(seconds)}
