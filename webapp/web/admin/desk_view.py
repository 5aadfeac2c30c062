"""What do all lists have in common? Read-only, paged by keyset, searched by index, narrowed by the address."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import Admin, expose
from flask_admin.contrib.sqla import ModelView
from markupsafe import Markup
from sqlalchemy import ColumnElement, Label, Select, select
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import InstrumentedAttribute
from wtforms import Form

from webapp.domain.identifiers import row_number, storable
from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.models.learners import Learner
from webapp.web import auth
from webapp.web.addresses import row_url
from webapp.web.admin.filters import Filter, NotUnderstood, sentences
from webapp.web.admin.lists import columns, saved
from webapp.web.admin.lists.columns import Chosen
from webapp.web.admin.lists.parts import Details, Empty, Search, related
from webapp.web.cells import Column, Row
from webapp.web.paging import PAGE, Page, read_page
from webapp.wording import phrase, words_of

__all__ = [
    "DeskView",
    "Details",
    "Empty",
    "Listed",
    "Search",
    "Shown",
    "of_learner",
    "related",
]
Shown = Select[*tuple[Any, ...]]
"""The question for the rows of a list."""
Listed = SqlRow[*tuple[Any, ...]]
"""One row of a list as it is read: the columns that are shown, without the rest of it."""

OPEN_VIEWS = frozenset({"index_view", "details_view"})
"""Of Flask-Admin's own views these are used; the others would write, and are not there (stack note §3)."""
_NEWEST_FIRST = phrase("Newest first, {number} a page.", number=PAGE)
_OLDEST_FIRST = phrase("Oldest first, {number} a page.", number=PAGE)


def of_learner(column: InstrumentedAttribute[str], learner_id: InstrumentedAttribute[int]) -> Label[str | None]:
    """Give a column of the learner whom a row names, looked up row by row: to join them a database may read them all."""
    return select(column).where(Learner.id == learner_id).scalar_subquery().label(column.key)


class DeskView(ModelView):  # type: ignore[misc]  # Flask-Admin's base is untyped
    """A list and the page of each of its rows. Nothing is written here but by named acts of the subclasses."""

    guard: Permission = Permission.READ_DESK
    template = "admin/list.html"
    endpoint_name: str
    address: str
    heading: str
    lead: str
    columns: Sequence[str]
    more_columns: Sequence[str] = ()
    """What can be shown beside them; `more_cells` draws those."""
    order: Sequence[InstrumentedAttribute[Any]]
    date_order: Sequence[InstrumentedAttribute[Any]] = ()
    search: Search | None = None
    list_filters: Sequence[Filter] = ()
    empty: Empty
    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    _urls: Sequence[tuple[str, str, Sequence[str]]]

    def scaffold_form(self) -> type[Form]:
        """Give no form at all: nothing is edited by typing into fields."""
        return Form  # type: ignore[no-any-return]  # WTForms has no types

    def is_accessible(self) -> bool:
        """Say whether the one who asks may see this list."""
        return auth.check(self.guard) is None

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Make the doors that are used."""
        self._urls = [door for door in self._urls if door[1] in OPEN_VIEWS or not hasattr(ModelView, door[1])]
        blueprint: Blueprint = super().create_blueprint(admin)
        return blueprint

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        return None  # who may enter was decided before, for every view of the application

    @expose("/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def index_view(self) -> ResponseReturnValue:
        """Show one page of the list."""
        return self.show_page()

    def show_page(self, **more: Any) -> str:
        """Draw the page of the list that the address asks for, with what the list's own template tells besides."""
        conditions, applied, problems, by_date = self._conditions()
        order = self.date_order if by_date else self.order
        newest_first = request.args.get("order") != "oldest"
        page = (
            Page([], None, None)
            if problems
            else read_page(
                db.session(),
                self.base_query(),
                conditions,
                order,
                after=request.args.get("after"),
                before=request.args.get("before"),
                newest_first=newest_first,
            )
        )
        listing = self._listing(page, applied, problems, newest_first=newest_first)
        return render_template(self.template, listing=listing, **more)

    @expose("/details/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def details_view(self) -> ResponseReturnValue:
        """Show one row; 404 for one that is not there."""
        row = self.find_row(request.args.get("id", ""))
        if row is None:
            abort(404)
        return render_template("admin/details.html", details=self.details(row))

    def lead_now(self) -> str:
        """Give the sentence under the heading."""
        return self.lead

    def page_links(self) -> list[tuple[str, str]]:
        """Give words and addresses of what else can be done with the list."""
        return []

    def base_query(self) -> Shown:
        """Give the rows of the list with what each line of it shows."""
        return select(self.model)

    def find_row(self, text: str) -> Any:
        """Give the row with that number or None."""
        number = row_number(text)
        return None if number is None else db.session.get(self.model, number)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Give the condition that the search field asks for."""
        raise NotUnderstood(phrase("This list cannot be searched"))

    def row(self, row: Any) -> Row:
        """Draw one row of the list."""
        raise LookupError(f"{type(self).__name__} does not say how a row looks")

    def more_cells(self, row: Any) -> list[Markup]:
        """Draw what can be shown beside the usual columns."""
        return []

    def chosen_columns(self) -> Chosen:
        """Give which columns the address asks for."""
        return columns.choose(self.columns, self.more_columns, request.args.getlist(columns.NAME))

    def details(self, row: Any) -> Details:
        """Give the page of one row."""
        raise LookupError(f"{type(self).__name__} does not say how its details look")

    def row_url(self, number: int) -> str:
        """Give the address of one row's page."""
        return row_url(self.endpoint_name, number)

    def list_url(self, **arguments: Any) -> str:
        """Give the address of the list, narrowed by the arguments."""
        return url_for(f"{self.endpoint_name}.index_view", **arguments)

    def _conditions(self) -> tuple[list[ColumnElement[bool]], list[dict[str, str]], list[str], bool]:
        conditions, applied, by_date = [], [], False
        problems: list[str] = []
        text = request.args.get("q", "").strip()
        if text and self.search is not None:
            applied.append({"label": f"“{text[:80]}”", "remove_url": self._without("q")})
            if storable(text):
                conditions.append(self.searched(text))
            else:
                problems.append(phrase("That text has characters that no name has"))
        for one in self.list_filters:
            value = request.args.get(one.name, "").strip()
            if not value:
                continue
            label = one.label if one.kind == "flag" else one.chip(value)
            applied.append({"label": label, "remove_url": self._without(one.name)})
            try:
                conditions.append(one.condition(value))
            except NotUnderstood as problem:
                problems.append(words_of(problem))
            by_date = by_date or bool(one.bound)
        return conditions, applied, problems, by_date and bool(self.date_order)

    def _listing(
        self, page: Page, applied: list[dict[str, str]], problems: list[str], *, newest_first: bool
    ) -> dict[str, Any]:
        narrowed, chosen = bool(applied), self.chosen_columns()
        return {
            "heading": self.heading,
            "lead": self.lead_now(),
            "links": self.page_links(),
            "base_url": self.list_url(),
            "search": self._search_field(),
            "filters": [self._filter_field(one) for one in self.list_filters],
            "hidden": self._beside_filters(),
            "applied": applied,
            "clear_url": self.list_url(**self._unfiltered()) if narrowed else None,
            "columns": self._columns(chosen, newest_first=newest_first),
            "choice": chosen.field(self._kept_arguments(), self._turned(columns=None)),
            "views": saved.bar(self, self._kept_arguments()),
            "choosing": None,
            "live": False,
            "rows": [self._drawn(row, chosen) for row in page.rows],
            "newer_url": self._turned(before=page.newer) if page.newer else None,
            "older_url": self._turned(after=page.older) if page.older else None,
            "note": _NEWEST_FIRST if newest_first else _OLDEST_FIRST,
            "notice": sentences(problems) if problems else None,
            "empty": self._empty(narrowed=narrowed),
        }

    def _columns(self, chosen: Chosen, *, newest_first: bool) -> list[Column]:
        turned = self._turned(order="oldest" if newest_first else None)
        first, *others = chosen.shown_labels
        return [Column(first, "descending" if newest_first else "ascending", turned), *map(Column, others)]

    def _drawn(self, row: Any, chosen: Chosen) -> Row:
        drawn = self.row(row)
        if chosen.with_more:
            drawn = replace(drawn, cells=[*drawn.cells, *self.more_cells(row)])
        return chosen.of(drawn)

    def _beside_filters(self) -> list[tuple[str, str]]:
        """What the address says and no filter does: it stays when the filters change."""
        kept = self._kept_arguments()
        return [(name, kept[name]) for name in ("order", columns.NAME, saved.NAME) if name in kept]

    def _unfiltered(self) -> dict[str, str]:
        return {name: value for name, value in self._beside_filters() if name != saved.NAME}

    def _search_field(self) -> Search | None:
        if self.search is None:
            return None
        return Search(self.search.label, self.search.hint, value=request.args.get("q", ""))

    def _filter_field(self, one: Filter) -> dict[str, Any]:
        return {
            "name": one.name,
            "label": one.label,
            "kind": one.kind,
            "value": request.args.get(one.name, ""),
            "choices": [("", one.unset), *one.choices] if one.kind == "choice" else list(one.choices),
        }

    def _empty(self, *, narrowed: bool) -> Empty:
        if not narrowed:
            return self.empty
        return Empty(
            phrase("Nothing found"),
            phrase("No row fits all of this. Take a filter away, or type less."),
            phrase("Show all"),
            self.list_url(),
        )

    def _without(self, name: str) -> str:
        return self.list_url(**{k: v for k, v in self._kept_arguments().items() if k != name})

    def _turned(self, **changes: str | None) -> str:
        return self.list_url(**{k: v for k, v in {**self._kept_arguments(), **changes}.items() if v})

    @classmethod
    def kept_names(cls) -> set[str]:
        """Give the arguments of the address that say what the list shows, wherever in it somebody is."""
        return {"q", "order", columns.NAME, *(one.name for one in cls.list_filters)}

    def _kept_arguments(self) -> dict[str, str]:
        names = self.kept_names() - {columns.NAME}
        kept = {name: value for name, value in request.args.items() if name in names and value}
        chosen = self.chosen_columns().text
        return {**kept, **({columns.NAME: chosen} if chosen else {}), **saved.kept_number()}
