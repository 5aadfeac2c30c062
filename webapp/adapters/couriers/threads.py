"""Who collects what waits in the outbox where there is no broker? A thread of the process that left it there."""

from collections.abc import Callable

import structlog

from webapp.adapters.couriers.soon import Soon

log = structlog.get_logger(__name__)
FINISHES_WITHIN_S = 600
RESTS_S = 0.2
"""Between two looks: under load each request leaves something, and what several leave is looked for together."""


class ThreadCourier:
    """Runs the sending in a thread of its own; what it leaves, or dies over, the scheduled job finds."""

    def __init__(self, send: Callable[[], object], send_early: Callable[[], object]) -> None:
        """`send` sends what is due, `send_early` also what was put off for a moment: for programs that end."""
        self._send = send
        self._send_early = send_early
        self._soon = Soon(self._send_in_peace, "courier")

    def collect(self) -> None:
        """Have the outbox looked through soon; many that ask at once are served together."""
        self._soon.ask()

    def finish(self) -> None:
        """Wait until all that was asked for is done, then send what was put off, where anything was asked for at all."""
        if not self._soon.was_asked:
            return
        self._soon.wait(FINISHES_WITHIN_S)
        try:
            self._send_early()
        except Exception:  # the program has done its work; the scheduled job sends what is left
            log.exception("courier.failed")
        # To judge a learner leaves a job, which the thread may be sending just now: it would die with the program.
        self._soon.wait(FINISHES_WITHIN_S)

    def answers(self) -> bool:
        """Say yes: nobody else has to be reached."""
        return True

    def _send_in_peace(self) -> float:
        try:
            self._send()
        except Exception:  # the thread must go on; what was not sent is tried again by the scheduled job
            log.exception("courier.failed")
        return RESTS_S
