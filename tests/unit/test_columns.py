"""Which columns does an address ask for?"""

import pytest
from markupsafe import Markup

from webapp.web.admin.lists.columns import choose, key_of
from webapp.web.cells import Row

USUAL, MORE = ("Number", "Learner", "On the list"), ("Issued",)


class TestGivenAListOfThreeColumnsAndOneMore:
    @pytest.mark.parametrize(
        ("asked", "shown", "text"),
        [
            ([], ["Number", "Learner", "On the list"], ""),
            (["nothing"], ["Number", "Learner", "On the list"], ""),
            (["number"], ["Number"], "number"),
            (["issued,learner"], ["Number", "Learner", "Issued"], "number,learner,issued"),
            (["number", "on-the-list", "issued"], ["Number", "On the list", "Issued"], "number,on-the-list,issued"),
            (["number,learner,on-the-list"], ["Number", "Learner", "On the list"], ""),
        ],
    )
    def test_the_first_and_those_named_are_shown_in_the_order_of_the_list(
        self, asked: list[str], shown: list[str], text: str
    ) -> None:
        chosen = choose(USUAL, MORE, asked)

        assert (chosen.shown_labels, chosen.text) == (shown, text)

    def test_a_row_keeps_the_cells_of_those_columns(self) -> None:
        row = Row([Markup("7"), Markup("ada"), Markup("Yes"), Markup("today")], "/7")

        picked = choose(USUAL, MORE, ["learner,issued"]).of(row)

        assert ([str(cell) for cell in picked.cells], picked.url) == (["7", "ada", "today"], "/7")

    def test_what_the_address_says_is_understood_again(self) -> None:
        once = choose(USUAL, MORE, ["issued"])

        assert choose(USUAL, MORE, [once.text]) == once

    def test_a_column_is_named_in_small_letters_and_hyphens(self) -> None:
        assert key_of("With the queue since") == "with-the-queue-since"
