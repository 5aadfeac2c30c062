"""Your sign-in: the second factor of one's own account."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.adapters.certificate_page.qr import draw_qr
from webapp.domain.identifiers import folded
from webapp.errors import SecondFactorUnreadable
from webapp.models.accounts import Account
from webapp.models.base import db, unit_of_work
from webapp.ports.counters import Allowance, AttemptCounter
from webapp.services import accounts
from webapp.services.sign_on import second_factor
from webapp.services.sign_on.second_factor import Standing
from webapp.web import installation
from webapp.web.auth import actor, signed_in_only
from webapp.web.console.blueprint import bp
from webapp.web.console.sign_on.own_tokens import own_tokens
from webapp.web.language import flash, tell
from webapp.wording import phrase

WRONG_PASSWORD = phrase("That is not your password.")
WRONG_CODE = phrase(
    "That code is not right. Look at the clock of your phone, and type the code that the app shows now."
)
UNREADABLE = phrase("What you had begun cannot be read any more. Begin anew.")
LIMITED = phrase("Too many wrong tries. Wait a quarter of an hour.")
PAGE = "console.show_second_factor"


@bp.get("/account/second-factor")
@signed_in_only
def show_second_factor() -> ResponseReturnValue:
    """Show how one's account is guarded, and what can be done about it."""
    return _show()


@bp.post("/account/second-factor/begin")
@signed_in_only
def begin_second_factor() -> ResponseReturnValue:
    """Make a secret and show it, to whoever types the password again."""
    if problem := _password_problem():
        return _show(problem), 422
    with unit_of_work() as work:
        second_factor.begin(work, actor(), _account().id, key=_key(), now=clock.now())
    return redirect(url_for(PAGE), 303)


@bp.post("/account/second-factor/confirm")
@signed_in_only
def confirm_second_factor() -> ResponseReturnValue:
    """Let it count once the app shows the right code, and show the recovery codes, once."""
    if _attempts().seconds_refused(Allowance.WRONG_CODE, _source()):
        return _show(LIMITED), 429
    with unit_of_work() as work:
        given = request.form.get("code", "")[:40]
        codes = second_factor.confirm(work, actor(), _account().id, given, key=_key(), now=clock.now())
    if not codes:
        _attempts().count(Allowance.WRONG_CODE, _source())
        return _show(WRONG_CODE), 422
    return _show_codes(codes)


@bp.post("/account/second-factor/recovery-codes")
@signed_in_only
def renew_recovery_codes() -> ResponseReturnValue:
    """Show new recovery codes, once, to whoever types the password again."""
    if problem := _password_problem():
        return _show(problem), 422
    with unit_of_work() as work:
        codes = second_factor.renew_codes(work, actor(), _account().id, now=clock.now())
    return _show_codes(codes)


@bp.post("/account/second-factor/remove")
@signed_in_only
def drop_second_factor() -> ResponseReturnValue:
    """Take one's own factor away, or what was begun; the password is asked again."""
    if problem := _password_problem():
        return _show(problem), 422
    with unit_of_work() as work:
        second_factor.remove(work, actor(), _account().id, now=clock.now())
    flash(phrase("Your second factor is removed: your password alone signs you in."), "success")
    return redirect(url_for(PAGE), 303)


def _password_problem() -> str | None:
    """Say what is wrong with the password that was typed again; wrong ones count as at the sign-in."""
    account, attempts = _account(), _attempts()
    source = f"name {folded(account.username)}"
    if attempts.seconds_refused(Allowance.WRONG_PASSWORD, source):
        return LIMITED
    if accounts.check_password(account, request.form.get("password", "")[:1024]):
        return None
    attempts.count(Allowance.WRONG_PASSWORD, source)
    return WRONG_PASSWORD


def _show(problem: str | None = None) -> str:
    account = _account()
    standing = second_factor.standing_of(db.session(), account.id)
    drawing = secret = None
    try:
        secret = second_factor.secret_begun(db.session(), account.id, key=_key()) if standing.begun else None
    except SecondFactorUnreadable:  # begun under another key: nobody can go on with it, and anybody can begin anew
        standing, problem = Standing(), problem or UNREADABLE
    if secret:
        from webapp.services.sign_on.app_codes import address_of  # pyotp, for whoever sets up such a factor

        issuer = f"Certdesk ({urlsplit(installation.settings().base_url).hostname})"
        drawing = draw_qr(address_of(secret, name=account.username, issuer=issuer), tell(phrase("Code for your app")))
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)] if secret else []
    return render_template(
        "console/second_factor.html",
        problem=problem,
        standing=standing,
        drawing=drawing,
        groups=groups,
        local=account.password_hash is not None,
        tokens=own_tokens(account.id),
    )


def _show_codes(codes: Sequence[str]) -> str:
    return render_template("console/recovery_codes.html", codes=codes)


def _account() -> Account:
    return db.session.get_one(Account, current_user.signed_in.account_id)


def _source() -> str:
    return f"account {current_user.signed_in.account_id}"


def _attempts() -> AttemptCounter:
    attempts: AttemptCounter = current_app.extensions["ports"].attempts
    return attempts


def _key() -> str:
    return installation.settings().require_secret_key()
