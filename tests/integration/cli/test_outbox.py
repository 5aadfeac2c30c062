"""Does `outbox send` send what is due, once, and say what could not leave?"""

from datetime import timedelta

import pytest

from tests.factories.candidates import HTML, PDF, make_candidate, make_run
from tests.factories.orders import an_order
from tests.integration.cli.terminal import REFUSED, Terminal
from webapp import clock
from webapp.ports import QueueRefused, QueueUnreachable
from webapp.services.generation import acts, allowlist

pytestmark = pytest.mark.any_database

SEND = ("outbox", "send")


@pytest.fixture
def waiting(terminal: Terminal) -> Terminal:
    """Somebody at the machine, while a job and two tracking events wait to be sent."""
    with terminal.work() as session:
        make_run(session, PDF)
        make_candidate(session, course_id=PDF)
        acts.generate(session, an_order(now=clock.now()), "ada", PDF)
    return terminal


class TestGivenEntriesThatAreDue:
    def test_they_leave(self, waiting: Terminal) -> None:
        told = waiting.done(*SEND)

        assert told == "3 sent, 0 refused, 0 waiting.\n"
        assert len(waiting.queue.submissions) == 1

    def test_a_refusal_is_exit_code_1_with_the_queues_words(self, waiting: Terminal) -> None:
        waiting.queue.fault = QueueRefused("no such\nqueue")

        ran = waiting.types(*SEND)

        assert ran.exit_code == REFUSED
        assert ran.stdout.splitlines() == [
            "2 sent, 1 refused, 0 waiting.",
            "xqueue: 1 refused: no such\ufffdqueue",
        ]

    def test_what_could_not_be_asked_is_exit_code_1_with_the_next_try(self, waiting: Terminal) -> None:
        waiting.queue.fault = QueueUnreachable("cannot connect to server")

        ran = waiting.types(*SEND)

        sums, problem = ran.stdout.splitlines()
        assert (ran.exit_code, sums) == (REFUSED, "2 sent, 0 refused, 1 waiting.")
        assert problem.startswith("xqueue: 1 waiting: cannot connect to server; next try ")

    def test_a_job_that_nobody_wants_any_more_is_no_failure(self, waiting: Terminal) -> None:
        with waiting.work() as session:
            order = an_order(now=clock.now(), note="gone")
            acts.judge_anew(session, order, "ada", PDF)
            held = waiting.held("ada", PDF)
            session.get_one(type(held), held.id).key = "f" * 32

        told = waiting.done(*SEND)

        assert told.endswith(" 0 refused, 0 waiting.\n")
        assert waiting.queue.submissions == []


class TestGivenOneThatIsNotDueYet:
    def test_it_waits_and_that_is_no_failure(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session)
            order = an_order(now=clock.now(), judged_after=timedelta(hours=1))
            allowlist.allow(session, order, "ada", HTML)

        told = terminal.done(*SEND)

        sums, entry = told.splitlines()
        assert sums == "0 sent, 0 refused, 1 waiting."
        assert entry.startswith("generation: 1 waiting: not due yet; next try ")


class TestGivenAnEmptyOutbox:
    def test_there_is_nothing_to_do(self, terminal: Terminal) -> None:
        told = terminal.done(*SEND)

        assert told == "Nothing waits.\n"
