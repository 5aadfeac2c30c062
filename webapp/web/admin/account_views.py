"""The list of accounts."""

from typing import Any

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from webapp import clock
from webapp.domain.identifiers import folded
from webapp.domain.roles import LABELS, Permission, Role
from webapp.errors import OwnAccount
from webapp.models.accounts import Account, AccountSession
from webapp.models.base import db, unit_of_work
from webapp.services import accounts, tokens
from webapp.services.sign_on import second_factor, sessions
from webapp.web import auth, cells
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Search, Shown, related
from webapp.web.admin.lists.exported import Exported
from webapp.web.auth import requires
from webapp.web.cells import Row
from webapp.web.details import TOKEN_HEADS, Alert, Button, Fact, Group, token_rows
from webapp.web.language import flash
from webapp.wording import joined, phrase, phrase_of, words_of

OWN_FACTOR = phrase("Remove your own on the page Your sign-in, with your password.")


def _holds(value: str) -> ColumnElement[bool]:
    if value not in set(Role):
        raise filters.NotUnderstood(phrase("Role: “{value}” is not one of the choices", value=value[:20]))
    return Account.access.contains(f'"{Role(value)}"', autoescape=True)


class AccountView(Exported):
    """Who can sign in."""

    model = Account
    guard = Permission.MANAGE_ACCOUNTS
    endpoint_name, address = "accounts", "/admin/accounts/"
    heading = phrase("Accounts")
    lead = phrase("Who can sign in, and with which roles.")
    columns = (
        phrase("Number"),
        phrase("Name"),
        phrase("E-mail"),
        phrase("Roles"),
        phrase("Learner"),
        phrase("Enabled"),
        phrase("Made"),
    )
    order = (Account.id,)
    search = Search(phrase("Search accounts"), phrase("The beginning of a sign-in name"))
    list_filters = (
        filters.Filter(
            "role", phrase("Role"), "choice", _holds, tuple((role.value, word) for role, word in LABELS.items())
        ),
        filters.flag("disabled", phrase("Disabled"), lambda: Account.disabled_at.is_not(None)),
    )
    empty = Empty(
        phrase("No accounts yet"),
        phrase("Make the first on the machine itself: certdesk accounts create NAME --role admin."),
    )

    def base_query(self) -> Shown:
        """Give accounts with their roles and learners."""
        return select(Account).options(selectinload(Account.learner))

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by the beginning of the name."""
        return (Account.username_folded >= folded(text)) & (Account.username_folded < folded(text) + "\U0010ffff")

    def row(self, row: Account) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.name(row.username),
                cells.name(row.email),
                cells.plain(_roles(row)),
                cells.name(row.learner.username if row.learner else ""),
                cells.yes_no(row.disabled_at is None),
                cells.when(row.created_at),
            ],
            self.row_url(row.id),
        )

    def details(self, row: Account) -> Details:
        """Give an account with its tokens and sessions."""
        facts = [
            Fact(phrase("Name"), cells.name(row.username)),
            Fact(phrase("E-mail"), cells.name(row.email)),
            Fact(
                phrase("Roles"),
                cells.plain(_roles(row)),
                phrase("Changed by a request on the page Access, or on the machine itself: certdesk accounts grant"),
            ),
            Fact(phrase("Learner"), cells.name(row.learner.username if row.learner else "")),
            Fact(
                phrase("Password"),
                cells.plain(phrase("Set") if row.password_hash else phrase("None: signs in elsewhere")),
            ),
            Fact(phrase("Second factor"), cells.plain(self._factor_words(row))),
            Fact(phrase("Made"), cells.when(row.created_at)),
            Fact(phrase("Disabled"), cells.when(row.disabled_at)),
        ]
        text = phrase("Nobody can sign in with it, and its tokens are worth nothing. Enable undoes this.")
        return Details(
            heading=row.username,
            back_url=self.list_url(),
            back_label=phrase("Accounts"),
            alert=Alert("warning", phrase("This account is disabled"), text) if row.disabled_at else None,
            groups=[Group(phrase("Account"), facts)],
            actions=self._buttons(row),
            related=[self._sessions(row), self._tokens(row)],
        )

    @expose("/<row:account_id>/disable", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.MANAGE_ACCOUNTS)
    def disable(self, account_id: int) -> ResponseReturnValue:
        """Shut an account."""
        try:
            with unit_of_work() as session:
                accounts.disable(session, auth.actor(), account_id, now=clock.now())
        except OwnAccount as problem:
            flash(words_of(problem), "error")
        else:
            flash(phrase("The account is disabled and signed out everywhere."), "success")
        return redirect(self.row_url(account_id))

    @expose("/<row:account_id>/enable", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.MANAGE_ACCOUNTS)
    def enable(self, account_id: int) -> ResponseReturnValue:
        """Open an account again."""
        with unit_of_work() as session:
            accounts.enable(session, auth.actor(), account_id, now=clock.now())
        flash(phrase("The account is enabled."), "success")
        return redirect(self.row_url(account_id))

    @expose("/<row:account_id>/end-sessions", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.MANAGE_ACCOUNTS)
    def end_sessions(self, account_id: int) -> ResponseReturnValue:
        """Sign an account out everywhere."""
        with unit_of_work() as session:
            accounts.end_sessions(session, auth.actor(), account_id, now=clock.now())
        flash(phrase("The account is signed out everywhere."), "success")
        return redirect(self.row_url(account_id))

    @expose("/<row:account_id>/reset-second-factor", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.MANAGE_ACCOUNTS)
    def reset_second_factor(self, account_id: int) -> ResponseReturnValue:
        """Let somebody in by their password alone who has lost their app and their recovery codes."""
        account = db.session.get(Account, account_id)
        if account is None:
            abort(404)
        if account.id == auth.actor().id:
            raise OwnAccount(OWN_FACTOR)
        with unit_of_work() as session:
            second_factor.reset(session, auth.actor(), account.username, now=clock.now())
        flash(phrase("The second factor is reset: the password alone signs in, until a new one is set up."), "success")
        return redirect(self.row_url(account_id))

    @expose("/<row:account_id>/tokens/<row:number>/revoke", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.MANAGE_ACCOUNTS)
    def revoke_token(self, account_id: int, number: int) -> ResponseReturnValue:
        """Have an API token count no more."""
        account = db.session.get(Account, account_id)
        if account is None:
            abort(404)
        with unit_of_work() as session:
            tokens.revoke(session, auth.actor(), account, number, now=clock.now())
        flash(phrase("The token is revoked: programs that use it are refused from now on."), "success")
        return redirect(self.row_url(account_id))

    def _factor_words(self, row: Account) -> str:
        standing = second_factor.standing_of(db.session(), row.id)
        if standing.since is None:
            return phrase("None")
        return phrase_of(
            standing.codes_left,
            "Codes of an app; {number} recovery codes left",
            "Codes of an app; {number} recovery codes left",
        )

    def _reset_button(self, row: Account, *, own: bool) -> list[Button]:
        if not second_factor.is_asked(db.session(), row.id):
            return []
        reason = OWN_FACTOR if own else None
        confirm = phrase(
            "Let {username} sign in by the password alone? Make sure that it is really they who ask.",
            username=row.username,
        )
        url = url_for("accounts.reset_second_factor", account_id=row.id)
        return [Button(phrase("Reset second factor"), url, "danger", confirm, disabled_reason=reason)]

    def _buttons(self, row: Account) -> list[Button]:
        if row.disabled_at is not None:
            return [Button(phrase("Enable"), url_for("accounts.enable", account_id=row.id), "primary")]
        own = phrase("This is the account that you are signed in with.") if row.id == auth.actor().id else None
        confirm = phrase("Disable {username} and sign it out everywhere?", username=row.username)
        return [
            Button(phrase("Sign out everywhere"), url_for("accounts.end_sessions", account_id=row.id)),
            *self._reset_button(row, own=own is not None),
            Button(
                phrase("Disable"),
                url_for("accounts.disable", account_id=row.id),
                "danger",
                confirm,
                disabled_reason=own,
            ),
        ]

    def _sessions(self, row: Account) -> dict[str, Any]:
        now = clock.now()
        query = (
            select(AccountSession)
            .where(AccountSession.account_id == row.id)
            .order_by(AccountSession.id.desc())
            .limit(10)
        )
        rows = [
            Row(
                [cells.when(one.created_at), cells.when(one.seen_at), cells.when(sessions.end_of(one, now=now))],
            )
            for one in db.session.scalars(query)
        ]
        return related(
            phrase("Sign-ins"),
            (phrase("Began"), phrase("Last seen"), phrase("Ended")),
            rows,
            phrase("Never signed in."),
        )

    def _tokens(self, row: Account) -> dict[str, Any]:
        found = tokens.list_of(db.session(), row.id, limit=50)
        rows = token_rows(found, lambda one: url_for("accounts.revoke_token", account_id=row.id, number=one.id))
        return related(phrase("API tokens"), TOKEN_HEADS, rows, phrase("No token was made."))


def _roles(row: Account) -> str:
    return joined(LABELS[role] for role in Role if role in row.roles)
