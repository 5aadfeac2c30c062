"""How does a file of learners get onto the allowlist, or have certificates invalidated, each row by itself (domain note §8.5)?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain import spreadsheets
from webapp.domain.identifiers import NOTE_LENGTH, CourseId, storable
from webapp.domain.spreadsheets import CsvRow, NotText
from webapp.errors import BadFile, WebappError
from webapp.models.base import Transactions, look_again
from webapp.services import learners
from webapp.services.course_runs import get_course
from webapp.services.generation.orders import Order
from webapp.wording import Phrase, phrase, words_of

BAD_ROW = "bad_row"
MOST_CELLS = 2
MOST_ROWS = 1_000
"""As many rows as a request may bring; a command takes more."""
HEADS = ("row", "name", "result", "code", "reason")

Act = Callable[[Session, Order, str, CourseId], object]
"""What is done for the learner of a row."""


class Result(StrEnum):
    """What became of a row."""

    ADDED = "added"
    """It was done."""
    REPEATED = "repeated"
    """A later row names the same learner, and is the one that counts."""
    FAILED = "failed"
    """It was refused; nothing was done."""


@dataclass(frozen=True, slots=True)
class NamedRow:
    """One row with the learner whom it names; `code` and `reason` say why nothing can be done for it."""

    number: int
    name: str
    """The learner, as the row names them."""
    note: str = ""
    username: str = ""
    code: str = ""
    reason: str = ""
    counts_in: int | None = None
    """The number of the row that counts in its place."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `code` and `reason` say why it was refused, and are empty where it was not."""

    row: int
    name: str
    result: Result = Result.ADDED
    code: str = ""
    reason: str = ""


def read_rows(session: Session, content: bytes, *, most: int | None = None) -> Sequence[NamedRow]:
    """Read a CSV file `name or e-mail[,note]` and find the learners whom it names; of one named twice the last row counts.

    Raises BadFile at once where it is no text, and, `most` given, where it has more rows than that, or none.
    """
    try:
        rows = list(spreadsheets.read_rows(content))
    except NotText as problem:
        raise BadFile(words_of(problem)) from None
    if most is not None and len(rows) > most:
        raise BadFile(
            phrase(
                "The file has {rows} rows, and {most} are taken at once: split it.",
                rows=format(len(rows), ","),
                most=format(most, ","),
            )
        )
    if most is not None and not rows:
        raise BadFile(phrase("The file has no rows."))
    return name_rows(session, rows)


def name_rows(session: Session, rows: Iterable[CsvRow]) -> Sequence[NamedRow]:
    """Find the learners whom rows `name or e-mail[, note]` name; of one named twice the last row counts."""
    named = [_named(session, row) for row in rows]
    last = {row.username: row.number for row in named if row.username}
    return [
        row if row.number == last.get(row.username, row.number) else replace(row, counts_in=last[row.username])
        for row in named
    ]


def take_row(transactions: Transactions, order: Order, course_id: CourseId, row: NamedRow, act: Act) -> RowResult:
    """Do for the learner of one row what shall be done, in a transaction of its own; what is refused leaves nothing behind.

    A row without a note has that of the order.
    """
    if row.code:
        return RowResult(row.number, row.name, Result.FAILED, row.code, row.reason)
    if row.counts_in is not None:
        reason = phrase("Row {number} names the same learner, and counts.", number=row.counts_in)
        return RowResult(row.number, row.name, Result.REPEATED, reason=reason)
    try:
        with transactions() as session:
            act(session, replace(order, note=row.note or order.note), row.username, course_id)
    except WebappError as refusal:
        return RowResult(row.number, row.name, Result.FAILED, refusal.code, words_for(refusal, row.name))
    return RowResult(row.number, row.name)


def words_for(refusal: WebappError, name: str) -> str:
    """Say why a learner was refused, under the name that was sent: an address leads nobody to a user name (interface §5)."""
    said = words_of(refusal)
    if isinstance(said, Phrase) and "username" in said.values:
        return Phrase(said.template, {**said.values, "username": name})
    return said


def take_file(
    session: Session, transactions: Transactions, order: Order, course_id: CourseId, content: bytes, act: Act
) -> list[RowResult]:
    """Take a file that a request brings, row by row, and give what became of each; `session` only reads.

    Raises UnknownCourse, and BadFile as `read_rows` does; then nothing is done.
    """
    get_course(session, course_id)
    rows = read_rows(session, content, most=MOST_ROWS)
    look_again()  # what was read before must not stay open for as long as this takes
    return [take_row(transactions, order, course_id, row, act) for row in rows]


def csv_of(results: Iterable[RowResult]) -> str:
    """Give what became of rows as CSV, with a head."""
    objects = [as_object(result) for result in results]
    return "".join(spreadsheets.csv_line(line) for line in [HEADS, *(one.values() for one in objects)])


def as_object(result: RowResult) -> dict[str, Any]:
    """Give what became of a row as programs read it."""
    return {
        "row": result.row,
        "name": result.name,
        "result": result.result.value,
        "code": result.code or None,
        "reason": result.reason or None,
    }


def _named(session: Session, row: CsvRow) -> NamedRow:
    name, note = (*row.cells, "", "")[:2]
    problem = row.problem or _problem_of(row.cells)
    if problem:
        return NamedRow(row.number, name, code=BAD_ROW, reason=problem)
    try:
        return NamedRow(row.number, name, note, learners.find_username(session, name))
    except WebappError as refusal:
        return NamedRow(row.number, name, code=refusal.code, reason=words_of(refusal))


def _problem_of(cells: tuple[str, ...]) -> str:
    if len(cells) > MOST_CELLS:
        return phrase(
            "The row has {number} columns: a user name or e-mail address, and a note, are expected.", number=len(cells)
        )
    if not cells[0]:
        return phrase("The row names no learner.")
    if not all(storable(cell) for cell in cells):
        return phrase("The row holds a character that no database keeps.")
    if len(cells[-1]) > NOTE_LENGTH:
        return phrase("The row is longer than a note may be: {number} characters.", number=format(NOTE_LENGTH, ","))
    return ""
