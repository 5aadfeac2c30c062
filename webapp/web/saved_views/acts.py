"""What can somebody do about views of lists? Each button is one act in one transaction, and leads back to the list."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.roles import Permission
from webapp.errors.desk import BadView, ViewExists
from webapp.models.base import unit_of_work
from webapp.models.desk.saved_views import SavedView
from webapp.services.desk import saved_views
from webapp.services.desk.saved_views import Keeper
from webapp.web import auth
from webapp.web.admin.desk_view import DeskView
from webapp.web.admin.lists import saved
from webapp.web.admin.site import VIEWS
from webapp.web.auth import requires
from webapp.web.language import flash
from webapp.wording import Phrase, phrase, words_of

bp = Blueprint("saved_views", __name__)
LISTS: dict[str, type[DeskView]] = {view.endpoint_name: view for view in VIEWS}
_NUMBER = "<row:view_id>"


@bp.post("/saved-views")
@requires(Permission.READ_DESK)
def make() -> ResponseReturnValue:
    """Keep what the list shows under a name."""
    wanted = _list(request.form.get("list", ""))
    query = _query(wanted)

    def act(session: Session) -> SavedView:
        shared = bool(request.form.get("shared"))
        return saved_views.make(
            session, _keeper(), wanted.endpoint_name, _name(), query, shared=shared, now=clock.now()
        )

    return _answer(act, phrase("The view “{name}” is kept."), _back(wanted, query))


@bp.post(f"/saved-views/{_NUMBER}/change")
@requires(Permission.READ_DESK)
def change(view_id: int) -> ResponseReturnValue:
    """Rename a view, share it or not, or let it show what the list shows now."""
    wanted = _list(request.form.get("list", ""))
    query = _query(wanted)

    def act(session: Session) -> SavedView:
        return saved_views.change(
            session,
            _keeper(),
            view_id,
            name=_name(),
            shared=bool(request.form.get("shared")),
            query=query if request.form.get("as_shown") else None,
            now=clock.now(),
        )

    return _answer(act, phrase("The view “{name}” is kept as you want it."), _back(wanted, query, view_id))


@bp.post(f"/saved-views/{_NUMBER}/remove")
@requires(Permission.READ_DESK)
def remove(view_id: int) -> ResponseReturnValue:
    """Take a view away; the list offers to bring it back."""
    with unit_of_work() as session:
        gone = saved_views.remove(session, _keeper(), view_id, now=clock.now())
        _list(gone.list_name)
    return redirect(_url(gone.list_name, {saved.REMOVED: str(gone.id)}), 303)


@bp.post(f"/saved-views/{_NUMBER}/restore")
@requires(Permission.READ_DESK)
def restore(view_id: int) -> ResponseReturnValue:
    """Bring a view back."""
    wanted = _list(request.form.get("list", ""))

    def act(session: Session) -> SavedView:
        return saved_views.restore(session, _keeper(), view_id, now=clock.now())

    return _answer(act, phrase("The view “{name}” is back."), _url(wanted.endpoint_name, {}))


def _answer(act: Callable[[Session], SavedView], said: str, back: str) -> ResponseReturnValue:
    """Carry an act out, and lead to the list as the view shows it; where its name does not do, back with the reason."""
    try:
        with unit_of_work() as session:
            view = act(session)
            _list(view.list_name)
    except (BadView, ViewExists) as problem:
        flash(phrase("Nothing was kept. {problem}", problem=words_of(problem)), "error")
        return redirect(back, 303)
    flash(Phrase(said, {"name": view.name}), "success")
    return redirect(_url(view.list_name, saved.list_arguments(view)), 303)


def _list(name: str) -> type[DeskView]:
    """Give the list that is meant; 400 for none, 403 for who may not see it."""
    found = LISTS.get(name) or abort(400)
    if not current_user.may(found.guard):
        abort(403)
    return found


def _keeper() -> Keeper:
    user = current_user._get_current_object()
    return Keeper(auth.actor(), user.signed_in.account_id, of_others=user.may(Permission.KEEP_VIEWS))


def _name() -> str:
    return request.form.get("name", "")


def _query(wanted: type[DeskView]) -> str:
    return saved.narrowed_query(request.form.get("query", "")[: 2 * saved_views.LONGEST_QUERY], wanted.kept_names())


def _back(wanted: type[DeskView], query: str, view_id: int | None = None) -> str:
    return _url(wanted.endpoint_name, {**dict(parse_qsl(query)), **({saved.NAME: str(view_id)} if view_id else {})})


def _url(list_name: str, arguments: Mapping[str, str]) -> str:
    return f"{url_for(f'{list_name}.index_view')}?{urlencode(arguments)}"
