"""Where do the rows of an export come from, and which lines do they become? Memory does not grow with them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.spreadsheets import csv_line

PAGE = 1_000
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

    def rows(self, session: Session) -> Iterator[Row]:
        """Give every row as programs read it.

        Between pages the transaction ends: whoever reads slowly keeps no connection and no old state of the database.
        A row that is written meanwhile is in it or not; none is in it twice.
        """
        after = None
        while page := self.read(session, after, PAGE):
            yield from self.told(session, page)
            after, full = self.place(page[-1]), len(page) == PAGE
            session.rollback()
            session.expunge_all()
            if not full:
                return


def by_number(
    name: str,
    fields: Sequence[str],
    query: Select[Any],
    number: InstrumentedAttribute[int],
    told: Callable[[Any], Row],
) -> Source:
    """Give what a question finds, one object a row, the newest number first."""

    def read(session: Session, below: int | None, limit: int) -> Sequence[Any]:
        page = query if below is None else query.where(number < below)
        return session.scalars(page.order_by(number.desc()).limit(limit)).all()

    return Source(name, fields, read, lambda row: getattr(row, number.key), lambda _, rows: map(told, rows))


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
