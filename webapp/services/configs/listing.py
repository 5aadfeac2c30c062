"""Which values are live, or were at a moment: a page of them, by kind and key, with who made each so?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, selectinload

from webapp.domain.approval.states import OPEN, Origin, Verdict
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion

Key = tuple[str, str]
_SWITCHED = ('{"enabled":%s%%', '%%,"enabled":%s}', '{"self_generation_enabled":%s,%%')
"""How a canonical payload says whether it is switched on: first, last after the pages' texts, or a course run's."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which values are wanted; None and the empty text leave a question open."""

    kind: str | None = None
    key: str | None = None
    enabled: bool | None = None
    text: str = ""
    """Held by key or payload, whatever its case."""
    at: datetime | None = None
    after: Key | None = None
    """Only what comes after this kind and key."""


def list_page(session: Session, wanted: Filter, *, limit: int) -> Sequence[ConfigVersion]:
    """Give the wanted values in the order of kind and key; keys whose value is deleted are left out.

    The rows are as many as people approved; they are walked along the index of kind, key and version.
    """
    return session.scalars(_wanted(select(ConfigVersion), wanted).limit(limit).options(*_WITH_CHANGE)).all()


def list_lengths(session: Session, wanted: Filter, *, limit: int) -> Iterable[int]:
    """Give how many characters the payload has of each value that `list_page` gives."""
    return session.scalars(_wanted(select(func.length(ConfigVersion.payload)), wanted).limit(limit))


def _wanted(query: Select[Any], wanted: Filter) -> Select[Any]:
    newer = aliased(ConfigVersion)
    later = select(newer.id).where(
        newer.kind == ConfigVersion.kind, newer.key == ConfigVersion.key, newer.version > ConfigVersion.version
    )
    query = query.where(*_conditions(wanted))
    if wanted.at is not None:
        query, later = query.where(ConfigVersion.created_at <= wanted.at), later.where(newer.created_at <= wanted.at)
    return query.where(~later.exists()).order_by(ConfigVersion.kind, ConfigVersion.key)


def list_versions(session: Session, kind: str, key: str, *, below: int | None, limit: int) -> Sequence[ConfigVersion]:
    """Give versions of a key, the newest first."""
    query = select(ConfigVersion).where(ConfigVersion.kind == kind, ConfigVersion.key == key)
    if below is not None:
        query = query.where(ConfigVersion.version < below)
    return session.scalars(query.order_by(ConfigVersion.version.desc()).limit(limit).options(*_WITH_CHANGE)).all()


def approvers_of(change: ChangeRequest, powerless: Collection[int] = ()) -> list[str]:
    """Give by name whose approvals let a change through, the earliest first; none where it came another way.

    Those of a change that is open count but for the `powerless`, who may approve no more.
    """
    barred = {*powerless, *(one.account_id for one in change.contributors)}
    return [
        one.account_name
        for one in change.decisions
        if one.revision == change.revision
        and one.verdict is Verdict.APPROVE
        and one.taken_back_at is None
        and one.account_id not in barred
    ]


def open_changes(session: Session, keys: Collection[Key]) -> Mapping[Key, int]:
    """Give the number of the open proposal on each of the keys that has one."""
    if not keys:
        return {}
    query = select(ChangeRequest.kind, ChangeRequest.key, ChangeRequest.id).where(is_open_on(keys))
    return {(row.kind, row.key): row.id for row in session.execute(query)}


def is_open_on(keys: Collection[Key]) -> ColumnElement[bool]:
    """Match the open proposals on some keys; there is one at most on each."""
    on_one = or_(*(and_(ChangeRequest.kind == kind, ChangeRequest.key == key) for kind, key in keys))
    return and_(ChangeRequest.state.in_(OPEN), ChangeRequest.origin == Origin.PROPOSAL, on_one)


_WITH_CHANGE = (
    selectinload(ConfigVersion.change).options(
        selectinload(ChangeRequest.decisions), selectinload(ChangeRequest.contributors)
    ),
)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [ConfigVersion.payload.is_not(None)]
    if wanted.after is not None:
        found.append(tuple_(ConfigVersion.kind, ConfigVersion.key) > tuple_(*wanted.after))
    if wanted.kind is not None:
        found.append(ConfigVersion.kind == wanted.kind)
    if wanted.key is not None:
        found.append(ConfigVersion.key == wanted.key)
    if wanted.enabled is not None:
        said = "true" if wanted.enabled else "false"
        found.append(or_(*(ConfigVersion.payload.like(pattern % said) for pattern in _SWITCHED)))
    if wanted.text:
        held = (column.icontains(wanted.text, autoescape=True) for column in (ConfigVersion.key, ConfigVersion.payload))
        found.append(or_(*held))
    return found
