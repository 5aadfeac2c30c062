"""How do staff take a list elsewhere, as its filters and its search leave it?"""

from collections.abc import Callable, Sequence

from flask import abort
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import ColumnElement

from webapp.models.accounts import Account
from webapp.models.badges import BadgeAward
from webapp.models.base import Model
from webapp.models.bus import DeadLetter
from webapp.models.certificates import GeneratedCertificate, GenerationRun
from webapp.models.courses import CourseRun
from webapp.models.examples import ExampleCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.governance.changes import ChangeRequest
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.services.exports import desk, lists
from webapp.services.exports.sources import Source
from webapp.web import installation
from webapp.web.admin.desk_view import DeskView
from webapp.web.admin.lists import columns, saved
from webapp.web.exports import export
from webapp.wording import phrase

OF_THE_PAGE = frozenset({"order", columns.NAME, saved.NAME})
"""What the address says of how the page looks: a file has every row and every column."""


class Exported(DeskView):
    """A list that can be taken elsewhere by whoever may see it: its own guard decides."""

    def page_links(self) -> list[tuple[str, str]]:
        """Lead to files of what the filters leave."""
        wanted = self._narrowed()
        return [
            *super().page_links(),
            (phrase("Export CSV"), self.get_url(".export_csv", **wanted)),
            (phrase("Export JSON Lines"), self.get_url(".export_jsonl", **wanted)),
        ]

    @expose("/export.csv")  # type: ignore[untyped-decorator]  # Flask-Admin
    def export_csv(self) -> ResponseReturnValue:
        """Send the list as CSV."""
        return self._export("csv")

    @expose("/export.jsonl")  # type: ignore[untyped-decorator]  # Flask-Admin
    def export_jsonl(self) -> ResponseReturnValue:
        """Send the list as JSON Lines."""
        return self._export("jsonl")

    def _export(self, form: str) -> ResponseReturnValue:
        conditions, _, problems, _ = self._conditions()
        if problems:
            abort(400)
        return export(self._source(conditions), form, self._noted())

    def _narrowed(self) -> dict[str, str]:
        """Give what the address says of which rows there shall be."""
        return {name: value for name, value in self._kept_arguments().items() if name not in OF_THE_PAGE}

    def _noted(self) -> dict[str, str]:
        """Give what the audit is told of which rows were taken."""
        return self._narrowed()

    def _source(self, conditions: Sequence[ColumnElement[bool]]) -> Source:
        settings = installation.settings()
        makers: dict[type[Model], Callable[[], Source]] = {
            GeneratedCertificate: lambda: lists.certificates(conditions, settings.base_url),
            Learner: lambda: desk.learners(conditions),
            CourseRun: lambda: desk.courses(conditions),
            ExampleCertificate: lambda: desk.examples(conditions),
            BadgeAward: lambda: desk.badges(conditions, settings.base_url),
            CallbackInbox: lambda: desk.deliveries(conditions),
            DeadLetter: lambda: desk.letters(conditions),
            GenerationRun: lambda: desk.runs(conditions),
            ChangeRequest: lambda: lists.changes(conditions),
            Account: lambda: desk.accounts(conditions),
            AllowlistEntry: lambda: lists.allowlist(conditions),
            Invalidation: lambda: lists.invalidations(conditions),
        }
        return makers[self.model]()
