"""Is every cell that a spreadsheet would run made harmless, and every other left alone?"""

import pytest

from webapp.domain.spreadsheets import safe_cell


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
