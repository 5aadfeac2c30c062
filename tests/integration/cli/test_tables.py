"""Does a table fit into the terminal that it is printed on?"""

import pytest

from webapp.cli.program import shortened, show_table

HEADS = ("id", "course_id")
ROWS = [(1, "course-v1:edX+Demo+2026"), (22, "edX/Old/Run")]


class TestGivenATable:
    @pytest.mark.parametrize(
        ("width", "lines"),
        [
            (None, ["id  course_id", "1   course-v1:edX+Demo+2026", "22  edX/Old/Run"]),
            (27, ["id  course_id", "1   course-v1:edX+Demo+2026", "22  edX/Old/Run"]),
            (26, ["id  course_id", "1   course-v1:e…+Demo+2026", "22  edX/Old/Run"]),
            (14, ["id  course_id", "1   cours…2026", "22  edX/O…/Run"]),
            (1, ["id  course_id", "1   cour…2026", "22  edX/…/Run"]),
        ],
    )
    def test_what_stands_last_is_cut_to_the_width(
        self, capsys: pytest.CaptureFixture[str], width: int | None, lines: list[str]
    ) -> None:
        show_table(HEADS, ROWS, width=width)

        assert capsys.readouterr().out.splitlines() == lines

    def test_where_there_is_no_row_that_is_said_beside_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        show_table(HEADS, [])

        said = capsys.readouterr()
        assert (said.out, said.err) == ("id  course_id\n", "There is nothing to list.\n")


class TestGivenAText:
    @pytest.mark.parametrize(
        ("length", "short"), [(5, "abcde"), (9, "abcde"), (4, "ab…e"), (3, "a…e"), (2, "a…"), (1, "…")]
    )
    def test_it_is_cut_in_its_middle(self, length: int, short: str) -> None:
        assert shortened("abcde", length) == short
