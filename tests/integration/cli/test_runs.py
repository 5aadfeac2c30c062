"""Can a run be begun, looked at, interrupted, resumed and ended from a terminal, and its results be read?"""

import csv
import io
import signal

import pytest

from tests.factories.certificates import make_course
from tests.factories.exceptions import make_allowlist_entry
from tests.factories.orders import SAM
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.fakes import FakeAttempts, FakeCourier
from tests.integration.cli.terminal import REFUSED, Terminal, rows
from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import Among, RunMove, RunState
from webapp.models.certificates import GeneratedCertificate, GenerationRun, GenerationRunRow
from webapp.models.learners import Learner
from webapp.ports import Ports
from webapp.services.generation import runs
from webapp.services.generation.runs import CHUNK

START = ("runs", "start", "--course", COURSE)
ALL_NEW = Crowd(30, certificates=0, exceptions=0)
SEVERAL_STEPS = Crowd(2 * CHUNK + 1, certificates=0, exceptions=0)


def press_ctrl_c() -> None:
    """Press it while nobody has pressed it yet: a second time would end the test itself."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        signal.raise_signal(signal.SIGINT)


def begun(terminal: Terminal, *moves: RunMove, dry_run: bool = False) -> int:
    """Let Sam ask for a run and do something with it, and give its number."""
    with terminal.work() as session:
        run = runs.start_run(session, SAM, COURSE, Purpose.GENERATE, dry_run=dry_run, now=clock.now())
        for move in moves:
            runs.move(session, SAM, run.id, move, now=clock.now())
        return run.id


def only_run(terminal: Terminal) -> GenerationRun:
    (run,) = terminal.every(GenerationRun)
    assert isinstance(run, GenerationRun)
    return run


class TestGivenARunThatIsStarted:
    def test_it_is_carried_to_its_end_and_summed_up(self, filled: Terminal) -> None:
        told = filled.done(*START)

        run = only_run(filled)
        assert (run.state, run.done, run.asked_by) == (RunState.DONE, 30, "command line")
        assert told.splitlines()[0].split() == ["course_id", "status", "refused_by", "learners"]
        assert told.splitlines()[-2:] == [
            "Learners judged: 30.",
            f"This was run {run.id}. One by one: certdesk runs results {run.id}",
        ]
        assert len(filled.every(GeneratedCertificate)) == 30

    @pytest.mark.any_database
    def test_it_may_be_for_the_allowlist_alone(self, filled: Terminal) -> None:
        filled.done(*START, "--among", "allowlisted", "--dry-run")

        run = only_run(filled)
        assert (run.among, run.done) == (Among.ALLOWLISTED, run.total)
        assert run.total < 30

    @pytest.mark.any_database
    def test_what_is_made_anew_is_for_nobody_in_particular(self, filled: Terminal) -> None:
        told = filled.types(*START, "--among", "allowlisted", "--status", "error")

        assert (told.exit_code, "--among goes without --status" in told.output) == (2, True)
        assert filled.every(GenerationRun) == []

    def test_programs_get_one_object(self, filled: Terminal) -> None:
        (said,) = filled.objects(*START, "--dry-run")

        assert (said["run"], said["learners"], said["dry_run"]) == (only_run(filled).id, 30, True)
        assert sum(part["learners"] for part in said["results"]) == 30
        assert set(said["results"][0]) == {"course_id", "status", "refused_by", "learners"}

    def test_left_to_the_service_it_waits(self, filled: Terminal) -> None:
        told = filled.done(*START, "--detach")

        run = only_run(filled)
        assert (run.state, run.done) == (RunState.WAITING, 0)
        assert told == f"Run {run.id} is left to the service. Look at it: certdesk runs show {run.id}\n"

    def test_with_statuses_it_makes_these_anew(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_crowd_in(session, Crowd(60, exceptions=0, statuses=(Status.ERROR, Status.DELETED, Status.AUDITING)))

        terminal.done(*START, "--status", "error", "--status", "deleted")

        run = only_run(terminal)
        before = {row.status_before for row in terminal.every(GenerationRunRow)}
        assert (run.purpose, run.statuses) == (Purpose.REGENERATE, ["deleted", "error"])
        assert before == {Status.ERROR, Status.DELETED}

    @pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
    def test_whoever_is_on_the_allowlist_is_counted_apart_with_the_reason(
        self, terminal: Terminal, dry_run: tuple[str, ...]
    ) -> None:
        with terminal.work() as session:
            learners = make_crowd_in(session, Crowd(20, certificates=100, exceptions=0, statuses=(Status.ERROR,)))
            for learner_id in learners[:3]:
                make_allowlist_entry(session, session.get_one(Learner, learner_id), course_id=COURSE)

        told = terminal.done(*START, "--status", "error", *dry_run)
        number = str(only_run(terminal).id)
        shown = terminal.done("runs", "show", number)
        found = list(csv.DictReader(io.StringIO(terminal.done("runs", "results", number))))

        held = only_run(terminal).total
        assert [COURSE, "error", "on_allowlist", "3"] in rows(told)
        assert f"Learners judged: {held - 3}." in told
        assert (
            "Left out: 3 on the allowlist, whose certificates a run does not make anew. "
            "One by one: certdesk certificates regenerate\n"
        ) in told
        assert "left_out: 3" in shown.splitlines()
        assert [one["status_after"] for one in found if one["refused_by"] == "on_allowlist"] == ["error"] * 3

    def test_programs_are_told_how_many_were_left_out(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            learners = make_crowd_in(session, Crowd(20, certificates=100, exceptions=0, statuses=(Status.ERROR,)))
            make_allowlist_entry(session, session.get_one(Learner, learners[0]), course_id=COURSE)

        (said,) = terminal.objects(*START, "--status", "error", "--dry-run")

        assert (said["left_out"], said["learners"]) == (1, only_run(terminal).total - 1)
        assert {"course_id": COURSE, "status": "error", "refused_by": "on_allowlist", "learners": 1} in said["results"]

    def test_a_status_that_nobody_holds_is_refused(self, filled: Terminal) -> None:
        told = filled.refused(*START, "--status", "error")

        assert told == "Please select certificate statuses from the list only. None here is error."

    def test_a_second_one_is_refused_while_the_first_is_not_over(self, filled: Terminal) -> None:
        first = begun(filled, RunMove.PAUSE)

        told = filled.refused(*START)

        assert told == f"Run {first} of {COURSE} is under way or paused: let it end, or cancel it first."


class TestGivenSomebodyWhoPressesCtrlC:
    def test_the_step_ends_and_the_run_is_paused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_crowd_in(session, SEVERAL_STEPS)
        terminal.app.extensions["ports"] = Ports(
            FakeAttempts(), FakeCourier(press_ctrl_c), terminal.tracking, terminal.queue
        )

        ran = terminal.types(*START)

        run = only_run(terminal)
        assert (ran.exit_code, ran.stdout) == (REFUSED, "")
        assert ran.stderr == (
            f"Run {run.id} is paused at {CHUNK} of {2 * CHUNK + 1} learners. "
            f"Go on: certdesk runs resume {run.id}. End it: certdesk runs cancel {run.id}.\n"
        )
        assert (run.state, run.done) == (RunState.PAUSED, CHUNK)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def test_resumed_it_goes_on_from_there(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_crowd_in(session, SEVERAL_STEPS)
        terminal.app.extensions["ports"] = Ports(
            FakeAttempts(), FakeCourier(press_ctrl_c), terminal.tracking, terminal.queue
        )
        terminal.types(*START)
        run_id = only_run(terminal).id
        terminal.app.extensions["ports"] = Ports(FakeAttempts())

        terminal.done("runs", "resume", str(run_id))

        run = only_run(terminal)
        assert (run.state, run.done) == (RunState.DONE, 2 * CHUNK + 1)


class TestGivenARunThatIsThere:
    def test_it_is_paused_resumed_and_cancelled(self, filled: Terminal) -> None:
        number = str(begun(filled))

        said = [
            filled.done("runs", "pause", number),
            filled.done("runs", "resume", number, "--detach"),
            filled.done("runs", "cancel", number),
        ]

        assert said == [
            f"Run {number} is paused at 0 of 30 learners. Go on: certdesk runs resume {number}\n",
            f"Run {number} is left to the service. Look at it: certdesk runs show {number}\n",
            f"Run {number} is cancelled at 0 of 30 learners.\n",
        ]
        assert [told.action for told in filled.told()][1:] == ["run.paused", "run.resumed", "run.cancelled"]

    def test_what_its_state_does_not_allow_is_refused(self, filled: Terminal) -> None:
        number = str(begun(filled, RunMove.CANCEL))

        told = filled.refused("runs", "resume", number)

        assert told == f"Run {number} is cancelled; it cannot be resumed."

    def test_one_that_a_dead_process_left_is_taken_up(self, filled: Terminal) -> None:
        number = begun(filled)

        filled.done("runs", "resume", str(number))

        assert only_run(filled).state is RunState.DONE
        assert "run.resumed" not in {told.action for told in filled.told()}

    def test_one_that_cannot_go_on_says_why(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_crowd_in(session, ALL_NEW, html_certificates=False)
        terminal.sets(base_url=f"http://{'x' * 100}.test")

        ran = terminal.types(*START)

        number = only_run(terminal).id
        assert (ran.exit_code, ran.stdout) == (REFUSED, "")
        assert ran.stderr.splitlines()[-1].startswith(f"Run {number} is failed at 0 of 30 learners. UnusableHeader: ")

    @pytest.mark.parametrize("words", ["show", "pause", "resume", "cancel", "results"])
    def test_an_unknown_number_is_refused(self, filled: Terminal, words: str) -> None:
        told = filled.refused("runs", words, "4711")

        assert told == "There is no run 4711."

    def test_they_are_listed_newest_first(self, filled: Terminal) -> None:
        first, second = begun(filled, dry_run=True), begun(filled)

        listed = rows(filled.done("runs", "list"))
        objects = filled.objects("runs", "list", "--course", COURSE, "--limit", "1")

        assert [[*line[:5], line[-1]] for line in listed] == [
            [str(second), "generate", "no", "waiting", "0/30", COURSE],
            [str(first), "generate", "yes", "waiting", "0/30", COURSE],
        ]
        assert [one["id"] for one in objects] == [second]
        assert [line[-2] for line in listed] == ["UTC", "UTC"]

    def test_one_of_a_long_key_makes_no_other_line_longer(self, filled: Terminal) -> None:
        begun(filled, dry_run=True)
        long_key = CourseId("course-v1:edX+" + "x" * 200 + "+2026")
        with filled.work() as session:
            make_course(session, long_key)
            runs.start_run(session, SAM, long_key, Purpose.GENERATE, now=clock.now())

        heads, longest, other = filled.done("runs", "list").splitlines()

        assert longest.endswith(long_key)
        assert max(len(heads), len(other)) < 100

    def test_it_is_shown_with_its_sums(self, filled: Terminal) -> None:
        filled.done(*START)
        number = str(only_run(filled).id)

        told = filled.done("runs", "show", number)
        (said,) = filled.objects("runs", "show", number)

        assert {f"id: {number}", "state: done", "done: 30", "dry_run: no"} < set(told.splitlines())
        assert "status" in told.splitlines()[-len(said["results"]) - 1]
        assert sum(part["learners"] for part in said.pop("results")) == 30
        assert said == runs.as_object(only_run(filled))
