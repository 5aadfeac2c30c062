"""Who collects what waits in the outbox where there is no broker? A thread of the process that left it there."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)
FINISHES_WITHIN_S = 600


class ThreadCourier:
    """Runs the sending in a thread of its own; what it leaves, or dies over, the scheduled job finds."""

    def __init__(self, send: Callable[[], object], send_early: Callable[[], object]) -> None:
        """`send` sends what is due, `send_early` also what was put off for a moment: for programs that end."""
        self._send = send
        self._send_early = send_early
        self._change = threading.Condition()
        self._asked = self._done = 0
        self._thread: threading.Thread | None = None

    def collect(self) -> None:
        """Have the outbox looked through soon; many that ask at once are served together."""
        with self._change:
            self._asked += 1
            # A process that was forked has the courier, but not its thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
                self._thread.start()
            self._change.notify_all()

    def finish(self) -> None:
        """Wait until all that was asked for is done, then send what was put off, where anything was asked for at all."""
        with self._change:
            if not self._asked:
                return
            self._change.wait_for(self._nothing_asked, FINISHES_WITHIN_S)
        try:
            self._send_early()
        except Exception:  # the program has done its work; the scheduled job sends what is left
            log.exception("courier.failed")
        # To judge a learner leaves a job, which the thread may be sending just now: it would die with the program.
        with self._change:
            self._change.wait_for(self._nothing_asked, FINISHES_WITHIN_S)

    def answers(self) -> bool:
        """Say yes: nobody else has to be reached."""
        return True

    def _nothing_asked(self) -> bool:
        return self._done >= self._asked

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: not self._nothing_asked())
                asked = self._asked
            try:
                self._send()
            except Exception:  # this thread must go on; what was not sent is tried again by the scheduled job
                log.exception("courier.failed")
            with self._change:
                self._done = asked
                self._change.notify_all()
