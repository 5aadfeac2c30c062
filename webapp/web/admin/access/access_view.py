"""The pages of access: which roles accounts have."""

from typing import Any

from flask import request
from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from webapp.domain.configs.kinds import Kind, Payload
from webapp.domain.identifiers import folded
from webapp.domain.roles import LABELS, Role
from webapp.models.accounts import Account
from webapp.models.base import db
from webapp.models.governance.versions import (
    AccessVersion,
)
from webapp.services import accounts
from webapp.web import cells
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Empty, Search, Shown
from webapp.web.admin.governed.forms.kinds import (
    AccessForm,
)
from webapp.web.admin.governed.governed_view import GovernedView
from webapp.web.details import Fact
from webapp.wording import joined, phrase


class AccessView(GovernedView):
    """Which roles accounts have."""

    model, kind, form_class = AccessVersion, Kind.ACCESS, AccessForm
    endpoint_name, address = "access", "/admin/access/"
    heading = phrase("Access")
    lead = phrase("The roles of every account. They count from the moment that a change of them is approved.")
    columns = (phrase("Account"), phrase("Roles"), phrase("Enabled"))
    order = (Account.username_folded,)
    search = Search(phrase("Search accounts"), phrase("The beginning of a sign-in name"))
    list_filters = (
        filters.Filter(
            "role",
            phrase("Role"),
            "choice",
            lambda value: _holds(value),
            tuple((role.value, LABELS[role]) for role in Role),
        ),
    )
    empty = Empty(
        phrase("No accounts yet"),
        phrase("Make the first on the machine itself: certdesk accounts create NAME --role admin."),
    )

    def listed(self, at: Any) -> Shown:  # noqa: ANN401 - a datetime or None
        """Give all accounts, those without a role as well."""
        return select(Account.username, Account.username_folded, Account.disabled_at)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by the beginning of the name."""
        return (Account.username_folded >= folded(text)) & (Account.username_folded < folded(text) + "\U0010ffff")

    def key_of(self, row: Any) -> str:  # noqa: ANN401 - a row of the list
        """Give the name of an account."""
        return str(row.username)

    def find_key(self, text: str) -> str | None:
        """Know the accounts that there are, in their own spelling."""
        account = accounts.find_account(db.session(), text)
        return account.username if account else None

    def value_cells(self, row: Any, payload: Payload | None) -> list[Markup]:  # noqa: ANN401 - a row of the list
        """Give the roles, and whether somebody can sign in with them."""
        return [cells.plain(_roles(payload)), cells.yes_no(row.disabled_at is None)]

    def narrowed(self) -> tuple[list[ColumnElement[bool]], list[dict[str, str]], list[str]]:
        """Refuse to narrow the past by roles: those who hold one now are others."""
        conditions, applied, problems = super().narrowed()
        if request.args.get("role") and request.args.get("at"):
            problems.append(phrase("Roles narrow only what is live now"))
        return conditions, applied, problems

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Give the roles."""
        return [
            Fact(phrase("Roles"), cells.plain(_roles(payload) or phrase("None: may see nothing but the home page")))
        ]


def _roles(payload: Payload | None) -> str:
    return joined(LABELS[Role(role)] for role in payload["roles"]) if payload else ""


def _holds(value: str) -> ColumnElement[bool]:
    if value not in set(Role):
        raise filters.NotUnderstood(phrase("Role: “{value}” is not one of the choices", value=value[:20]))
    return Account.access.contains(f'"{Role(value)}"', autoescape=True)
