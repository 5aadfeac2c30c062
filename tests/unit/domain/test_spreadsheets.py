"""Is CSV read as spreadsheets write it, and every cell that one would run made harmless?"""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.spreadsheets import CsvRow, NotText, csv_line, read_rows, safe_cell

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""What a cell can hold, trimmed as it is read."""


def written(rows: list[list[str]], ending: str) -> bytes:
    """Give rows as a spreadsheet writes them."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


class TestGivenATextThatBeginsAFormula:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=", '=HYPERLINK("x")'])
    def test_an_apostrophe_stands_before_it(self, text: str) -> None:
        cell = safe_cell(text)

        assert cell == f"'{text}"


class TestGivenAnythingElse:
    @pytest.mark.parametrize("value", ["", "Ada", "a=1", "'=1", "Zoë 李明", " =1", 0, -1, 1.5, None, True])
    def test_it_stays(self, value: object) -> None:
        cell = safe_cell(value)

        assert cell is value


class TestGivenRows:
    @pytest.mark.parametrize(
        ("content", "rows"),
        [
            (b"", []),
            (b"ada", [(1, "ada")]),
            (b"ada,ill\n", [(1, "ada", "ill")]),
            (b"\xef\xbb\xbfada\r\n", [(1, "ada")]),
            (b"ada\rbob\r", [(1, "ada"), (2, "bob")]),
            (b"\n ,\n\nada\n", [(4, "ada")]),
            (b" ada , ill \n", [(1, "ada", "ill")]),
            (b"ada,,\n", [(1, "ada")]),
            (b",ill\n", [(1, "", "ill")]),
            (b'ada, "ill, really"\n', [(1, "ada", "ill, really")]),
            (b'ada,"two\nlines"\nbob\n', [(1, "ada", "two\nlines"), (2, "bob")]),
            (b'ada,he said "no"\n', [(1, "ada", 'he said "no"')]),
            ("ada,été\n".encode(), [(1, "ada", "été")]),
            (b"ada;ill, really\nbob\n", [(1, "ada", "ill, really"), (2, "bob")]),
            (b"ada,ill; really\n", [(1, "ada", "ill; really")]),
            (b"ada\till; really, she is\n", [(1, "ada", "ill; really, she is")]),
            (b"ada\nbob;ill\n", [(1, "ada"), (2, "bob", "ill")]),
            (b'"ada,";ill\n', [(1, "ada,", "ill")]),
            (b'"a ""b"", c";ill\n', [(1, 'a "b", c', "ill")]),
            (b"\tada\t\nbob,ill\n", [(1, "ada"), (2, "bob", "ill")]),
        ],
        ids=repr,
    )
    def test_each_has_its_number_and_its_cells(self, content: bytes, rows: list[tuple[object, ...]]) -> None:
        found = [(row.number, *row.cells) for row in read_rows(content)]

        assert found == rows

    @pytest.mark.parametrize(
        "broken", [b'"ada"x', b'ada,"x"y', b"x" * 131_073], ids=["after the name", "after the note", "too long"]
    )
    def test_a_broken_one_does_not_keep_back_the_next(self, broken: bytes) -> None:
        first, second, third = read_rows(b"ada\n" + broken + b"\nbob\n")

        assert (first, third) == (CsvRow(1, ("ada",)), CsvRow(3, ("bob",)))
        assert (second.number, second.cells) == (2, ())
        assert second.problem.startswith("The row cannot be read: ")

    @given(st.lists(st.lists(WORDS, min_size=1, max_size=4), max_size=5), st.sampled_from(["\r\n", "\n"]))
    def test_what_was_written_comes_back(self, rows: list[list[str]], ending: str) -> None:
        found = [list(row.cells) for row in read_rows(written(rows, ending))]

        trimmed = [[cell.strip() for cell in row] for row in rows]
        assert found == [row for row in (without_empty_end(row) for row in trimmed) if row]

    @given(st.binary(max_size=200) | st.text('",\r\n a', max_size=30).map(str.encode))
    def test_any_bytes_give_rows_in_order_or_are_no_text(self, content: bytes) -> None:
        found: list[CsvRow] = []

        with suppress(NotText):
            found = list(read_rows(content))

        numbers = [row.number for row in found]
        assert numbers == sorted(set(numbers))
        assert all(bool(row.cells) != bool(row.problem) for row in found)


class TestGivenBytesThatAreNoText:
    @pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"ad\xe9", "ada\n".encode("utf-16")], ids=repr)
    def test_they_are_refused_before_any_row_is_read(self, content: bytes) -> None:
        with pytest.raises(NotText, match="UTF-8"):
            read_rows(content)


def without_empty_end(row: list[str]) -> list[str]:
    """Leave out the empty cells at a row's end."""
    while row and not row[-1]:
        row = row[:-1]
    return row


class TestGivenALineToWrite:
    def test_each_value_is_as_programs_and_spreadsheets_read_it(self) -> None:
        line = csv_line(["=1+1", True, False, None, 7, {"a": ["é"]}, ["=x"], 'say "so"', "a,b"])

        assert line == '\'=1+1,true,false,,7,"{""a"": [""é""]}","[""=x""]","say ""so""","a,b"\r\n'
