"""How is CSV read as spreadsheets write it, and written so that none of them takes a value for a formula?"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from webapp.wording import phrase

NOT_UTF_8 = phrase("The file is not UTF-8 text: save it as CSV UTF-8.")
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED_OR_SEPARATOR = re.compile(r'"(?:[^"]|"")*"|([,;]|(?<=\S)\t(?=\S))')


class NotText(ValueError):
    """The bytes are no text that we can read."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row with its number, as a spreadsheet counts; `problem` says why it cannot be read, and then there are no cells."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


def safe_cell(value: object) -> object:
    """Give the value with an apostrophe before a text that a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_FORMULA) else value


def csv_line(cells: Iterable[object]) -> str:
    """Give one line of CSV: nothing of it is run, what is missing is empty, and lists and objects are JSON."""
    text = io.StringIO()
    csv.writer(text).writerow([_cell(cell) for cell in cells])
    return text.getvalue()


def read_rows(content: bytes) -> Iterator[CsvRow]:
    """Give the rows of a CSV file in UTF-8 but for the blank ones; a broken one does not keep back those after it.

    Cells are parted by whichever of comma, semicolon and tab comes first outside of quotes: where a comma stands in
    numbers, spreadsheets write semicolons. Cells are trimmed, and empty ones at a row's end are left out. Raises NotText at once for other bytes.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText(NOT_UTF_8) from None
    return _rows(text)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)  # begins with a bracket, which no spreadsheet runs
    return safe_cell(value)


def _separator(text: str) -> str:
    found = (match[1] for match in _QUOTED_OR_SEPARATOR.finditer(text))
    return next(filter(None, found), ",")


def _rows(text: str) -> Iterator[CsvRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True, skipinitialspace=True)
    number = 0
    while True:
        number += 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as problem:
            yield CsvRow(number, (), phrase("The row cannot be read: {problem}.", problem=problem))
            continue
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield CsvRow(number, tuple(cells))
