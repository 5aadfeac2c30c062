"""Does what was left in the outbox leave at once without a broker, and before a program ends?"""

import threading
import time
from collections.abc import Callable

from structlog.testing import capture_logs

from tests.waiting import wait_until
from webapp.adapters.couriers.threads import ThreadCourier

SOON_S = 0.5


def nothing() -> None:
    """Send nothing."""


class Gate:
    """A sending that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.over = 0

    def send(self) -> None:
        self.begun.set()
        assert self.may_end.wait(10)
        self.over += 1


class TestGivenSomethingToCollect:
    def test_it_is_sent_without_whoever_asked_waiting(self) -> None:
        gate = Gate()
        courier = ThreadCourier(gate.send, nothing)
        begun = time.monotonic()

        courier.collect()
        waited_s = time.monotonic() - begun
        gate.may_end.set()

        wait_until(lambda: gate.over == 1)
        assert waited_s < SOON_S

    def test_many_that_ask_at_once_are_served_together(self) -> None:
        gate = Gate()
        courier = ThreadCourier(gate.send, nothing)
        courier.collect()
        assert gate.begun.wait(10)

        for _ in range(50):
            courier.collect()
        gate.may_end.set()
        courier.finish()

        assert gate.over == 2

    def test_what_was_asked_for_during_a_run_gets_a_run_of_its_own(self) -> None:
        runs: list[int] = []

        def send() -> None:
            runs.append(len(runs))
            if len(runs) < 4:
                courier.collect()

        courier = ThreadCourier(send, nothing)
        courier.collect()

        wait_until(lambda: len(runs) == 4)
        courier.finish()
        assert runs == [0, 1, 2, 3]

    def test_those_that_ask_one_by_one_right_after_a_look_are_served_together(self) -> None:
        runs: list[int] = []
        courier = ThreadCourier(lambda: runs.append(1), nothing)
        courier.collect()
        wait_until(lambda: len(runs) == 1)

        for _ in range(50):
            courier.collect()
        courier.finish()

        assert len(runs) == 2

    def test_it_answers(self) -> None:
        assert ThreadCourier(nothing, nothing).answers() is True


class TestGivenASendingThatFails:
    def test_it_is_logged_and_the_next_one_is_done(self) -> None:
        runs: list[str] = []

        def send() -> None:
            runs.append("run")
            if len(runs) == 1:
                raise RuntimeError("no database")

        courier = ThreadCourier(send, nothing)
        with capture_logs() as logs:
            courier.collect()
            courier.finish()
            courier.collect()
            courier.finish()

        assert runs == ["run", "run"]
        # A thread of an earlier test that still asks its broker logs into the same list.
        assert [entry["event"] for entry in logs].count("courier.failed") == 1


class TestGivenAProgramThatEnds:
    def test_it_waits_until_all_is_sent(self) -> None:
        gate = Gate()
        courier = ThreadCourier(gate.send, nothing)
        courier.collect()
        ending = threading.Thread(target=courier.finish)
        ending.start()
        assert gate.begun.wait(10)
        waits = ending.is_alive()

        gate.may_end.set()
        ending.join(10)

        assert (waits, ending.is_alive(), gate.over) == (True, False, 1)

    def test_what_was_put_off_is_sent_too(self) -> None:
        sent: list[str] = []
        courier = ThreadCourier(lambda: sent.append("due"), lambda: sent.append("put off"))
        courier.collect()

        courier.finish()

        assert sent == ["due", "put off"]

    def test_what_that_leaves_is_waited_for_too(self) -> None:
        gate = Gate()
        runs: list[str] = []

        def send() -> None:
            runs.append("due")
            if len(runs) > 1:
                gate.send()

        def send_early() -> None:
            courier.collect()
            assert gate.begun.wait(10)
            threading.Timer(SOON_S, gate.may_end.set).start()

        courier = ThreadCourier(send, send_early)
        courier.collect()

        courier.finish()

        assert (runs, gate.over) == (["due", "due"], 1)

    def test_where_nothing_was_asked_for_nothing_is_looked_through(self) -> None:
        sent: list[str] = []
        courier = ThreadCourier(lambda: sent.append("due"), lambda: sent.append("put off"))

        courier.finish()

        assert sent == []

    def test_a_failure_then_does_not_hide_what_the_program_did(self) -> None:
        courier = ThreadCourier(nothing, _fail)
        courier.collect()

        with capture_logs() as logs:
            courier.finish()

        assert [entry["event"] for entry in logs] == ["courier.failed"]


def _fail() -> Callable[[], None]:
    raise RuntimeError("no database")
