"""Do the pages of runs show which there are, and let support, and nobody else, begin one?"""

import re

import pytest

from tests.factories.population import COURSE, Crowd
from tests.integration.console.pages import words_of
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.pages import GENERATE, in_state
from tests.visitors import Visitor
from webapp.domain.certificates.eligibility import CHECKS, Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import LEFT_OUT, Among, RunState
from webapp.models.certificates import GenerationRun
from webapp.web.runs import words


def only_run(desk: RunDesk) -> GenerationRun:
    (run,) = desk.every(GenerationRun)
    assert isinstance(run, GenerationRun)
    return run


class TestGivenTheListOfRuns:
    def test_whoever_reads_sees_how_far_each_is(self, desk: RunDesk, viewer: Visitor) -> None:
        run_id = in_state(desk, RunState.RUNNING)

        page = words_of(viewer.get("/runs"))

        assert f'href="/runs/{run_id}"' in page
        assert "Generate for everybody enrolled" in page
        assert "20 of 50" in page
        assert 'max="50" value="20"' in page
        assert "Running" in page
        assert "/runs/begin" not in page

    def test_it_is_in_the_navigation(self, viewer: Visitor) -> None:
        page = viewer.get("/")

        assert 'href="/runs"' in page

    def test_none_says_how_to_begin_one(self, support: Visitor) -> None:
        page = words_of(support.get("/runs"))

        assert "No runs yet" in page

    def test_the_form_takes_a_course_run_from_the_address(self, support: Visitor) -> None:
        page = support.get(f"/runs/begin?course={COURSE.replace('+', '%2B')}")

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


@pytest.mark.any_database
class TestGivenTheFormOfSupport:
    def test_a_dry_run_is_ticked_to_begin_with(self, support: Visitor) -> None:
        page = support.get("/runs/begin")

        assert re.search(r'<input[^>]*checked[^>]*name="dry_run"', page)

    def test_it_begins_a_run_and_leads_to_its_page(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill()

        answer = support.post("/runs", {**GENERATE, "dry_run": "y"}, of="/runs/begin")

        run = only_run(desk)
        assert (answer.status_code, answer.location) == (303, f"/runs/{run.id}")
        assert (run.purpose, run.dry_run, run.state, run.total) == (Purpose.GENERATE, True, RunState.WAITING, 50)
        assert (run.asked_by, desk.told()[-1].actor) == ("sue", "sue")

    def test_it_begins_one_that_makes_anew(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill(Crowd(60, exceptions=0, statuses=(Status.ERROR, Status.DELETED)))

        support.post("/runs", {**GENERATE, "purpose": "regenerate", "statuses": "error"}, of="/runs/begin")

        run = only_run(desk)
        assert (run.purpose, run.statuses, run.dry_run) == (Purpose.REGENERATE, ["error"], False)

    def test_it_begins_one_for_the_allowlist(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill()

        support.post("/runs", {**GENERATE, "among": "allowlisted"}, of="/runs/begin")

        run = only_run(desk)
        assert (run.purpose, run.among) == (Purpose.GENERATE, Among.ALLOWLISTED)

    def test_what_is_made_anew_is_for_nobody_in_particular(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill(Crowd(60, exceptions=0, statuses=(Status.ERROR,)))
        chosen = {**GENERATE, "purpose": "regenerate", "statuses": "error", "among": "allowlisted"}

        support.post("/runs", chosen, of="/runs/begin")

        assert only_run(desk).among is Among.EVERYBODY

    @pytest.mark.parametrize(
        ("fields", "status", "told"),
        [
            ({"course_id": ""}, 422, "Type a course key."),
            ({"course_id": "nonsense"}, 422, "This is no course key such as course-v1:Org+Course+Run."),
            ({"course_id": "course-v1:No+Such+Run"}, 404, "There is no course run “course-v1:No+Such+Run”."),
            ({"purpose": "judge_anew"}, 422, ""),
            ({"among": "some"}, 422, ""),
            ({"purpose": "regenerate"}, 422, "Please select one or more certificate statuses"),
            ({"purpose": "regenerate", "statuses": "error"}, 422, "Please select certificate statuses from the list"),
            ({"purpose": "regenerate", "statuses": "invented"}, 422, ""),
        ],
    )
    def test_what_cannot_be_is_said_beside_what_was_typed(
        self, desk: RunDesk, support: Visitor, fields: dict[str, str], status: int, told: str
    ) -> None:
        desk.fill()

        answer = support.post("/runs", {**GENERATE, **fields}, of="/runs/begin")

        assert answer.status_code == status
        assert told in answer.text
        assert f'value="{fields.get("course_id", COURSE)}"' in answer.text
        assert desk.every(GenerationRun) == []

    def test_a_second_one_is_refused_while_the_first_is_not_over(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill()
        first = desk.start()

        answer = support.post("/runs", GENERATE, of="/runs/begin")

        assert answer.status_code == 409
        assert f"Run {first} of {COURSE} is under way or paused" in answer.text


@pytest.mark.any_database
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

    def test_it_is_for_those_alone_whom_the_dry_run_was_for(self, desk: RunDesk, support: Visitor) -> None:
        desk.fill()
        dry = desk.start(among=Among.ALLOWLISTED, dry_run=True)
        desk.finish(dry)
        page = words_of(support.get(f"/runs/{dry}"))
        hidden = dict(re.findall(r'<input type="hidden" name="(course_id|purpose|among)" value="([^"]*)"', page))

        answer = support.post("/runs", hidden, of=f"/runs/{dry}")

        assert desk.run(int(answer.location.rpartition("/")[2])).among is Among.ALLOWLISTED

    def test_a_viewer_is_not_offered_it(self, desk: RunDesk, viewer: Visitor) -> None:
        desk.fill()
        dry = desk.start(dry_run=True)
        desk.finish(dry)

        page = words_of(viewer.get(f"/runs/{dry}"))

        assert "Dry run" in page
        assert "Do it for real" not in page


class TestGivenTheWordsOfRuns:
    def test_every_refusal_has_words(self) -> None:
        codes = {check.code for checks in CHECKS.values() for check in checks} | {LEFT_OUT}

        assert set(words.REFUSALS) == codes
        assert [code for code in sorted(codes) if words.reason_of(code) == code] == []

    def test_every_state_has_a_tone(self) -> None:
        assert set(words.TONES) == set(RunState)
