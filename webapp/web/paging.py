"""Where does a page of a list begin? A cursor names the row before it, so that no page costs more than the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, in the order of the list, and the cursors of its neighbours."""

    rows: list[Any]
    older: str | None
    newer: str | None


def encode_cursor(values: Sequence[object]) -> str:
    """Give the text of a cursor for a row's sort values."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(text: str, kinds: Sequence[type]) -> list[Any] | None:
    """Give the sort values of a cursor; None for one that was not made here, or for another order."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        values = [_typed(value, kind) for value, kind in zip(plain, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        return None
    return values


def read_page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[InstrumentedAttribute[Any]],
    *,
    after: str | None,
    before: str | None,
    newest_first: bool = True,
) -> Page:
    """Give one page, ordered by the columns; a cursor that cannot be read gives the first page."""
    kinds = [column.type.python_type for column in order]
    start = decode_cursor(after or before or "", kinds) if after or before else None
    backwards = bool(before and not after and start is not None)
    falling = newest_first != backwards
    # The cursor's place comes first: of several bounds of one column SQLite goes by the first.
    beyond = [] if start is None else [_beyond(order, start, falling=falling)]
    query = query.where(*beyond, *conditions)
    query = query.order_by(*(column.desc() if falling else column.asc() for column in order)).limit(PAGE + 1)
    found = session.execute(query)
    rows = list(found.scalars() if len(found.keys()) == 1 else found)  # whole rows, or the columns that are shown
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    has_older, has_newer = (True, more) if backwards else (more, start is not None)
    return Page(
        rows,
        older=_cursor_of(rows[-1], order) if rows and has_older else None,
        newer=_cursor_of(rows[0], order) if rows and has_newer else None,
    )


def _beyond(order: Sequence[InstrumentedAttribute[Any]], start: list[Any], *, falling: bool) -> ColumnElement[bool]:
    place = (
        literal(value, column.type) if isinstance(value, datetime) else value
        for column, value in zip(order, start, strict=True)
    )
    return tuple_(*order) < tuple_(*place) if falling else tuple_(*order) > tuple_(*place)


def _cursor_of(row: object, order: Sequence[InstrumentedAttribute[Any]]) -> str:
    return encode_cursor([getattr(row, column.key) for column in order])


def _typed(value: object, kind: type) -> object:
    if kind is datetime:
        if not isinstance(value, str):
            raise ValueError("not a moment")
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if type(value) is not kind or (isinstance(value, int) and abs(value) >= 2**63):
        raise ValueError("not of the column's type")
    return value
