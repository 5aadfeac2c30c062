"""Where do the rows of an export come from, and which lines do they become? Memory does not grow with them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, Text, cast, func
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.base import ExecutableOption

from webapp.domain.spreadsheets import csv_line

PAGE = 1_000
MOST_CHARACTERS = 1024 * 1024
"""Of the long texts of a page; a row that has more of them is a page by itself."""
FIRST = 100
"""Rows of the first page of a list whose texts may be long; a page has at most twice as many as the one before."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One list with its filters, read a page at a time by the place of the last row."""

    name: str
    fields: Sequence[str]
    """The names of a row's values, in the order of the columns."""
    read: Callable[[Session, Any, int], Sequence[Any]]
    """Gives at most so many rows after a place, as `place` tells places; None: from the beginning."""
    place: Callable[[Any], Any]
    told: Callable[[Session, Sequence[Any]], Iterable[Row]]
    """Gives rows as programs read them."""
    weights: Callable[[Session, Any, int], Iterable[int]] | None = None
    """Gives how many characters the long texts of each of so many rows after a place have; None: none of them is long."""

    def rows(self, session: Session) -> Iterator[Row]:
        """Give every row as programs read it.

        Between pages the transaction ends: whoever reads slowly keeps no connection and no old state of the database.
        A row that is written meanwhile is in it or not; none is in it twice.
        """
        after, limit = None, self._fitting(session, None, FIRST)
        while page := self.read(session, after, limit):
            yield from self.told(session, page)
            after, full = self.place(page[-1]), len(page) == limit
            session.rollback()
            session.expunge_all()
            if not full:
                return
            limit = self._fitting(session, after, 2 * limit)

    def _fitting(self, session: Session, after: Any, most: int) -> int:  # noqa: ANN401 - a place of any list
        """Give how many rows a page can have; no more are weighed than are worth it, for that reads them once more."""
        if self.weights is None:
            return PAGE
        most, taken = min(most, PAGE), 0
        for fitting, weight in enumerate(self.weights(session, after, most)):
            taken += weight
            if taken > MOST_CHARACTERS:
                return max(1, fitting)
        return most


def by_number(
    name: str,
    fields: Sequence[str],
    query: Select[Any],
    number: InstrumentedAttribute[int],
    told: Callable[[Any], Row],
    *,
    loading: Sequence[ExecutableOption] = (),
    long: InstrumentedAttribute[Any] | None = None,
) -> Source:
    """Give what a question finds, one object a row, the newest number first; `long` is what may be long of a row."""

    def page(asked: Select[Any], below: int | None, limit: int) -> Select[Any]:
        return (asked if below is None else asked.where(number < below)).order_by(number.desc()).limit(limit)

    def read(session: Session, below: int | None, limit: int) -> Sequence[Any]:
        return session.scalars(page(query.options(*loading), below, limit)).all()

    def weights(session: Session, below: int | None, limit: int) -> Iterable[int]:
        assert long is not None, "there is something to weigh"
        return session.scalars(page(query.with_only_columns(length_of(long)), below, limit))

    return Source(
        name,
        fields,
        read,
        lambda row: getattr(row, number.key),
        lambda _, rows: map(told, rows),
        None if long is None else weights,
    )


def length_of(column: InstrumentedAttribute[Any]) -> ColumnElement[int]:
    """Give how many characters a text, or what is kept as JSON, has in a row."""
    return func.coalesce(func.length(cast(column, Text) if isinstance(column.type, JSON) else column), 0)


def csv_lines(fields: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Give rows as CSV, a head and a line for each; no cell is run by a spreadsheet."""
    yield csv_line(fields)
    for row in rows:
        yield csv_line(row[field] for field in fields)


def json_lines(fields: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Give rows as JSON Lines."""
    for row in rows:
        yield json.dumps({field: row[field] for field in fields}, ensure_ascii=False) + "\n"


FORMS: Mapping[str, Callable[[Sequence[str], Iterable[Row]], Iterator[str]]] = {"csv": csv_lines, "jsonl": json_lines}
"""The forms of an export -> what makes its lines."""
MIMES: Mapping[str, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}
