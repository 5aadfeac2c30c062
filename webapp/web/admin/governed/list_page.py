"""The list of the live values of a kind, now or as of a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup

from webapp.domain.configs.kinds import Payload
from webapp.models.base import db
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import history, ledger
from webapp.web import cells
from webapp.web.addresses import change_url, page_url
from webapp.web.admin.desk_view import Empty
from webapp.web.admin.filters import sentences
from webapp.web.admin.governed.item_page import moment_asked
from webapp.web.admin.governed.proposals import find_refusal
from webapp.web.admin.lists import columns, saved
from webapp.web.admin.lists.columns import Chosen
from webapp.web.cells import Row
from webapp.web.language import tell
from webapp.web.paging import PAGE, Page, read_page
from webapp.wording import phrase

if TYPE_CHECKING:
    from webapp.web.admin.governed.governed_view import GovernedView

BULK = "bulk"
_BY = {
    "Account": phrase("By account, {number} a page.", number=PAGE),
    "Course": phrase("By course, {number} a page.", number=PAGE),
    "Mode": phrase("By mode, {number} a page.", number=PAGE),
}
"""First column -> how the list is ordered."""
BESIDE_FILTERS = ("at", "order", columns.NAME, saved.NAME)
OF_EVERY_KIND = (phrase("Version"), phrase("Live since"), phrase("Proposed by"), phrase("Requests"))
"""The columns behind those that tell the value."""
_OPEN = Markup('<a class="open-badge" href="%s">%s</a>')
_ONE_OPEN = phrase('1 open<span class="visually-hidden"> change request</span>')
_TICK = Markup('<input class="tick" type="checkbox" name="rowid" value="%s" form="%s" aria-label="%s">')


@dataclass(frozen=True, slots=True)
class Held:
    """One line: a key, its version and value at the moment looked at, and who wants it changed."""

    row: Any  # as the list's question gives it
    key: str
    version: ConfigVersion | None
    payload: Payload | None
    waiting: ChangeRequest | None


def show_list(view: "GovernedView") -> str:
    """Draw one page of the list."""
    moment, refusal = moment_asked(), find_refusal(view.kind)
    conditions, applied, problems = view.narrowed()
    page = (
        Page([], None, None)
        if problems
        else read_page(
            db.session(),
            view.listed(moment.at),
            conditions,
            view.order,
            after=request.args.get("after"),
            before=request.args.get("before"),
            newest_first=falling(),
        )
    )
    bulk = view.rule.deletable and refusal is None and moment.at is None and bool(page.rows)
    return render_template(
        "admin/governed/list.html",
        view=view,
        rule=view.rule,
        moment=moment,
        refusal=refusal.text if refusal else None,
        listing=_listing(view, page, applied, problems, bulk=bulk),
        bulk=BULK if bulk else None,
    )


def falling() -> bool:
    """Say whether the list is asked for from its end."""
    return request.args.get("order") == "descending"


def held_on(view: "GovernedView", rows: Sequence[Any]) -> list[Held]:
    """Give the lines of a page's rows, in their order."""
    session, at, keys = db.session(), moment_asked().at, [view.key_of(row) for row in rows]
    versions = history.tell_newest(session, view.kind, keys, at=at)
    waiting = history.find_open_changes(session, view.kind, keys)
    return [
        Held(row, key, versions.get(key), ledger.payload_of(versions.get(key)), waiting.get(key))
        for row, key in zip(rows, keys, strict=True)
    ]


def _listing(
    view: "GovernedView", page: Page, applied: list[dict[str, str]], problems: list[str], *, bulk: bool
) -> dict[str, Any]:
    kept = view.kept_arguments()
    chosen = view.chosen_columns()
    labels = [*chosen.shown_labels, *([phrase("Choose")] if bulk else [])]
    return {
        "heading": view.heading,
        "links": _exports(view),
        "base_url": view.list_url(),
        "hidden": [(name, kept[name]) for name in BESIDE_FILTERS if name in kept],
        "search": view.search_field(),
        "filters": view.filter_fields(),
        "applied": applied,
        "clear_url": view.list_url(**{name: kept[name] for name in BESIDE_FILTERS[:-1] if name in kept})
        if applied
        else None,
        "columns": [_sorted(view, labels[0], kept), *map(cells.Column, labels[1:])],
        "choice": chosen.field(
            kept, view.list_url(**{name: value for name, value in kept.items() if name != columns.NAME})
        ),
        "views": saved.bar(view, kept),
        "rows": [_row(view, held, chosen, bulk=bulk) for held in held_on(view, page.rows)],
        "newer_url": view.list_url(**{**kept, "before": page.newer}) if page.newer else None,
        "older_url": view.list_url(**{**kept, "after": page.older}) if page.older else None,
        "note": _BY[view.columns[0]],
        "notice": sentences(problems) if problems else None,
        "empty": Empty(
            phrase("Nothing found"), phrase("No value fits all of this."), phrase("Show all"), view.list_url()
        )
        if applied
        else view.empty,
    }


def _exports(view: "GovernedView") -> list[tuple[str, str]]:
    """The addresses of files with all values of the kind, as of the moment looked at: the list's filters are its own."""
    at = moment_asked().at
    wanted = urlencode({"kind": view.kind.value, **({"at": at.isoformat()} if at else {})})
    return [
        (phrase("Export all values (CSV)"), f"{page_url('api.export_configs_csv')}?{wanted}"),
        (phrase("Export all values (JSON Lines)"), f"{page_url('api.export_configs_jsonl')}?{wanted}"),
    ]


def _sorted(view: "GovernedView", label: str, kept: dict[str, str]) -> cells.Column:
    turned = {name: value for name, value in kept.items() if name != "order"}
    if falling():
        return cells.Column(label, "descending", view.list_url(**turned))
    return cells.Column(label, "ascending", view.list_url(**turned, order="descending"))


def _row(view: "GovernedView", held: Held, chosen: Chosen, *, bulk: bool) -> Row:
    version = held.version
    drawn = [
        view.key_cell(held.key),
        *view.value_cells(held.row, held.payload),
        cells.plain(version.version if version else None),
        cells.when(version.created_at if version else None),
        cells.actor(version.change.author_name if version else ""),
        _OPEN % (change_url(held.waiting.id), cells.sentence(_ONE_OPEN)) if held.waiting else cells.nothing(),
    ]
    kept = view.kept_arguments()
    row = chosen.of(Row(drawn, view.item_url(held.key, **({"at": kept["at"]} if "at" in kept else {}))))
    return (
        Row([*row.cells, _TICK % (held.key, BULK, tell(phrase("Choose {key}", key=held.key)))], row.url)
        if bulk
        else row
    )
