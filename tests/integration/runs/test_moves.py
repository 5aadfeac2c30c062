"""Can a run be paused, resumed and cancelled when that makes sense, and is it heeded and written down?"""

import threading

import pytest
from sqlalchemy import update

from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk, order_by
from tests.waiting import seeing_writers_wait, wait_until
from webapp.domain.runs import GOING, RunMove, RunState
from webapp.errors import RunMoveRefused, RunOpen
from webapp.models.certificates import GenerationRun
from webapp.services.generation import runs

P, R, C = RunMove.PAUSE, RunMove.RESUME, RunMove.CANCEL
AFTER = {
    (RunState.WAITING, P): RunState.PAUSED,
    (RunState.WAITING, C): RunState.CANCELLED,
    (RunState.RUNNING, P): RunState.PAUSED,
    (RunState.RUNNING, C): RunState.CANCELLED,
    (RunState.PAUSED, R): RunState.WAITING,
    (RunState.PAUSED, C): RunState.CANCELLED,
    (RunState.FAILED, R): RunState.WAITING,
    (RunState.FAILED, C): RunState.CANCELLED,
}
"""Whatever is not here is refused."""
WORDS = {P: "paused", R: "resumed", C: "cancelled"}


def in_state(desk: RunDesk, state: RunState) -> int:
    desk.fill()
    run_id = desk.start()
    desk.step(run_id)
    with desk.work() as session:
        session.execute(update(GenerationRun).values(state=state, problem="no ids left"))
    return run_id


class TestGivenARunInEachState:
    @pytest.mark.parametrize("state", sorted(RunState))
    @pytest.mark.parametrize("move", sorted(RunMove))
    def test_a_move_leads_where_the_table_says_or_is_refused(
        self, desk: RunDesk, state: RunState, move: RunMove
    ) -> None:
        run_id = in_state(desk, state)
        expected = AFTER.get((state, move))

        if expected is None:
            with pytest.raises(RunMoveRefused, match=f"Run {run_id} is {state}; it cannot be {WORDS[move]}"):
                desk.move(run_id, move)
        else:
            desk.move(run_id, move)

        run = desk.run(run_id)
        assert run.state is (expected or state)
        assert run.problem == ("" if expected else "no ids left")
        assert run.finished_at == (NOON if expected is RunState.CANCELLED else None)

    @pytest.mark.parametrize("state", sorted(set(RunState) - GOING))
    def test_one_that_is_not_going_takes_no_step(self, desk: RunDesk, state: RunState) -> None:
        run_id = in_state(desk, state)

        run = desk.step(run_id)

        assert run is not None
        assert (run.state, run.done) == (state, 20)
        with desk.look() as session:
            assert runs.list_going(session) == []

    @pytest.mark.parametrize(("state", "move"), sorted(AFTER))
    def test_the_act_is_audited(self, desk: RunDesk, state: RunState, move: RunMove) -> None:
        run_id = in_state(desk, state)

        desk.move(run_id, move)

        told = desk.told()[-1]
        assert (told.action, told.kind, told.key, told.actor) == (f"run.{WORDS[move]}", "run", str(run_id), "sam")
        assert (told.details["done"], told.details["total"]) == (20, 50)


class TestGivenARunThatWasPaused:
    def test_resumed_it_goes_on_where_it_was(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        desk.step(run_id)
        desk.move(run_id, P)
        desk.move(run_id, R)

        run = desk.finish(run_id)

        assert (run.state, run.done) == (RunState.DONE, 50)
        assert desk.dealt_with(run_id) == learners

    def test_cancelled_it_keeps_what_it_did(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        desk.step(run_id)

        desk.move(run_id, C)

        assert desk.dealt_with(run_id) == sorted(desk.statuses()) == learners[:20]


class TestGivenARunThatFailedWhileAnotherWasBegun:
    def test_it_is_not_resumed(self, desk: RunDesk) -> None:
        first = in_state(desk, RunState.FAILED)
        second = desk.start()

        with pytest.raises(RunOpen, match=f"Run {second} of"):
            desk.move(first, R)

        assert desk.run(first).state is RunState.FAILED


class TestGivenAStepThatIsUnderWay:
    def test_a_pause_waits_for_it_and_keeps_what_it_did(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()

        with seeing_writers_wait(desk.app) as somebody_waits, desk.work() as session:
            runs.take_step(session, run_id, order_by, at_most=20)
            pausing = threading.Thread(target=desk.move, args=(run_id, P))
            pausing.start()
            wait_until(somebody_waits)
        pausing.join()

        run = desk.run(run_id)
        assert (run.state, run.done) == (RunState.PAUSED, 20)
        assert desk.dealt_with(run_id) == learners[:20]
