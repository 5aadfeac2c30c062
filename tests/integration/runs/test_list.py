"""Is the list of runs a list as the others are: narrowed, turned, kept, and taken elsewhere?"""

import json
import re

import pytest

from tests.factories.population import COURSE, Crowd
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.chosen import OTHER, fill_two, rehearse
from tests.visitors import Visitor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import RunMove

RUN = re.compile(r'href="/runs/(\d+)"')


@pytest.fixture
def begun(desk: RunDesk) -> list[int]:
    """Give the numbers of a dry run that is done, one that is paused, one that makes anew, and one of chosen certificates."""
    fill_two(desk)
    dry = desk.start(dry_run=True)
    desk.finish(dry)
    paused = desk.start()
    desk.move(paused, RunMove.PAUSE)
    anew = desk.start(Purpose.REGENERATE, course_id=OTHER, statuses=[Status.ERROR])
    return [dry, paused, anew, rehearse(desk)]


def listed(visitor: Visitor, query: str = "") -> list[int]:
    return [int(number) for number in RUN.findall(visitor.get(f"/runs{query}"))]


class TestGivenRunsOfEachKind:
    def test_the_newest_comes_first_unless_it_is_turned(self, viewer: Visitor, begun: list[int]) -> None:
        assert listed(viewer) == begun[::-1]
        assert listed(viewer, "?order=oldest") == begun

    @pytest.mark.parametrize(
        ("query", "places"),
        [
            ("state=paused", [1]),
            ("state=done", [3, 0]),
            ("purpose=regenerate", [3, 2]),
            ("dry=yes", [3, 0]),
            ("chosen=1", [3]),
            ("by=sam", [3, 2, 1, 0]),
            ("by=sa", []),
            ("created_from=2026-11-22", []),
            (f"course={OTHER.replace('+', '%2B')}", [2]),
        ],
    )
    def test_a_filter_leaves_what_fits(self, viewer: Visitor, begun: list[int], query: str, places: list[int]) -> None:
        assert listed(viewer, f"?{query}") == [begun[place] for place in places]

    @pytest.mark.any_database
    def test_columns_are_chosen(self, viewer: Visitor, begun: list[int]) -> None:
        page = viewer.get("/runs?columns=run,ended,problem")

        assert 'data-label="Ended"' in page
        assert 'data-label="Progress"' not in page

    @pytest.mark.any_database
    def test_it_has_dense_rows_and_keys(self, viewer: Visitor, begun: list[int]) -> None:
        page = viewer.get("/runs")

        assert "data-density-toggle" in page
        assert "data-keys-open" in page

    @pytest.mark.any_database
    def test_what_it_shows_is_kept_as_a_view(self, viewer: Visitor, begun: list[int]) -> None:
        sent = viewer.post(
            "/saved-views", {"list": "run_list", "name": "Paused ones", "query": "state=paused"}, of="/runs"
        )

        assert listed(viewer, f"?{sent.location.partition('?')[2]}") == [begun[1]]
        assert "Paused ones" in viewer.get("/runs")

    def test_what_the_filters_leave_is_taken_elsewhere(self, viewer: Visitor, begun: list[int]) -> None:
        lines = viewer.client.get("/runs/export.jsonl?purpose=regenerate").text.splitlines()
        table = viewer.client.get("/runs/export.csv?state=paused").text.splitlines()

        told = [json.loads(line) for line in lines]
        assert [(one["id"], one["course_id"], one["chosen"]) for one in told] == [
            (begun[3], None, "Status: Error"),
            (begun[2], OTHER, None),
        ]
        assert told[1]["statuses"] == "error"
        assert len(table) == 2
        assert table[1].startswith(f"{begun[1]},{COURSE},")

    @pytest.mark.any_database
    def test_there_is_no_other_page_of_a_run(self, viewer: Visitor, begun: list[int]) -> None:
        assert viewer.client.get(f"/runs/details/?id={begun[0]}").status_code == 404


@pytest.mark.any_database
class TestGivenWhoMayBeginOne:
    def test_the_list_leads_support_to_the_form_and_nobody_else(self, support: Visitor, viewer: Visitor) -> None:
        assert 'href="/runs/begin"' in support.get("/runs")
        assert 'href="/runs/begin"' not in viewer.get("/runs")
        assert viewer.client.get("/runs/begin").status_code == 403

    def test_an_open_page_looks_again_while_one_goes_on(self, desk: RunDesk, viewer: Visitor) -> None:
        desk.fill(Crowd(1))
        run_id = desk.start()
        going = viewer.get("/runs")
        desk.finish(run_id)

        assert "data-live-on" in going
        assert "data-live-on" not in viewer.get("/runs")
