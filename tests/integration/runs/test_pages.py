"""Do the pages of runs show how far each is, and let support, and nobody else, begin, pause, resume and end them?"""

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.population import COURSE, Crowd
from tests.integration.console.pages import words_of
from tests.integration.runs.carrying import RunDesk
from tests.visitors import Visitor
from webapp.domain.certificates.eligibility import CHECKS, Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.domain.runs import STATE_LABELS, RunMove, RunState
from webapp.models.certificates import GenerationRun
from webapp.models.learners import Learner
from webapp.web.runs import words

BUTTONS = {
    RunState.WAITING: {"pause", "cancel"},
    RunState.RUNNING: {"pause", "cancel"},
    RunState.PAUSED: {"resume", "cancel"},
    RunState.FAILED: {"resume", "cancel"},
    RunState.CANCELLED: set(),
    RunState.DONE: set(),
}
GENERATE = {"course_id": COURSE, "purpose": "generate"}


def visit(app: Flask, session: Session, name: str, role: Role) -> Visitor:
    make_account(session, name, role)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    return visitor


@pytest.fixture
def support(app: Flask, desk: RunDesk, session: Session) -> Visitor:
    """Somebody of support."""
    return visit(app, session, "sue", Role.SUPPORT)


@pytest.fixture
def viewer(app: Flask, desk: RunDesk, session: Session) -> Visitor:
    """Somebody who only reads."""
    return visit(app, session, "vera", Role.VIEWER)


def in_state(desk: RunDesk, state: RunState) -> int:
    desk.fill()
    run_id = desk.start()
    desk.step(run_id)
    with desk.work() as session:
        session.execute(update(GenerationRun).values(state=state))
    return run_id


def acts_on(page: str) -> set[str]:
    """The acts that the page's forms lead to."""
    return set(re.findall(r'action="/runs/\d+/([a-z]+)"', page))


def only_run(desk: RunDesk) -> GenerationRun:
    (run,) = desk.every(GenerationRun)
    assert isinstance(run, GenerationRun)
    return run


def csv_of(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


class TestGivenTheListOfRuns:
    def test_whoever_reads_sees_how_far_each_is(self, desk: RunDesk, viewer: Visitor) -> None:
        run_id = in_state(desk, RunState.RUNNING)

        page = words_of(viewer.get("/runs"))

        assert f'href="/runs/{run_id}"' in page
        assert "Generate for everybody enrolled" in page
        assert "20 of 50" in page
        assert 'max="50" value="20"' in page
        assert "Running" in page
        assert "<form" not in page

    def test_it_is_in_the_navigation(self, viewer: Visitor) -> None:
        page = viewer.get("/")

        assert 'href="/runs"' in page

    def test_none_says_how_to_begin_one(self, support: Visitor) -> None:
        page = words_of(support.get("/runs"))

        assert "No runs yet" in page

    def test_the_form_takes_a_course_run_from_the_address(self, support: Visitor) -> None:
        page = support.get(f"/runs?course={COURSE.replace('+', '%2B')}")

        assert f'value="{COURSE}"' in page

    def test_many_are_read_a_page_at_a_time(self, desk: RunDesk, viewer: Visitor) -> None:
        desk.fill(Crowd(1))
        begun = [desk.start(dry_run=True) for _ in range(51)]

        first = words_of(viewer.get("/runs"))
        older = re.search(r'rel="next" href="([^"]+)"', first)
        assert older is not None
        second = words_of(viewer.get(older[1]))

        assert f'href="/runs/{begun[0]}"' not in first
        assert f'href="/runs/{begun[0]}"' in second
        assert 'rel="prev"' in second


class TestGivenTheFormOfSupport:
    def test_a_dry_run_is_ticked_to_begin_with(self, support: Visitor) -> None:
        page = support.get("/runs")

        assert re.search(r'<input[^>]*checked[^>]*name="dry_run"', page)

    def test_it_begins_a_run_and_leads_to_its_page(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill()

        answer = support.post("/runs", {**GENERATE, "dry_run": "y"}, of="/runs")

        run = only_run(desk)
        assert (answer.status_code, answer.location) == (303, f"/runs/{run.id}")
        assert (run.purpose, run.dry_run, run.state, run.total) == (Purpose.GENERATE, True, RunState.WAITING, 50)
        assert (run.asked_by, desk.told()[-1].actor) == ("sue", "sue")

    def test_it_begins_one_that_makes_anew(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill(Crowd(60, exceptions=0, statuses=(Status.ERROR, Status.DELETED)))

        support.post("/runs", {**GENERATE, "purpose": "regenerate", "statuses": "error"}, of="/runs")

        run = only_run(desk)
        assert (run.purpose, run.statuses, run.dry_run) == (Purpose.REGENERATE, ["error"], False)

    @pytest.mark.parametrize(
        ("fields", "status", "told"),
        [
            ({"course_id": ""}, 422, "Type a course key."),
            ({"course_id": "nonsense"}, 422, "This is no course key such as course-v1:Org+Course+Run."),
            ({"course_id": "course-v1:No+Such+Run"}, 404, "There is no course run “course-v1:No+Such+Run”."),
            ({"purpose": "judge_anew"}, 422, ""),
            ({"purpose": "regenerate"}, 422, "Please select one or more certificate statuses"),
            ({"purpose": "regenerate", "statuses": "error"}, 422, "Please select certificate statuses from the list"),
            ({"purpose": "regenerate", "statuses": "invented"}, 422, ""),
        ],
    )
    def test_what_cannot_be_is_said_beside_what_was_typed(
        self, desk: RunDesk, support: Visitor, fields: dict[str, str], status: int, told: str
    ) -> None:
        desk.fill()

        answer = support.post("/runs", {**GENERATE, **fields}, of="/runs")

        assert answer.status_code == status
        assert told in answer.text
        assert f'value="{fields.get("course_id", COURSE)}"' in answer.text
        assert desk.every(GenerationRun) == []

    def test_a_second_one_is_refused_while_the_first_is_not_over(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill()
        first = desk.start()

        answer = support.post("/runs", GENERATE, of="/runs")

        assert answer.status_code == 409
        assert f"Run {first} of {COURSE} is under way or paused" in answer.text


class TestGivenTheFormOfADryRun:
    def test_once_it_is_done_support_does_it_for_real(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill(Crowd(60, exceptions=0, statuses=(Status.ERROR, Status.DELETED)))
        dry = desk.start(Purpose.REGENERATE, statuses=[Status.ERROR], dry_run=True)
        desk.finish(dry)
        page = words_of(support.get(f"/runs/{dry}"))
        hidden = dict(re.findall(r'<input type="hidden" name="(course_id|purpose|statuses)" value="([^"]*)"', page))

        answer = support.post("/runs", hidden, of=f"/runs/{dry}")

        real = desk.run(int(answer.location.rpartition("/")[2]))
        assert "Do it for real" in page
        assert (real.purpose, real.statuses, real.dry_run) == (Purpose.REGENERATE, ["error"], False)

    def test_a_viewer_is_not_offered_it(self, desk: RunDesk, viewer: Visitor) -> None:
        desk.fill()
        dry = desk.start(dry_run=True)
        desk.finish(dry)

        page = words_of(viewer.get(f"/runs/{dry}"))

        assert "Dry run" in page
        assert "Do it for real" not in page


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


class TestGivenTheWordsOfRuns:
    def test_every_refusal_has_words(self) -> None:
        codes = {check.code for checks in CHECKS.values() for check in checks}

        assert set(words.REFUSALS) == codes
        assert [code for code in sorted(codes) if words.reason_of(code) == code] == []

    def test_every_state_has_a_tone(self) -> None:
        assert set(words.TONES) == set(RunState)
