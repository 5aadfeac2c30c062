"""Which views of a list are kept, which of them is being looked at, and what can its reader do with it?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask import request
from flask_login import current_user

from webapp.domain.identifiers import row_number
from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.models.desk.saved_views import SavedView
from webapp.services.desk import saved_views

if TYPE_CHECKING:
    from webapp.web.admin.desk_view import DeskView

NAME = "view"
"""The argument of the address: the number of the view that one began with."""
REMOVED = "removed"
"""The argument of the address: the number of the view that was taken away just now."""


def kept_number() -> dict[str, str]:
    """Give the view that the address began with, as an argument of the next address."""
    text = request.args.get(NAME, "")
    return {NAME: text} if row_number(text) is not None else {}


def query_of(arguments: Mapping[str, str]) -> str:
    """Give what of an address a view keeps, in one spelling."""
    return urlencode(sorted((name, value) for name, value in arguments.items() if name != NAME))


def narrowed_query(text: str, names: set[str]) -> str:
    """Give of what a form sent the part that the list understands, in one spelling."""
    found = parse_qsl(text, max_num_fields=100, errors="replace")
    return query_of({name: value for name, value in found if name in names and value})


def bar(view: "DeskView", arguments: Mapping[str, str]) -> dict[str, Any]:
    """Give what the bar over a list shows: everything, and each view that is kept; `arguments` are of the address."""
    account_id, of_others = current_user.signed_in.account_id, current_user.may(Permission.KEEP_VIEWS)
    kept = saved_views.list_for(db.session(), account_id, view.endpoint_name)
    number, query = row_number(arguments.get(NAME, "")), query_of(arguments)
    current = next((one for one in kept if one.id == number), None)
    mine = current is not None and saved_views.may_change(current, account_id, of_others=of_others)
    return {
        "list": view.endpoint_name,
        "all_url": view.list_url(),
        "all_current": not query and current is None,
        "tabs": [_tab(view, one, current, account_id) for one in kept],
        "current": current,
        "mine": mine,
        "moved": current is not None and current.query != query,
        "query": query,
        "removed": _removed(account_id),
    }


def list_arguments(saved: SavedView) -> dict[str, str]:
    """Give the arguments of the address that a view leads to."""
    return {**dict(parse_qsl(saved.query)), NAME: str(saved.id)}


def _tab(view: "DeskView", saved: SavedView, current: SavedView | None, account_id: int) -> dict[str, Any]:
    return {
        "name": saved.name,
        "url": view.list_url(**list_arguments(saved)),
        "current": current is saved,
        "shared": saved.shared,
        "by": saved.made_by if saved.account_id != account_id else "",
    }


def _removed(account_id: int) -> SavedView | None:
    number = row_number(request.args.get(REMOVED, ""))
    return None if number is None else saved_views.find_removed(db.session(), account_id, number)
