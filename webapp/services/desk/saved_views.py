"""How are views of lists kept: made, renamed, shared, taken away and brought back? Each write leaves an audit event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.identifiers import storable
from webapp.errors.desk import BadView, UnknownView, ViewExists, ViewNotYours
from webapp.models.desk.saved_views import SavedView
from webapp.services import audit
from webapp.wording import phrase

LONGEST_NAME = 60
LONGEST_QUERY = 2_000
MOST = 50
"""So many views of one list a person keeps."""
SHOWN = 200
"""So many are read for a page; the shared ones of the whole desk are among them."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whoever acts on views: as whom, and whether shared views of others are theirs to change, too."""

    actor: Actor
    account_id: int
    of_others: bool = False


def list_for(session: Session, account_id: int, list_name: str) -> Sequence[SavedView]:
    """Give somebody's own views of a list, and those that are shared, by name."""
    view = SavedView
    mine = or_(view.account_id == account_id, view.shared)
    query = select(view).where(view.list_name == list_name, view.removed_at.is_(None), mine)
    return session.scalars(query.order_by(func.lower(view.name), view.id).limit(SHOWN)).all()


def find_removed(session: Session, account_id: int, view_id: int) -> SavedView | None:
    """Give a view that was taken away, or None: for whoever may have done that, who may want it back."""
    view = session.get(SavedView, view_id)
    if view is None or view.removed_at is None or not (view.shared or view.account_id == account_id):
        return None
    return view


def may_change(view: SavedView, account_id: int, *, of_others: bool) -> bool:
    """Say whether somebody may change a view: its maker, and of the shared ones whoever keeps those of others."""
    return view.account_id == account_id or (view.shared and of_others)


def make(
    session: Session, keeper: Keeper, list_name: str, name: str, query: str, *, shared: bool, now: datetime
) -> SavedView:
    """Keep a view; the same again changes nothing. Raises BadView, ViewExists."""
    name = _checked(name, query)
    view = SavedView
    own = (view.list_name == list_name, view.account_id == keeper.account_id, view.removed_at.is_(None))
    there = session.scalar(select(view).where(*own, view.name == name))
    if there is not None and (there.query, there.shared) == (query, shared):
        return there
    if there is not None:
        raise _exists(name)
    if (session.scalar(select(func.count()).select_from(view).where(*own)) or 0) >= MOST:
        raise BadView(phrase("You keep {number} views of this list already. Delete one first.", number=MOST))
    made = SavedView(account_id=keeper.account_id, made_by=keeper.actor.name, list_name=list_name, name=name)
    made.query, made.shared, made.created_at, made.modified_at = query, shared, now, now
    session.add(made)
    _flush(session, name)
    _tell(session, keeper, made, "saved_view.made", None, now=now)
    return made


def change(
    session: Session,
    keeper: Keeper,
    view_id: int,
    *,
    name: str,
    shared: bool,
    query: str | None = None,
    now: datetime,
) -> SavedView:
    """Rename a view, share it or keep it to its maker, and show something else by it where `query` says so.

    Raises UnknownView, ViewNotYours, BadView, ViewExists.
    """
    view = _locked(session, keeper, view_id)
    if view.removed_at is not None:
        raise UnknownView(phrase("That view was deleted."))
    name, before = _checked(name, query or ""), _content(view)
    view.name, view.shared = name, shared
    view.query = view.query if query is None else query
    if _content(view) != before:
        view.modified_at = now
        _flush(session, name)
        _tell(session, keeper, view, "saved_view.changed", before, now=now)
    return view


def remove(session: Session, keeper: Keeper, view_id: int, *, now: datetime) -> SavedView:
    """Take a view away, such that it can be brought back; raises UnknownView, ViewNotYours."""
    view = _locked(session, keeper, view_id)
    if view.removed_at is None:
        before, view.removed_at, view.modified_at = _content(view), now, now
        _tell(session, keeper, view, "saved_view.removed", before, now=now)
    return view


def restore(session: Session, keeper: Keeper, view_id: int, *, now: datetime) -> SavedView:
    """Bring a view back; raises UnknownView, ViewNotYours, and ViewExists where another has its name meanwhile."""
    view = _locked(session, keeper, view_id)
    if view.removed_at is not None:
        view.removed_at, view.modified_at = None, now
        _flush(session, view.name)
        _tell(session, keeper, view, "saved_view.restored", None, now=now)
    return view


def _locked(session: Session, keeper: Keeper, view_id: int) -> SavedView:
    view = session.get(SavedView, view_id, with_for_update=True, populate_existing=True)
    if view is None or not (view.shared or view.account_id == keeper.account_id):
        raise UnknownView(phrase("There is no such view."))
    if not may_change(view, keeper.account_id, of_others=keeper.of_others):
        raise ViewNotYours(phrase("{who} made this view. Save one of your own to change it.", who=view.made_by))
    return view


def _checked(name: str, query: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadView(phrase("Type a name for the view."))
    if len(name) > LONGEST_NAME or not storable(name):
        raise BadView(phrase("A view’s name has at most {number} characters that can be written.", number=LONGEST_NAME))
    if len(query) > LONGEST_QUERY:
        raise BadView(phrase("These filters are too long to be kept."))
    return name


def _flush(session: Session, name: str) -> None:
    """Write; of two views that get a name in the same moment the database lets one through."""
    try:
        session.flush()
    except IntegrityError as problem:
        raise _exists(name) from problem


def _exists(name: str) -> ViewExists:
    return ViewExists(
        phrase("A view “{name}” of this list is there already. Choose another name, or change that one.", name=name)
    )


@dataclass(frozen=True, slots=True)
class _Content:
    """What of a view somebody can change."""

    name: str
    narrowed: Mapping[str, str]
    shared: bool

    def told(self, list_name: str) -> dict[str, object]:
        """Give it as the audit keeps it: by what the list is narrowed, not by which words, which may be an address."""
        return {"list": list_name, "name": self.name, "narrowed_by": sorted(self.narrowed), "shared": self.shared}

    def changed_from(self, before: "_Content") -> list[str]:
        """Give what is otherwise than before: the name, whether it is shared, and each filter."""
        names = {name for name, _ in self.narrowed.items() ^ before.narrowed.items()}
        own = {name for name in ("name", "shared") if getattr(self, name) != getattr(before, name)}
        return sorted(names | own)


def _content(view: SavedView) -> _Content:
    return _Content(view.name, dict(parse_qsl(view.query)), view.shared)


def _tell(
    session: Session, keeper: Keeper, view: SavedView, action: str, before: _Content | None, *, now: datetime
) -> None:
    after = _content(view) if view.removed_at is None else None
    details: dict[str, object] = {
        "before": before.told(view.list_name) if before else None,
        "after": after.told(view.list_name) if after else None,
    }
    if before and after:
        details["changed"] = after.changed_from(before)
    audit.append(session, keeper.actor, action, "saved_view", str(view.id), now=now, details=details)
