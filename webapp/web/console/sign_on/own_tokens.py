"""Your sign-in: the API tokens of one's own account."""

from dataclasses import dataclass

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.models.accounts import Account
from webapp.models.base import db, unit_of_work
from webapp.services import tokens
from webapp.web.auth import actor, signed_in_only
from webapp.web.cells import Column, Row
from webapp.web.console.blueprint import bp
from webapp.web.details import TOKEN_HEADS, token_rows
from webapp.web.language import flash
from webapp.wording import phrase

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OwnTokens:
    """A table of tokens."""

    columns: list[Column]
    rows: list[Row]


def own_tokens(account_id: int) -> OwnTokens:
    """Give the tokens of an account as its page has them, those that count first; no rows where there never was one."""
    found = tokens.list_of(db.session(), account_id, limit=MOST_SHOWN)
    rows = token_rows(found, lambda one: url_for("console.revoke_own_token", number=one.id))
    return OwnTokens([Column(label) for label in TOKEN_HEADS], rows)


@bp.post("/account/tokens/<row:number>/revoke")
@signed_in_only
def revoke_own_token(number: int) -> ResponseReturnValue:
    """Have a token of one's own count no more; 404 for anybody else's."""
    account = db.session.get_one(Account, current_user.signed_in.account_id)
    with unit_of_work() as session:
        tokens.revoke(session, actor(), account, number, now=clock.now())
    flash(phrase("The token is revoked: programs that use it are refused from now on."), "success")
    return redirect(url_for("console.show_second_factor"), 303)
