"""The doors of governed configuration: whoever enters reads the ledger, and leaves at most a change request behind.

Flask-Admin's own ways to write are all taken over under their addresses: create, edit, delete and the bulk action end
in change requests here, and editing in the list is shut (approvals note §3.6). No row of the ledger is ever touched.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.approval.states import Action
from webapp.domain.configs.kinds import KINDS, SINGLE_KEY, Kind, KindRule, Payload
from webapp.domain.configs.proposals import BadPayload
from webapp.domain.identifiers import made_storable, row_number
from webapp.errors import WebappError
from webapp.errors.governance import CautionsUnread
from webapp.models.base import db, unit_of_work
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger
from webapp.services.governance import changes, refused
from webapp.services.governance.terms import Wish
from webapp.web import auth, cells, errors
from webapp.web.admin.desk_view import DeskView, Shown
from webapp.web.admin.governed import form_page, item_page, list_page
from webapp.web.admin.governed.comparing import json_text
from webapp.web.admin.governed.forms.base import ProposeForm
from webapp.web.admin.governed.proposals import find_refusal, require_proposer
from webapp.web.admin.lists import columns
from webapp.web.admin.lists.columns import Chosen
from webapp.web.details import Fact
from webapp.web.installation import terms_of
from webapp.web.language import flash
from webapp.wording import phrase, words_of

_CONFIRM = phrase("{problem} Confirm that on this form, which is filled with version {number}.")
_WAITS = phrase("{change} waits for approval. Nothing has changed yet.")
MOST_AT_ONCE = 100


class GovernedView(DeskView):
    """The live values of one kind."""

    kind: Kind
    form_class: type[ProposeForm]
    fields_template = "admin/governed/fields.html"
    columns: Sequence[str] = (phrase("Key"), phrase("Value"))
    order = (ConfigVersion.key,)
    multipart = False

    @property
    def rule(self) -> KindRule:
        """All that is known of the kind."""
        return KINDS[self.kind]

    @expose("/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def index_view(self) -> ResponseReturnValue:
        """Show the live values, or the one value of a kind that has one."""
        return item_page.show_item(self, SINGLE_KEY) if self.rule.single else list_page.show_list(self)

    @expose("/details/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def details_view(self) -> ResponseReturnValue:
        """Show one value with its history; 404 for a key that there cannot be."""
        return item_page.show_item(self, self.asked_key())

    @expose("/json/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def payload_view(self) -> ResponseReturnValue:
        """Give a value as JSON, the live one or another version; 404 where there is none."""
        number = row_number(request.args.get("version", ""))
        version = ledger.find_version(db.session(), self.kind, self.asked_key(), number)
        payload = ledger.payload_of(version)
        if payload is None:
            abort(404)
        return json_text(payload), {"Content-Type": "application/json"}

    @expose("/edit/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def form_view(self) -> ResponseReturnValue:
        """Show the form that proposes another value, filled with the live one or with an earlier version."""
        return self._form(self.asked_key)

    @expose("/edit/", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    def propose(self) -> ResponseReturnValue:
        """File a request to change a value."""
        return self._answer(self.asked_key)

    @expose("/new/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def blank_view(self) -> ResponseReturnValue:
        """Show the form that proposes a value for a key that is typed in."""
        return self._form(self._typed_key)

    @expose("/new/", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    def propose_new(self) -> ResponseReturnValue:
        """File a request to set the value of a key that was typed in."""
        return self._answer(self._typed_key)

    @expose("/delete/", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    def propose_deletion(self) -> ResponseReturnValue:
        """File a request to delete a value."""
        key = request.form.get("id", "")
        require_proposer(self.kind, key)
        try:
            change = self._file_deletion(key)
        except WebappError as problem:
            flash(phrase("Nothing was filed. {problem}", problem=words_of(problem)), "error")
            return redirect(self.list_url(), 303)
        flash(cells.sentence(_WAITS, change=form_page.change_link(change.id)), "success")
        return redirect(self.item_url(change.key), 303)

    @expose("/action/", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    def propose_deletions(self) -> ResponseReturnValue:
        """File a request for each value that was chosen, all in one batch; each stands or falls alone."""
        keys = request.form.getlist("rowid")
        require_proposer(self.kind, ", ".join(keys))
        if request.form.get("action") != "delete" or not keys or len(keys) > MOST_AT_ONCE:
            flash(phrase("Nothing was filed. Choose 1 to {number} values to delete.", number=MOST_AT_ONCE), "error")
            return redirect(self.list_url(), 303)
        batch = uuid4().hex
        for key in keys:
            try:
                change = self._file_deletion(key, batch)
            except WebappError as problem:
                flash(phrase("{key}: nothing was filed. {problem}", key=key[:100], problem=words_of(problem)), "error")
            else:
                asked, link = phrase("{change} to delete {key} waits for approval."), form_page.change_link(change.id)
                flash(cells.sentence(asked, change=link, key=key), "success")
        return redirect(self.list_url(), 303)

    @expose("/revert/", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    def revert(self) -> ResponseReturnValue:
        """File a request to go back to a version."""
        key, number = request.form.get("id", ""), row_number(request.form.get("version", ""))
        require_proposer(self.kind, key)
        actor, now, reason = auth.actor(), clock.now(), made_storable(request.form.get("reason", ""))
        try:
            with refused.recorded(unit_of_work, actor, self.kind, key, now=now) as session:
                change = changes.revert_to(session, terms_of(actor, now), self.kind, key, number or 0, reason=reason)
        except CautionsUnread as problem:
            confirm = phrase(_CONFIRM, problem=words_of(problem), number=number)
            flash(confirm, "warning")
            return redirect(self.form_url(key, version=number), 303)
        except WebappError as problem:
            flash(phrase("Nothing was filed. {problem}", problem=words_of(problem)), "error")
            return redirect(self.item_url(key), 303)
        flash(cells.sentence(_WAITS, change=form_page.change_link(change.id)), "success")
        return redirect(self.item_url(change.key), 303)

    # What a kind says of itself

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Say in words what a value means; None is no value."""
        raise LookupError(f"{type(self).__name__} does not say what its values mean")

    def value_cells(self, row: Any, payload: Payload | None) -> list[Markup]:  # noqa: ANN401 - a row of the list
        """Give the cells of a line that tell its value."""
        raise LookupError(f"{type(self).__name__} has no list")

    def numbers(self, key: str, payload: Payload | None) -> list[str]:
        """Say in sentences what a value touches at present."""
        return []

    def pictures(self, key: str, payload: Payload | None) -> list[tuple[str, str]]:
        """Give the words and addresses of the pictures that a value shows."""
        return []

    def key_cell(self, key: str) -> Markup:
        """Draw a key."""
        return cells.name(key)

    def title_of(self, key: str) -> str:
        """Give the heading of the page of a key."""
        return self.heading if self.rule.single else key

    def form_pictures(self, form: ProposeForm) -> list[tuple[str, str]]:
        """Give the pictures that a form is about."""
        return []

    def prepare(self, form: ProposeForm) -> None:
        """Give a form what it offers to choose from."""

    def take_uploads(self, form: ProposeForm, key: str) -> None:
        """Keep what was uploaded with a form, so that it need not be chosen again."""

    def wishes(self, session: Session, form: ProposeForm, key: str) -> list[Wish]:
        """Give all that a form asks for: one change, or several in a batch."""
        return [form.wish(key)]

    # Keys and addresses

    def asked_key(self) -> str:
        """Give the key that the address names, as it is spelled; 404 for one that there cannot be."""
        text = request.args.get("id", "")
        if self.rule.single:
            return SINGLE_KEY
        key = self.find_key(text) or self.find_key(text.replace(" ", "+"))
        return key if key is not None else abort(404)

    def find_key(self, text: str) -> str | None:
        """Give the canonical spelling of a key that there can be, or None."""
        try:
            return self.rule.parse_key(text)
        except BadPayload:
            return None

    def chosen_columns(self) -> Chosen:
        """Give which columns the address asks for."""
        return columns.choose(
            [*self.columns, *list_page.OF_EVERY_KIND], self.more_columns, request.args.getlist(columns.NAME)
        )

    def key_of(self, row: Any) -> str:  # noqa: ANN401 - a row of the list
        """Give the key of a row."""
        return str(row.key)

    def item_url(self, key: str, **arguments: Any) -> str:  # noqa: ANN401 - parts of an address
        """Give the address of a key's page."""
        if self.rule.single:
            return self.list_url(**arguments)
        return url_for(f"{self.endpoint_name}.details_view", id=key, **arguments)

    def form_url(self, key: str | None, **arguments: Any) -> str:  # noqa: ANN401 - parts of an address
        """Give the address of the form, for a key or for one that is typed in."""
        if key is None:
            return url_for(f"{self.endpoint_name}.blank_view")
        return url_for(f"{self.endpoint_name}.form_view", id=key, **arguments)

    def payload_url(self, key: str, version: int) -> str:
        """Give the address of a version as JSON alone."""
        return url_for(f"{self.endpoint_name}.payload_view", id=key, version=version)

    def door(self, name: str) -> str:
        """Give the address of one of the other doors."""
        return url_for(f"{self.endpoint_name}.{name}")

    # What the list is made of

    def listed(self, at: Any) -> Shown:  # noqa: ANN401 - a datetime or None
        """Give the question for the rows of the list, live now or at a moment."""
        return ledger.newest_versions(self.kind, at).where(ConfigVersion.payload.is_not(None))

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by the beginning of the key."""
        return ConfigVersion.key.startswith(text, autoescape=True)

    def narrowed(self) -> tuple[list[ColumnElement[bool]], list[dict[str, str]], list[str]]:
        """Give the conditions that the address asks for, what stands on their chips, and what was not understood."""
        return self._conditions()[:3]

    def search_field(self) -> Any:  # noqa: ANN401 - a Search or None
        """Give the search field as it stands on the page."""
        return self._search_field()

    def filter_fields(self) -> list[dict[str, Any]]:
        """Give the filters as they stand on the page."""
        return [self._filter_field(one) for one in self.list_filters]

    def kept_arguments(self) -> dict[str, str]:
        """Give what the address says and the next page's has to say, too."""
        return self._kept_arguments()

    @classmethod
    def kept_names(cls) -> set[str]:
        """Give the arguments of the address that say what the list shows, and as of which moment."""
        return {*super().kept_names(), "at"}

    def _typed_key(self) -> str | None:
        """No key is settled yet, but where there is one alone."""
        return SINGLE_KEY if self.rule.single else None

    def _form(self, find_key: Callable[[], str | None]) -> ResponseReturnValue:
        refusal = find_refusal(self.kind)
        if refusal is not None:
            return errors.page(403, text=refusal.text)
        key = find_key()
        form = form_page.open_form(self, key, version=row_number(request.args.get("version", "")))
        return form_page.show_form(self, form, key)

    def _answer(self, find_key: Callable[[], str | None]) -> ResponseReturnValue:
        require_proposer(self.kind, self._typed_key() or request.args.get("id") or request.form.get("key", ""))
        return form_page.answer_form(self, find_key())

    def _file_deletion(self, key: str, batch: str = "") -> ChangeRequest:
        actor, now = auth.actor(), clock.now()
        reason = made_storable(request.form.get("reason", ""))
        base = row_number(request.form.get("base_version", ""))
        wish = Wish(self.kind, key, None, reason, action=Action.DELETE, base_version=base, batch=batch)
        with refused.recorded(unit_of_work, actor, self.kind, key, now=now) as session:
            return changes.propose_change(session, terms_of(actor, now), wish)
