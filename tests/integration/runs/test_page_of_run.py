"""Does the page of a run show how far it is and what came of it, and let support, and nobody else, pause, resume and end it?"""

import csv
import io

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.factories.exceptions import make_allowlist_entry
from tests.factories.population import COURSE, Crowd
from tests.integration.console.pages import words_of
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.pages import GENERATE, acts_on, in_state
from tests.visitors import Visitor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import STATE_LABELS, RunMove, RunState
from webapp.models.certificates import GenerationRun
from webapp.models.learners import Learner

BUTTONS = {
    RunState.WAITING: {"pause", "cancel"},
    RunState.RUNNING: {"pause", "cancel"},
    RunState.PAUSED: {"resume", "cancel"},
    RunState.FAILED: {"resume", "cancel"},
    RunState.CANCELLED: set(),
    RunState.DONE: set(),
}


def csv_of(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


class TestGivenThePageOfARun:
    @pytest.mark.parametrize("state", sorted(RunState))
    def test_it_shows_its_state_and_what_can_be_done(self, desk: RunDesk, support: Visitor, state: RunState) -> None:
        run_id = in_state(desk, state)

        page = support.get(f"/runs/{run_id}")

        assert f"Run {run_id}: {STATE_LABELS[state]}" in page
        assert acts_on(page) == BUTTONS[state]
        assert "20 of 50 learners" in page

    @pytest.mark.parametrize("state", sorted(RunState))
    def test_it_shows_itself_anew_only_while_the_run_goes(
        self, desk: RunDesk, viewer: Visitor, state: RunState
    ) -> None:
        run_id = in_state(desk, state)

        page = viewer.get(f"/runs/{run_id}")

        goes = state in (RunState.WAITING, RunState.RUNNING)
        assert ('<noscript><meta http-equiv="refresh" content="5"></noscript>' in page) is goes
        assert ("data-live-on" in page) is goes

    def test_a_viewer_is_told_which_role_the_buttons_need(self, desk: RunDesk, viewer: Visitor) -> None:
        run_id = in_state(desk, RunState.RUNNING)

        page = viewer.get(f"/runs/{run_id}")

        assert acts_on(page) == set()
        assert "This needs the role support." in page

    def test_it_sums_up_what_came_of_the_learners(self, desk: RunDesk, viewer: Visitor) -> None:
        desk.fill()
        run_id = desk.start()
        desk.finish(run_id)
        failed = sum(one.status_after is Status.NOT_PASSING for one in desk.results(run_id))

        page = words_of(viewer.get(f"/runs/{run_id}"))

        assert "No passing grade" in page
        assert f'<div class="table__value">{failed}</div>' in page
        assert "What came of them" in page

    @pytest.mark.parametrize("dry_run", [False, True])
    def test_whoever_it_left_out_is_counted_with_the_reason(
        self, desk: RunDesk, support: Visitor, *, dry_run: bool
    ) -> None:
        desk.fill(Crowd(20, certificates=100, exceptions=0, statuses=(Status.ERROR,)))
        with desk.work() as session:
            for learner_id in sorted(desk.statuses())[:3]:
                make_allowlist_entry(session, session.get_one(Learner, learner_id), course_id=COURSE)
        run_id = desk.start(Purpose.REGENERATE, statuses=[Status.ERROR], dry_run=dry_run)
        desk.finish(run_id)

        page, listed = support.get(f"/runs/{run_id}"), words_of(support.get("/runs"))

        words = words_of(page)
        assert "On the allowlist: a run leaves theirs alone" in words
        assert '<div class="table__value">3</div>' in words
        assert "3 learners on the allowlist" in words
        assert "3 left out: on the allowlist" in listed
        assert (f"{desk.run(run_id).total - 3} learners: this changes certificates." in page) is dry_run

    def test_one_that_failed_says_why(self, desk: RunDesk, viewer: Visitor) -> None:
        run_id = in_state(desk, RunState.FAILED)
        with desk.work() as session:
            session.execute(update(GenerationRun).values(problem="UnusableHeader: too long"))

        page = words_of(viewer.get(f"/runs/{run_id}"))

        assert "UnusableHeader: too long" in page

    def test_one_of_nobody_is_done(self, desk: RunDesk, viewer: Visitor) -> None:
        desk.fill(Crowd(0))
        run_id = desk.start()
        desk.finish(run_id)

        page = words_of(viewer.get(f"/runs/{run_id}"))

        assert "There was nobody" in page
        assert "0 of 0 learners" in page
        assert "100 %" in page

    @pytest.mark.parametrize("path", ["/runs/4711", "/runs/4711/results", "/runs/99999999999999999999"])
    def test_there_is_none_for_a_number_that_is_none(self, viewer: Visitor, path: str) -> None:
        answer = viewer.client.get(path)

        assert answer.status_code == 404


@pytest.mark.any_database
class TestGivenTheButtonsOfARun:
    def test_support_pauses_resumes_and_cancels(self, desk: RunDesk, support: Visitor) -> None:
        run_id = in_state(desk, RunState.RUNNING)

        states = []
        for move in ("pause", "resume", "cancel"):
            answer = support.post(f"/runs/{run_id}/{move}", {}, of=f"/runs/{run_id}")
            states.append((answer.status_code, answer.location, desk.run(run_id).state))

        assert states == [
            (303, f"/runs/{run_id}", RunState.PAUSED),
            (303, f"/runs/{run_id}", RunState.WAITING),
            (303, f"/runs/{run_id}", RunState.CANCELLED),
        ]
        assert [told.action for told in desk.told()][-3:] == ["run.paused", "run.resumed", "run.cancelled"]

    def test_what_came_too_late_is_said(self, desk: RunDesk, support: Visitor) -> None:
        run_id = in_state(desk, RunState.RUNNING)
        desk.move(run_id, RunMove.CANCEL)

        support.post(f"/runs/{run_id}/pause", {}, of="/runs")

        assert f"Nothing was changed. Run {run_id} is cancelled; it cannot be paused." in support.get(f"/runs/{run_id}")

    @pytest.mark.parametrize("act", ["", "/1/pause", "/1/resume", "/1/cancel"])
    def test_nobody_else_may(self, desk: RunDesk, support: Visitor, viewer: Visitor, act: str) -> None:
        answer = viewer.post(f"/runs{act}", GENERATE, of="/")

        assert answer.status_code == 403
        assert desk.every(GenerationRun) == []

    @pytest.mark.parametrize("act", ["pause", "resume", "cancel"])
    def test_there_is_none_for_a_number_that_is_none(self, support: Visitor, act: str) -> None:
        answer = support.post(f"/runs/4711/{act}", {}, of="/runs")

        assert answer.status_code == 404


class TestGivenTheResultsOfARun:
    def test_they_come_as_a_file_with_a_row_for_each_learner(self, desk: RunDesk, viewer: Visitor) -> None:
        desk.fill(Crowd(1_100, certificates=0, exceptions=0))
        run_id = desk.start(dry_run=True)
        desk.finish(run_id)

        answer = viewer.client.get(f"/runs/{run_id}/results")

        rows = csv_of(answer)
        assert answer.mimetype == "text/csv"
        assert answer.headers["Content-Disposition"] == f"attachment; filename=run-{run_id}.csv"
        assert len(rows) == desk.run(run_id).done
        assert [row["username"] for row in rows] == [f"crowd{number:06}" for number in desk.dealt_with(run_id)]
        assert rows[0].keys() == {"username", "status_before", "status_after", "refused_by", "queued"}

    def test_no_spreadsheet_takes_a_name_for_a_formula(self, desk: RunDesk, viewer: Visitor) -> None:
        (first, *_) = desk.fill()
        with desk.work() as session:
            session.execute(update(Learner).where(Learner.id == first).values(username="=cmd|calc"))
        run_id = desk.start(dry_run=True)
        desk.finish(run_id)

        rows = csv_of(viewer.client.get(f"/runs/{run_id}/results"))

        assert rows[0]["username"] == "'=cmd|calc"
