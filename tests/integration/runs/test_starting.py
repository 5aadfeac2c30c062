"""Which runs can be asked for, and what is written down of the wish?"""

import threading

import pytest

from tests.databases import Database, PostgresqlDatabase
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.orders import SAM
from tests.factories.population import COURSE, Crowd
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from tests.waiting import seeing_writers_wait, wait_until
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import RunMove, RunState
from webapp.errors import RunOpen, StatusMissing, StatusNotPresent, UnknownCourse, UnknownRun
from webapp.services.generation import runs


class TestGivenACourseRunWithLearners:
    def test_the_wish_waits_with_all_who_are_or_were_enrolled(self, desk: RunDesk) -> None:
        learners = desk.fill()

        run_id = desk.start()

        run = desk.run(run_id)
        assert (run.course_id, run.purpose, run.statuses, run.dry_run) == (COURSE, Purpose.GENERATE, [], False)
        assert (run.state, run.done, run.total) == (RunState.WAITING, 0, len(learners))
        assert (run.asked_by, run.asked_by_id, run.request_id) == (SAM.name, SAM.id, SAM.request_id)
        assert (run.created_at, run.started_at, run.finished_at, run.problem) == (NOON, None, None, "")
        assert desk.statuses() == {}

    @pytest.mark.parametrize("dry_run", [False, True])
    def test_the_wish_is_audited(self, desk: RunDesk, *, dry_run: bool) -> None:
        desk.fill()

        run_id = desk.start(dry_run=dry_run)

        (told,) = desk.told()
        assert (told.action, told.kind, told.key, told.actor) == ("run.started", "run", str(run_id), "sam")
        assert told.details == {
            "before": None,
            "after": {"state": "waiting"},
            "course_id": COURSE,
            "purpose": "generate",
            "statuses": [],
            "dry_run": dry_run,
            "done": 0,
            "total": 50,
        }

    def test_one_to_make_anew_counts_whoever_holds_something_in_the_statuses(self, desk: RunDesk) -> None:
        desk.fill(Crowd(200, exceptions=0))
        chosen = {Status.ERROR, Status.DOWNLOADABLE}

        run_id = desk.start(Purpose.REGENERATE, statuses=chosen)

        run = desk.run(run_id)
        assert run.statuses == ["downloadable", "error"]
        assert run.total == sum(status in chosen for status in desk.statuses().values())

    def test_its_certificates_are_counted_by_status(self, desk: RunDesk) -> None:
        desk.fill(Crowd(100))
        held = list(desk.statuses().values())

        with desk.look() as session:
            found = runs.statuses_of(session, COURSE)

        assert found == {status: held.count(status) for status in Status if status in held}


class TestGivenAWishThatCannotBeHonoured:
    def test_an_unknown_course_run_is_refused(self, desk: RunDesk) -> None:
        with pytest.raises(UnknownCourse, match=r"There is no course run “course-v1:No\+Such\+Run”\."):
            desk.start(course_id=CourseId("course-v1:No+Such+Run"))

    def test_to_make_anew_nothing_is_refused_in_the_old_words(self, desk: RunDesk) -> None:
        desk.fill(Crowd(30))

        with pytest.raises(StatusMissing) as refused:
            desk.start(Purpose.REGENERATE)

        assert str(refused.value) == (
            "Please select one or more certificate statuses that require certificate regeneration."
        )

    def test_a_status_that_nobody_holds_is_refused_in_the_old_words(self, desk: RunDesk) -> None:
        desk.fill(Crowd(60, statuses=(Status.ERROR,)))

        with pytest.raises(StatusNotPresent) as refused:
            desk.start(Purpose.REGENERATE, statuses=[Status.ERROR, Status.DELETED, Status.AUDITING])

        assert str(refused.value) == (
            "Please select certificate statuses from the list only. None here is auditing, deleted."
        )

    def test_to_judge_anew_is_no_wish(self, desk: RunDesk) -> None:
        desk.fill()

        with pytest.raises(ValueError, match="judge_anew"):
            desk.start(Purpose.JUDGE_ANEW)

    def test_nothing_is_written_down(self, desk: RunDesk) -> None:
        with pytest.raises(UnknownCourse):
            desk.start()

        assert desk.told() == []
        with desk.look() as session:
            assert runs.list_runs(session, at_most=10) == []


class TestGivenARunThatIsNotOver:
    @pytest.mark.parametrize("state", ["waiting", "running", "paused"])
    def test_another_of_the_course_run_is_refused(self, desk: RunDesk, state: str) -> None:
        desk.fill()
        first = desk.start()
        if state == "running":
            desk.step(first)
        if state == "paused":
            desk.move(first, RunMove.PAUSE)

        with pytest.raises(RunOpen, match=f"Run {first} of"):
            desk.start()

        assert desk.run(first).state == state

    def test_a_dry_run_is_not_in_its_way_nor_it_in_a_dry_runs(self, desk: RunDesk) -> None:
        desk.fill()

        begun = [desk.start(dry_run=True), desk.start(), desk.start(dry_run=True)]

        assert [desk.finish(run_id).state for run_id in begun] == [RunState.DONE] * 3

    def test_one_of_another_course_run_is_begun(self, desk: RunDesk) -> None:
        desk.fill()
        with desk.work() as session:
            make_run(session)
            make_candidate(session)
        first = desk.start()

        second = desk.start(course_id=HTML)

        assert [desk.finish(run_id).done for run_id in (first, second)] == [50, 1]

    @pytest.mark.parametrize("end", [RunState.DONE, RunState.CANCELLED])
    def test_once_it_is_over_another_is_begun(self, desk: RunDesk, end: RunState) -> None:
        desk.fill()
        first = desk.start()
        if end is RunState.DONE:
            desk.finish(first)
        else:
            desk.move(first, RunMove.CANCEL)

        second = desk.start()

        assert [desk.run(run_id).state for run_id in (first, second)] == [end, RunState.WAITING]

    def test_of_two_that_begin_at_once_the_database_lets_one_through(self, desk: RunDesk, database: Database) -> None:
        if not isinstance(database, PostgresqlDatabase):
            pytest.skip("SQLite lets one writer in at a time")
        desk.fill()
        said: list[str] = []

        def begin_too() -> None:
            try:
                desk.start()
            except RunOpen as problem:
                said.append(str(problem))

        with seeing_writers_wait(desk.app) as somebody_waits, desk.work() as session:
            first = runs.start_run(session, SAM, COURSE, Purpose.GENERATE, now=NOON)
            second = threading.Thread(target=begin_too)
            second.start()
            wait_until(somebody_waits)
        second.join()

        assert said == [f"Another run of {COURSE} has begun just now."]
        assert desk.finish(first.id).done == 50


class TestGivenNoRunOfANumber:
    def test_looking_for_it_says_so(self, desk: RunDesk) -> None:
        with pytest.raises(UnknownRun, match=r"There is no run 7\."):
            desk.run(7)

    @pytest.mark.parametrize("move", sorted(RunMove))
    def test_moving_it_says_so(self, desk: RunDesk, move: RunMove) -> None:
        with pytest.raises(UnknownRun, match=r"There is no run 7\."):
            desk.move(7, move)
