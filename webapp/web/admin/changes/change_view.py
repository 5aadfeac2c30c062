"""The list of change requests: what waits, for whom, and what became of the others."""

from dataclasses import replace
from typing import Any

from flask import request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, false, select, true
from sqlalchemy.orm import selectinload

from webapp import clock
from webapp.domain.approval.states import LABELS, OPEN, State
from webapp.domain.configs.kinds import KINDS
from webapp.domain.identifiers import folded
from webapp.domain.roles import Permission, Role
from webapp.models.accounts import Account
from webapp.models.base import db
from webapp.models.governance.changes import LIVE, ChangeRequest
from webapp.services.governance import standing
from webapp.services.governance.reading import listing, requests
from webapp.services.governance.reading.conditions import OWES_REVIEW, STALE, waits_for
from webapp.services.governance.reading.listing import Line
from webapp.web import auth, cells
from webapp.web.admin import filters
from webapp.web.admin.changes.freezing import Freezable
from webapp.web.admin.desk_view import Empty, Search
from webapp.web.admin.filters import Filter, NotUnderstood
from webapp.web.cells import NOTHING_UNDER, Row
from webapp.web.language import tell
from webapp.web.paging import Page
from webapp.wording import phrase, phrase_of

ANY_STATE = "any"
Shown = tuple[Line, ChangeRequest, int]
"""A line as it is shown, the request that it is of, and how many approvals count where that is shown."""
_UNDER = Markup('%s <span class="cell-hint">%s</span>')
_DOES = Markup(' <span class="cell-hint"><bdi>%s</bdi> %s</span>')
_MARKS = Markup('<span class="marks">%s</span>')
_EMPTY = {
    "waiting": (phrase("Nothing waits for you"), phrase("What others propose and you may decide on stands here, what you are asked for first.")),
    "mine": (phrase("You have proposed nothing that is open"), phrase("A change is proposed on the page of what it changes, and stays here until it is decided.")),
    "stale": (phrase("Nothing is stale"), phrase("A change is stale once what it was made from is live no more; its page brings it up to date.")),
    "owed": (phrase("No review is owed"), phrase("What an admin makes live in an emergency stands here until somebody else has looked at it.")),
}  # fmt: skip
"""What is said where one of the marks alone narrows the list, and nothing has it."""


def _in_state(value: str) -> ColumnElement[bool]:
    if value == ANY_STATE:
        return true()
    if value not in set(State):
        raise NotUnderstood(
            phrase("{label}: “{value}” is not one of the choices", label=phrase("State"), value=value[:40])
        )
    return and_(LIVE if value in OPEN else true(), ChangeRequest.state == State(value))


def _waits() -> ColumnElement[bool]:
    """Nothing waits for whoever may not decide."""
    person = auth.person()
    return and_(LIVE, waits_for(person.id)) if Role.APPROVER in person.roles else false()


def _by(name: str) -> ColumnElement[bool]:
    """By the account, whose requests have an index, and not by the name that each of them keeps."""
    account = select(Account.id).where(Account.username_folded == folded(name)).scalar_subquery()
    return ChangeRequest.author_id == account


class ChangeView(Freezable):
    """Change requests of people, the newest first; without a state those that are open."""

    model = ChangeRequest
    endpoint_name, address = "change_list", "/changes"
    template = "changes/list.html"
    heading = phrase("Changes")
    lead = phrase("Configuration becomes live only as a change that somebody proposed and somebody else approved.")
    columns = (phrase("Change"), phrase("State"), phrase("Kind"), phrase("Proposed by"), phrase("Age"))
    more_columns = (
        phrase("Number"),
        phrase("Approvals"),
        phrase("Revision"),
        phrase("Goes live"),
        phrase("Closed on"),
        phrase("Why"),
    )
    order = (ChangeRequest.id,)
    date_order = (ChangeRequest.created_at, ChangeRequest.id)
    search = Search(
        phrase("Search changes"),
        phrase("A change’s number, or the key of what it changes: a course run, a mode, an account"),
    )
    list_filters = (
        Filter(
            "state",
            phrase("State"),
            "choice",
            _in_state,
            ((ANY_STATE, filters.ANY), *((state.value, LABELS[state]) for state in State)),
            unset=phrase("Open"),
        ),
        filters.choice(
            "kind", phrase("Kind"), ChangeRequest.kind, {kind.value: rule.label for kind, rule in KINDS.items()}
        ),
        filters.text("by", phrase("Proposed by"), _by),
        *filters.dates("proposed", phrase("Proposed"), ChangeRequest.created_at),
        filters.flag("waiting", phrase("Waiting for me"), _waits),
        filters.flag("mine", phrase("Mine"), lambda: ChangeRequest.author_id == auth.person().id),
        filters.flag("stale", phrase("Stale"), lambda: STALE),
        filters.flag("owed", phrase("Review owed"), lambda: OWES_REVIEW),
    )
    empty = Empty(
        phrase("Nothing is open"),
        phrase("Every change has been decided. Those that were decided stay in the history."),
    )

    def base_query(self) -> Select[ChangeRequest]:
        """Give the requests of people, with who decided on them where that is shown."""
        query = listing.of_people()
        if not self.chosen_columns().with_more:
            return query
        return query.options(selectinload(ChangeRequest.contributors), selectinload(ChangeRequest.decisions))

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by the number, or by the key of what is changed."""
        return ChangeRequest.id.in_(requests.find_by_word(db.session(), text))

    def row(self, row: Shown) -> Row:
        """Draw one row."""
        line, *_ = row
        kind = cells.plain(line.kind_label)
        age = tell(listing.age(line.created_at, clock.now()))
        drawn = [
            cells.name(line.heading),
            _MARKS % cells.change_marks(line),
            kind if line.key == "-" else _UNDER % (kind, cells.code(line.key)),
            cells.actor(line.author),
            _UNDER % (age, cells.when(line.created_at)),
        ]
        return Row(drawn, self.row_url(line.id), under=_does(line))

    def more_cells(self, row: Shown) -> list[Markup]:
        """Draw how far it is with its approvals, its moments, and why it was asked for."""
        _, change, given = row
        needed = change.approvals_needed
        return [
            cells.plain(change.id),
            cells.plain(phrase("{done} of {total}", done=given, total=needed) if needed else None),
            cells.plain(change.revision),
            cells.when(change.apply_at),
            cells.when(change.closed_at),
            cells.name(change.reason),
        ]

    def row_url(self, number: int) -> str:
        """Give the address of a request's own page."""
        return url_for("changes.show", change_id=number)

    def _conditions(self) -> tuple[list[ColumnElement[bool]], list[dict[str, str]], list[str], bool]:
        conditions, applied, problems, by_date = super()._conditions()
        if self._open_alone():
            conditions.append(and_(LIVE))
        return conditions, applied, problems, by_date and not self._few()

    def _open_alone(self) -> bool:
        """Nobody has asked for a state; what owes a review is live, and open no more."""
        return not any(request.args.get(name, "").strip() for name in ("state", "owed"))

    def _few(self) -> bool:
        """What is open or owes a review has an index of its own: by the order of that one nothing else is looked at."""
        marked = any(request.args.get(name, "").strip() for name in ("waiting", "stale", "owed"))
        return marked or self._open_alone() or request.args.get("state", "").strip() in OPEN

    def _noted(self) -> dict[str, str]:
        return {**({"state": "open"} if self._open_alone() else {}), **super()._noted()}

    def _listing(
        self, page: Page, applied: list[dict[str, str]], problems: list[str], *, newest_first: bool
    ) -> dict[str, Any]:
        lines = listing.lines_of(db.session(), page.rows, auth.person())
        counted = standing.approvers_of(db.session(), page.rows) if self.chosen_columns().with_more else {}
        rows = [(line, row, len(counted.get(row.id, ()))) for line, row in zip(lines, page.rows, strict=True)]
        listed = super()._listing(replace(page, rows=rows), applied, problems, newest_first=newest_first)
        may_freeze = current_user.may(Permission.ACT_IN_EMERGENCY)
        return {**listed, "may_freeze": may_freeze}

    def _empty(self, *, narrowed: bool) -> Empty:
        """Say what there is none of, and lead to the history of the same where that is not what is looked at."""
        asked = self._narrowed()
        marks = [name for name in _EMPTY if name in asked]
        if not narrowed:
            title, text = self.empty.title, self.empty.text
        elif len(asked) == 1 and marks:
            (title, text), asked = _EMPTY[marks[0]], {}
        else:
            title, text = phrase("Nothing fits"), phrase("No change request is as these filters say.")
        if asked == {"state": ANY_STATE}:
            return Empty(title, text)
        rest = {} if asked.get("state") == ANY_STATE else asked
        return Empty(title, text, phrase("Show the history"), self.list_url(**{**rest, "state": ANY_STATE}))


def _does(line: Line) -> Markup:
    """Draw what a request that has a title would do."""
    if not (line.title and line.sentence):
        return NOTHING_UNDER
    more = phrase_of(line.more, "And {number} more.", "And {number} more.") if line.more else ""
    return _DOES % (tell(line.sentence), tell(more))
