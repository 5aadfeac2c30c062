"""How does a file of learners get onto the allowlist, each row by itself (domain note §8.5)?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain import spreadsheets
from webapp.domain.identifiers import CourseId, storable
from webapp.domain.spreadsheets import CsvRow, NotText
from webapp.errors import BadFile, WebappError
from webapp.services import learners
from webapp.services.generation import allowlist
from webapp.services.generation.orders import Order

BAD_ROW = "bad_row"
MOST_CELLS = 2


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `code` and `reason` say why it was refused, and are empty where it was not."""

    row: int
    name: str
    """The learner, as the row names them."""
    code: str = ""
    reason: str = ""

    @property
    def added(self) -> bool:
        """True where the learner is on the allowlist now."""
        return not self.code


def read_rows(content: bytes) -> Iterator[CsvRow]:
    """Give the rows of a CSV file `name or e-mail[,note]`; raises BadFile at once where it is no text."""
    try:
        return spreadsheets.read_rows(content)
    except NotText as problem:
        raise BadFile(str(problem)) from None


def take_row(
    session: Session, order: Order, course_id: CourseId, row: CsvRow, *, generate_after: timedelta | None
) -> RowResult:
    """Put the learner of one row on the allowlist, with the row's note; what is refused leaves nothing behind."""
    name = row.cells[0] if row.cells else ""
    problem = row.problem or _problem_of(row.cells)
    if problem:
        return RowResult(row.number, name, BAD_ROW, problem)
    noted = replace(order, note=row.cells[1] if len(row.cells) == MOST_CELLS else order.note)
    try:
        with session.begin_nested():
            username = learners.find_username(session, name)
            allowlist.allow(session, noted, username, course_id, generate_after=generate_after)
    except WebappError as refusal:
        return RowResult(row.number, name, refusal.code, str(refusal))
    return RowResult(row.number, name)


def as_object(result: RowResult) -> dict[str, Any]:
    """Give what became of a row as programs read it."""
    return {
        "row": result.row,
        "name": result.name,
        "result": "added" if result.added else "failed",
        "code": result.code or None,
        "reason": result.reason or None,
    }


def _problem_of(cells: tuple[str, ...]) -> str:
    if len(cells) > MOST_CELLS:
        return f"The row has {len(cells)} columns: a user name or e-mail address, and a note, are expected."
    if not cells[0]:
        return "The row names no learner."
    if not all(storable(cell) for cell in cells):
        return "The row holds a character that no database keeps."
    return ""
