"""The page on which a change is written: what it shows, and what becomes of what is sent."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from webapp.domain.configs.kinds import SINGLE_KEY, Payload
from webapp.errors import WebappError
from webapp.errors.governance import InvalidPayload, OpenRequest, RoleMissing, StaleBase
from webapp.models.base import db
from webapp.models.governance.changes import ChangeRequest
from webapp.services.configs import history, ledger
from webapp.web import cells
from webapp.web.addresses import change_url
from webapp.web.admin.governed import three_way
from webapp.web.admin.governed.forms.base import ProposeForm
from webapp.web.admin.governed.forms.html_view import HtmlViewForm
from webapp.web.admin.governed.proposals import Effect, deciding_on, file_change, look_ahead
from webapp.web.admin.governed.three_way import Sides
from webapp.web.errors import STATUSES
from webapp.web.language import flash, tell
from webapp.wording import phrase

if TYPE_CHECKING:
    from webapp.web.admin.governed.governed_view import GovernedView

_CARRIED = ("key", "title", "reason", "apply_at", "ask")
TURNS = ("fields", "json")
_LINK = Markup('<a href="%s">%s</a>')


def open_form(view: "GovernedView", key: str | None, *, version: int | None = None) -> ProposeForm:
    """Give the form for a key as its live value fills it, or one of its versions; without a key an empty one."""
    session = db.session()
    live = ledger.find_version(session, view.kind, key) if key else None
    shown = ledger.find_version(session, view.kind, key, version) if key and version else live
    payload = ledger.payload_of(shown) if shown else view.rule.installation
    values = dict(view.form_class.values_of(payload))
    return view.form_class(
        formdata=None, data={**values, "key": key or "", "base_version": str(live.version if live else 0)}
    )


def show_form(
    view: "GovernedView", form: ProposeForm, key: str | None, *, effect: Effect | None = None, notice: str = ""
) -> str:
    """Draw the form, with who would decide and who else wants the same key changed."""
    session, rule = db.session(), view.rule
    known = key or (form.key.data or None)
    live = history.tell(ledger.find_version(session, view.kind, known)) if known else None
    deciding = deciding_on(view.kind, known or "")
    form.key_is_settled = key is not None
    form.offer_deciders(list(deciding.names))
    view.prepare(form)
    return render_template(
        "admin/governed/form.html",
        view=view,
        rule=rule,
        form=form,
        key=key,
        title=view.title_of(key) if key else view.heading,
        action=view.form_url(key),
        back_url=view.item_url(key) if key else view.list_url(),
        deciding=deciding,
        effect=effect,
        notice=notice,
        live=live,
        facts=view.facts(known, ledger.payload_of(live.version)) if live and known else [],
        waiting=history.find_open_changes(session, view.kind, [known]).get(known) if known else None,
        numbers=[] if effect else view.numbers(known or "", _live_payload(view, known)),
        pictures=view.form_pictures(form),
        change_url=change_url,
    )


def answer_form(view: "GovernedView", key: str | None) -> ResponseReturnValue:
    """Do what the pressed button says with the form that was sent; what is refused is shown on the form as it was."""
    form: ProposeForm = view.form_class()
    form.key_is_settled = key is not None
    wanted, step = key if key is not None else form.key.data or "", request.form.get("step", "propose")
    try:
        view.take_uploads(form, wanted)
        db.session.rollback()  # what was kept, and what others made live since the request came, is seen from here on
        if step in TURNS and isinstance(form, HtmlViewForm):
            return show_form(view, form.turned(step), key)
        if step == "check":
            return show_form(view, form, key, effect=look_ahead(view, form, wanted))
        if step == "merge":
            return _answer_choices(view, form, key, wanted)
        return _filed(view, file_change(view, form, wanted))
    except StaleBase:
        return _answer_stale(view, form, key, wanted)
    except RoleMissing:
        raise
    except WebappError as problem:
        return _refused(view, form, key, problem)


def change_link(change_id: int) -> Markup:
    """Draw the way to a change request, by its number."""
    return _LINK % (change_url(change_id), tell(phrase("Change request {number}", number=change_id)))


def _filed(view: "GovernedView", filed: list[ChangeRequest]) -> ResponseReturnValue:
    first, *second = [change_link(change.id) for change in filed]
    if second:
        said = cells.sentence(
            phrase("{first} and {second} wait for approval. Nothing has changed yet."), first=first, second=second[0]
        )
    else:
        said = cells.sentence(phrase("{change} waits for approval. Nothing has changed yet."), change=first)
    flash(said, "success")
    return redirect(view.item_url(filed[0].key), 303)


def _refused(view: "GovernedView", form: ProposeForm, key: str | None, problem: WebappError) -> ResponseReturnValue:
    if isinstance(problem, OpenRequest):
        link = change_link(problem.change_id)
        form.say_aloud(
            cells.sentence(phrase("{change} on this is open; edit that one, or wait for its end."), change=link)
        )
    else:
        form.say(problem)
    return show_form(view, form, key), STATUSES[type(problem)]


def _answer_stale(view: "GovernedView", form: ProposeForm, key: str | None, wanted: str) -> ResponseReturnValue:
    """Show three versions side by side; where the live value says the same as before, there is nothing to choose."""
    db.session.rollback()  # the value that has moved is seen from here on
    try:
        sides = three_way.sides_of(db.session(), view, form, wanted)
        if sides.base == sides.live:
            form.base_version.data = str(sides.live_version.version)
            return _filed(view, file_change(view, form, wanted))
    except WebappError as problem:
        return _refused(view, form, key, problem)
    return _show_choices(view, form, key, sides, {}), 409


def _answer_choices(view: "GovernedView", form: ProposeForm, key: str | None, wanted: str) -> ResponseReturnValue:
    """Put what was chosen into the form, for its author to read it once more; ask again while a choice is missing."""
    try:
        sides = three_way.sides_sent(db.session(), view, form, wanted)
    except InvalidPayload as problem:
        return _refused(view, open_form(view, key), key, problem)
    chosen = three_way.choices_sent()
    moved = request.form.get("seen") != str(sides.live_version.version)
    merged = sides.merged(chosen)
    if moved or merged.conflicts:
        return _show_choices(view, form, key, sides, chosen, asked=not moved), 409
    carried = {name: form[name].data for name in _CARRIED}
    values = {**view.form_class.values_of(merged.payload), **carried, "base_version": str(sides.live_version.version)}
    notice = phrase(
        "Brought together with version {number}. Read it once more, then propose it.",
        number=sides.live_version.version,
    )
    return show_form(view, view.form_class(formdata=None, data=values), key, notice=notice)


def _show_choices(
    view: "GovernedView",
    form: ProposeForm,
    key: str | None,
    sides: Sides,
    chosen: Mapping[str, str],
    *,
    asked: bool = False,
) -> str:
    told = history.tell(sides.live_version)
    carried: dict[str, Any] = {name: form[name].data or "" for name in (*_CARRIED, "base_version")}
    return render_template(
        "admin/governed/three_way.html",
        view=view,
        title=view.title_of(key) if key else view.heading,
        action=view.form_url(key),
        back_url=view.item_url(key) if key else view.list_url(),
        carried=carried,
        told=told,
        three=sides.laid_out(chosen),
        asked=asked,
        prefix=three_way.CHOICE,
    )


def _live_payload(view: "GovernedView", key: str | None) -> Payload | None:
    if not key:
        return None
    found = ledger.live_payload(db.session(), view.kind, key)
    return found if found is not None or key != SINGLE_KEY else view.rule.installation
