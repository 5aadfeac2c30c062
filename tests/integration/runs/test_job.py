"""Does the scheduled job carry every run forward, give way to other jobs, and heed those who pause?"""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.databases import Database, SqliteDatabase
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.population import Crowd
from tests.integration.runs.carrying import RunDesk
from webapp.domain.runs import RunMove, RunState
from webapp.models.learners import Learner
from webapp.services.generation.runs import CHUNK
from webapp.tasks.jobs import AT_ONCE, JOBS, Job, run_job
from webapp.tasks.runs import TURN, run_generations

SEVERAL_STEPS = Crowd(2 * CHUNK + 1, certificates=0, exceptions=0)


def the_job() -> Job:
    return next(job for job in JOBS if job.name == "run-generations")


class TestGivenNoRun:
    def test_there_is_nothing_to_do(self, desk: RunDesk) -> None:
        number = run_generations(desk.app)

        assert number == 0


class TestGivenRunsThatWait:
    def test_the_job_carries_them_forward_until_they_are_done(self, desk: RunDesk) -> None:
        desk.fill()
        with desk.work() as session:
            make_run(session)
            make_candidate(session)
        begun = [desk.start(), desk.start(course_id=HTML), desk.start(dry_run=True)]

        steps = run_generations(desk.app, turn=timedelta(minutes=1))

        assert [(desk.run(one).state, desk.run(one).done) for one in begun] == [
            (RunState.DONE, 50),
            (RunState.DONE, 1),
            (RunState.DONE, 50),
        ]
        assert steps == 3

    def test_it_gives_way_when_its_turn_is_over_and_goes_on_in_the_next(self, desk: RunDesk) -> None:
        desk.fill(SEVERAL_STEPS)
        run_id = desk.start()

        done = []
        for _ in range(4):
            run_generations(desk.app, turn=timedelta(0))
            done.append(desk.run(run_id).done)

        assert done == [CHUNK, 2 * CHUNK, 2 * CHUNK + 1, 2 * CHUNK + 1]
        assert desk.run(run_id).state is RunState.DONE

    def test_several_take_steps_in_turn(self, desk: RunDesk) -> None:
        desk.fill(SEVERAL_STEPS)
        begun = [desk.start(dry_run=True) for _ in range(2)]

        for _ in range(2):
            run_generations(desk.app, turn=timedelta(0))

        assert [desk.run(one).done for one in begun] == [CHUNK, CHUNK]

    def test_one_that_is_paused_or_cancelled_rests(self, desk: RunDesk) -> None:
        desk.fill(SEVERAL_STEPS)
        paused, cancelled = desk.start(dry_run=True), desk.start()
        for run_id in (paused, cancelled):
            desk.step(run_id)
        desk.move(paused, RunMove.PAUSE)
        desk.move(cancelled, RunMove.CANCEL)

        steps = run_generations(desk.app)

        assert steps == 0
        assert [desk.run(one).done for one in (paused, cancelled)] == [20, 20]

    def test_one_whose_learner_somebody_holds_keeps_back_no_other(self, desk: RunDesk, database: Database) -> None:
        if isinstance(database, SqliteDatabase):
            pytest.skip("SQLite knows no locks of rows")
        desk.fill()
        with desk.work() as session:
            make_run(session)
            make_candidate(session)
        held, other = desk.start(), desk.start(course_id=HTML, dry_run=True)

        with desk.work() as session:
            session.execute(select(Learner.id).where(Learner.username != "ada").with_for_update())
            with pytest.raises(OperationalError, match="lock timeout"):
                run_generations(desk.app, turn=timedelta(0))

        assert (desk.run(held).state, desk.run(other).state) == (RunState.WAITING, RunState.DONE)

    def test_whoever_takes_the_jobs_lease_after_a_crash_goes_on(self, desk: RunDesk) -> None:
        desk.fill()
        run_id = desk.start()
        desk.step(run_id)

        number = run_job(desk.app, the_job(), "another process", rest=AT_ONCE)

        assert number == 1
        assert desk.run(run_id).state is RunState.DONE

    def test_it_is_run_every_few_seconds_and_for_no_longer_than_that(self) -> None:
        job = the_job()

        assert (job.every, job.run) == (timedelta(seconds=5), run_generations)
        assert job.every >= TURN


class TestGivenARunThatCannotGoOn:
    def test_the_others_are_carried_forward(self, desk: RunDesk) -> None:
        desk.sets(base_url=f"http://{'x' * 100}.test")
        desk.fill(html_certificates=False)
        with desk.work() as session:
            make_run(session)
            make_candidate(session)
        stuck, fine = desk.start(), desk.start(course_id=HTML)

        run_generations(desk.app, turn=timedelta(minutes=1))

        assert (desk.run(stuck).state, desk.run(fine).state) == (RunState.FAILED, RunState.DONE)
