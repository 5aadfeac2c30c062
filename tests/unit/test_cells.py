"""Is each value of a table drawn as it should be, and whatever came from outside escaped?"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from webapp.domain.certificates import statuses
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.queue.deliveries import Outcome
from webapp.web import cells
from webapp.web.cells import Column, Row

EVIL = "<script>alert('1')</script>\"&%s"
DRAWN: dict[str, Callable[[str], Markup]] = {
    "plain": cells.plain,
    "name": cells.name,
    "its address": lambda text: cells.name("ada", text),
    "its hint": lambda text: cells.name("ada", None, text),
    "strong": cells.strong,
    "link": lambda text: cells.link(text, "/x"),
    "where a link leads": lambda text: cells.link("x", text),
    "code": cells.code,
    "code to copy": lambda text: cells.copyable(text, "it"),
    "what is copied": lambda text: cells.copyable("x", text),
    "where it leads": lambda text: cells.copyable("x", "it", text),
    "pill": lambda text: cells.pill("neutral", text),
    "status": cells.status,
    "column": lambda text: cells.lines([Column("First"), Column(text)], [Row([Markup("1"), Markup("2")])]),
    "row's address": lambda text: cells.lines([Column("First")], [Row([Markup("1")], text)]),
}


class TestGivenATextWithMarkup:
    @pytest.mark.parametrize("part", DRAWN)
    def test_it_is_escaped(self, part: str) -> None:
        drawn = DRAWN[part](EVIL)

        assert "<script" not in drawn
        assert "&lt;script&gt;" in drawn
        assert '"&amp;%s' not in drawn
        assert "&#34;&amp;%s" in drawn


class TestGivenNothing:
    @pytest.mark.parametrize(
        "drawn", [cells.plain(None), cells.plain(""), cells.name(""), cells.code(""), cells.when(None)], ids=range(5)
    )
    def test_it_says_so_to_those_who_listen(self, drawn: Markup) -> None:
        assert drawn == cells.nothing()
        assert "None" in drawn

    def test_zero_is_not_nothing(self) -> None:
        drawn = cells.plain(0)

        assert drawn == "0"

    def test_there_is_nothing_to_copy(self) -> None:
        drawn = cells.copyable(None, "Key")

        assert drawn == cells.nothing()


class TestGivenAMoment:
    def test_it_is_drawn_to_the_minute_with_all_of_it_beside(self) -> None:
        drawn = cells.when(datetime(2026, 3, 1, 9, 5, 7, tzinfo=UTC))

        assert drawn == (
            '<time class="when" dir="ltr" datetime="2026-03-01T09:05:07+00:00" title="1 Mar 2026, 09:05:07 UTC">'
            "1 Mar 2026, 09:05 UTC</time>"
        )


class TestGivenEveryWordOfAFixedSet:
    @pytest.mark.parametrize("status", [*Status, *ExampleStatus])
    def test_a_status_has_its_mark_and_its_word(self, status: str) -> None:
        drawn = cells.status(status)

        assert "<svg" in drawn
        assert statuses.label_of(status) in drawn

    @pytest.mark.parametrize("outcome", [*Outcome, "closed"])
    def test_an_outcome_has_its_mark_and_its_word(self, outcome: str) -> None:
        drawn = cells.outcome(outcome)

        assert "<svg" in drawn
        assert f">{outcome}<" not in drawn


class TestGivenRows:
    def test_the_first_cell_leads_and_the_others_name_their_columns(self) -> None:
        columns = [Column("Number"), Column("Mode"), Column("Grade")]
        rows = [Row([cells.strong(1), cells.plain("honor"), cells.plain("")], "/1"), Row([cells.strong(2)] * 3)]

        drawn = cells.lines(columns, rows)

        first, second, _ = drawn.split("</tr>")
        assert '<a class="cell-link" href="/1"><strong>1</strong></a></th>' in first
        assert '<td role="cell" data-label="Mode"><div class="table__value">honor</div></td>' in first
        assert "<a" not in second

    def test_a_cell_without_a_column_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="longer"):
            cells.lines([Column("Number")], [Row([cells.strong(1), cells.plain("honor")])])
