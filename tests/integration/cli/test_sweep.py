"""Does `certificates sweep` settle all that is stuck, and say how?"""

from datetime import timedelta

import pytest

from tests.factories.candidates import PDF, make_candidate, make_run
from tests.integration.cli.terminal import Terminal
from webapp.domain.certificates.statuses import Status
from webapp.services.generation.sweep import MOST_RESUBMISSIONS

pytestmark = pytest.mark.any_database

SWEEP = ("certificates", "sweep")
A_WHILE = timedelta(minutes=16)


@pytest.fixture
def stuck(terminal: Terminal) -> Terminal:
    """Somebody at the machine, while two jobs of the queue have no answer."""
    with terminal.work() as session:
        make_run(session, PDF)
        for username in ("ada", "bob"):
            make_candidate(session, username, PDF)
    terminal.done("certificates", "generate", "--course", PDF)
    terminal.let_pass(A_WHILE)
    return terminal


class TestGivenStuckCertificates:
    def test_they_are_sent_again(self, stuck: Terminal) -> None:
        told = stuck.done(*SWEEP)

        assert told == "2 sent again, 0 given up.\n"
        assert len(stuck.queue.submissions) == 4

    def test_after_three_times_they_are_given_up(self, stuck: Terminal) -> None:
        for _ in range(MOST_RESUBMISSIONS):
            stuck.done(*SWEEP)
            stuck.let_pass(A_WHILE)

        told = stuck.done(*SWEEP)

        assert told == "0 sent again, 2 given up.\n"
        assert stuck.held("ada", PDF).status is Status.ERROR

    def test_without_a_queue_it_is_refused(self, stuck: Terminal) -> None:
        stuck.without_queue()

        told = stuck.refused(*SWEEP)

        assert "no queue is configured" in told
        assert stuck.held("ada", PDF).status is Status.GENERATING

    def test_the_machine_is_who_did_it(self, stuck: Terminal) -> None:
        stuck.done(*SWEEP)

        assert {event.actor for event in stuck.told() if event.action == "certificate.resubmitted"} == {"command line"}


class TestGivenMoreThanAreFoundAtOnce:
    def test_all_are_settled(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session, PDF)
            for number in range(101):
                make_candidate(session, f"learner{number:03}", PDF)
        terminal.done("certificates", "generate", "--course", PDF)
        terminal.let_pass(A_WHILE)

        told = terminal.done(*SWEEP)

        assert told == "101 sent again, 0 given up.\n"


class TestGivenNothingStuck:
    @pytest.mark.parametrize("queue", [True, False])
    def test_there_is_nothing_to_do(self, terminal: Terminal, *, queue: bool) -> None:
        if not queue:
            terminal.without_queue()

        told = terminal.done(*SWEEP)

        assert told == "0 sent again, 0 given up.\n"
