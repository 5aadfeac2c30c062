"""The operators' page: what is kept ready, how often that helped, and the button that empties it."""

import os
from dataclasses import dataclass

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from markupsafe import Markup

from webapp import clock
from webapp.domain.roles import Permission
from webapp.models.base import db, unit_of_work
from webapp.ports.caches import Numbers
from webapp.services.caching import kept
from webapp.services.caching.kept import Store, Stores
from webapp.web import auth, cells
from webapp.web.auth import requires
from webapp.web.cells import Column, Row
from webapp.web.details import Button
from webapp.web.language import flash
from webapp.wording import phrase

WORDS = {
    "configs": phrase("Lists of live values"),
    "config": phrase("Single values"),
    "versions": phrase("Histories"),
    "diff": phrase("Differences between versions"),
    "unchanged": phrase("Certificates"),
    "live values": phrase("Live values"),
    "merged texts": phrase("Merged texts"),
    "prints": phrase("Prints"),
}
COLUMNS = tuple(
    Column(label)
    for label in (
        phrase("Cache"),
        phrase("Entries"),
        phrase("Hits"),
        phrase("Misses"),
        phrase("Found"),
        phrase("Size"),
        phrase("Oldest"),
    )
)
KIB = 1024
EMPTY = Button(
    phrase("Empty"),
    "",
    "danger",
    phrase(
        "Empty the caches of every process? Nothing is lost: answers are made anew when somebody asks, which takes longer once."
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One place as the page shows it."""

    store: Store
    rows: list[Row]


class CacheView(BaseView):  # type: ignore[misc]  # Flask-Admin's base is untyped
    """What is kept ready."""

    guard = Permission.OPERATE

    @expose("/")  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.OPERATE)
    def index(self) -> ResponseReturnValue:
        """Show what this process keeps, and what all processes have in common."""
        return render_template(
            "admin/caches.html",
            shown=[Shown(store, [_row(one) for one in store.numbers()]) for store in _stores().known],
            columns=COLUMNS,
            process=os.getpid(),
            emptied=kept.last_emptied(db.session()),
            button=Button(EMPTY.label, url_for("caches.empty"), EMPTY.tone, EMPTY.confirm),
        )

    @expose("/empty", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.OPERATE)
    def empty(self) -> ResponseReturnValue:
        """Have every process forget what it keeps."""
        with unit_of_work() as session:
            kept.empty(session, auth.actor(), now=clock.now())
        _stores().empty()
        flash(
            phrase("The caches are empty: what was kept before is never answered with again, in no process."), "success"
        )
        return redirect(url_for("caches.index"))


def _stores() -> Stores:
    stores: Stores = current_app.extensions["stores"]
    return stores


def _row(one: Numbers) -> Row:
    asked = one.hits + one.misses
    return Row(
        [
            cells.strong(WORDS.get(one.name, one.name)),
            cells.plain(f"{one.entries:,}"),
            cells.plain(f"{one.hits:,}"),
            cells.plain(f"{one.misses:,}"),
            cells.plain(f"{100 * one.hits // asked} %" if asked else None),
            _size(one.bytes),
            cells.plain(None if one.oldest_s is None else phrase("{number} s", number=format(one.oldest_s, ",.0f"))),
        ]
    )


def _size(number: int | None) -> Markup:
    if number is None:
        return cells.plain(None)
    return cells.plain(f"{number:,} B" if number < KIB else phrase("{value} KiB", value=format(number / KIB, ",.1f")))
