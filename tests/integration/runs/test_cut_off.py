"""Is nobody dealt with twice, and nobody left out, where a step is cut off, fails, or is taken by two at once?"""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from structlog.testing import capture_logs

from tests.databases import Database, PostgresqlDatabase
from tests.factories.orders import an_order
from tests.factories.population import COURSE
from tests.integration.runs.carrying import RunDesk, order_by
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.runs import RunMove, RunState
from webapp.models.base import unit_of_work
from webapp.models.certificates import CertificateTransition, GenerationRun
from webapp.services.generation import acts, runs
from webapp.services.generation.orders import Order

TOO_LONG = f"http://{'x' * 100}.test"
GONE = OperationalError("SELECT 1", None, Exception("gone"))
TAKEN = IntegrityError("INSERT", {"name": "Ada"}, Exception("Ada has one already"))


class _Killed(BaseException):
    """What no code of ours catches."""


def failing(problem: BaseException, *, times: int = 1, after: int = 0) -> Callable[[Actor], Order]:
    """Give orders whose ids cannot be made some times, after so many that could."""
    left = [None] * after + [problem] * times

    def new_id() -> str:
        found = left.pop(0) if left else None
        if found is not None:
            raise found
        return clock.new_uuid()

    return lambda actor: an_order(GenerationMode.BATCH, actor=actor, new_uuid=new_id, new_key=new_id)


def everybody_once(desk: RunDesk, run_id: int, learners: list[int]) -> bool:
    """Say whether a run has dealt with each learner, and moved each certificate, once."""
    moved = sorted(move.certificate_id for move in desk.every(CertificateTransition))
    return desk.dealt_with(run_id) == learners and len(moved) == len(set(moved)) == len(learners)


class TestGivenAStepThatIsCutOff:
    def test_nothing_of_it_stays(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        desk.step(run_id)

        with pytest.raises(_Killed):
            desk.step(run_id, order_by=failing(_Killed(), after=3))

        run = desk.run(run_id)
        assert (run.state, run.done) == (RunState.RUNNING, 20)
        assert desk.dealt_with(run_id) == sorted(desk.statuses()) == learners[:20]

    def test_whoever_comes_next_repeats_and_skips_nobody(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        with pytest.raises(_Killed):
            desk.step(run_id, order_by=failing(_Killed(), after=3))

        run = desk.finish(run_id)

        assert (run.state, run.done) == (RunState.DONE, 50)
        assert everybody_once(desk, run_id, learners)


class TestGivenAStepThatFails:
    def test_the_run_rests_with_the_reason(self, desk: RunDesk) -> None:
        desk.fill()
        run_id = desk.start()

        with capture_logs() as logs:
            run = desk.step(run_id, order_by=failing(ValueError("no ids left\nsecond line")))

        assert run is not None
        assert (run.state, run.problem, run.done) == (RunState.FAILED, "ValueError: no ids left", 0)
        assert desk.statuses() == {}
        assert [(entry["event"], entry["run"]) for entry in logs] == [("run.failed", run_id)]

    def test_a_setting_that_the_queue_cannot_bear_is_the_reason(self, desk: RunDesk) -> None:
        desk.fill(html_certificates=False)
        run_id = desk.start()

        run = desk.step(run_id, order_by=lambda actor: an_order(GenerationMode.BATCH, actor=actor, base_url=TOO_LONG))

        assert run is not None
        assert run.problem.startswith("UnusableHeader: the callback URL is longer")

    def test_a_reason_of_the_databases_names_nobody(self, desk: RunDesk) -> None:
        desk.fill()
        run_id = desk.start()

        run = desk.step(run_id, order_by=failing(TAKEN, times=2))

        assert run is not None
        assert (run.state, run.problem) == (RunState.FAILED, "IntegrityError")

    def test_resumed_it_goes_on_where_it_was(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        desk.step(run_id)
        desk.step(run_id, order_by=failing(ValueError("no ids left"), after=5))

        desk.move(run_id, RunMove.RESUME)
        run = desk.finish(run_id)

        assert (run.state, run.problem, run.done) == (RunState.DONE, "", 50)
        assert everybody_once(desk, run_id, learners)

    def test_a_row_that_somebody_else_made_meanwhile_is_met_by_a_second_try(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()

        run = desk.step(run_id, order_by=failing(TAKEN))
        desk.finish(run_id)

        assert run is not None
        assert (run.state, run.done) == (RunState.RUNNING, 20)
        assert everybody_once(desk, run_id, learners)

    def test_where_the_database_fails_the_run_stays_as_it_is(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()

        with pytest.raises(OperationalError):
            desk.step(run_id, order_by=failing(GONE))

        assert desk.run(run_id).state is RunState.WAITING
        desk.finish(run_id)
        assert everybody_once(desk, run_id, learners)


class TestGivenTwoWhoTakeStepsAtOnce:
    def test_only_one_steps_while_the_other_passes_by(self, desk: RunDesk, database: Database) -> None:
        if not isinstance(database, PostgresqlDatabase):
            pytest.skip("SQLite lets one writer in at a time")
        learners = desk.fill()
        run_id = desk.start()

        with desk.work() as session:
            first = runs.take_step(session, run_id, order_by, at_most=20)
            second = desk.step(run_id)

        assert first is not None
        assert (first.done, second) == (20, None)
        desk.finish(run_id)
        assert everybody_once(desk, run_id, learners)

    def test_together_they_deal_with_everybody_once(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        at_once = threading.Barrier(2)

        def carry() -> None:
            at_once.wait()
            desk.finish(run_id)

        both = [threading.Thread(target=carry) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()

        run: GenerationRun = desk.run(run_id)
        assert (run.state, run.done, run.total) == (RunState.DONE, 50, 50)
        assert everybody_once(desk, run_id, learners)

    def test_a_learner_who_is_judged_alone_meanwhile_is_judged_once_more_and_no_worse(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        desk.step(run_id)

        with desk.app.app_context(), unit_of_work() as session:
            alone = acts.generate_many(session, order_by(Actor("sam")), COURSE, [learners[-1]])[0]
        desk.finish(run_id)

        last = desk.results(run_id)[-1]
        assert (last.learner_id, last.status_before, last.status_after) == (learners[-1], alone.status, alone.status)

    def test_one_that_is_no_run_is_passed_by(self, desk: RunDesk) -> None:
        desk.fill()

        found = desk.step(4711)

        assert found is None
