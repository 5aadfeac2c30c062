"""How does a Celery worker hear at once that something waits in the outbox?"""

import structlog

from webapp.adapters import broker
from webapp.adapters.couriers.soon import Soon

log = structlog.get_logger(__name__)
JOB = "send-outbox"
TIMEOUT_S = 1
PAUSE_S = 0.25  # a message makes a worker send all that waits: more of them would not make it faster
PAUSE_AFTER_FAILURE_S = 5
FINISHES_WITHIN_S = 5


class BrokerCourier:
    """Tells a worker through the broker, from a thread of its own: a broker that hangs keeps nobody waiting.

    What cannot be told is logged and forgotten: beat has the outbox looked through anyway.
    """

    def __init__(self, url: str, queue: str) -> None:
        """Send to the queue of the broker; connects only when there is something to tell."""
        self._celery = broker.connect(
            url,
            queue,
            # A connection that lay idle may be dead without telling: a new one each time costs a few milliseconds.
            broker_pool_limit=0,
            broker_connection_timeout=TIMEOUT_S,
            broker_transport_options=broker.timeouts(url, TIMEOUT_S),
            task_publish_retry=False,
        )
        self._soon = Soon(self._tell, "courier")

    def collect(self) -> None:
        """Have a worker told soon; many that ask at once are told of together."""
        self._soon.ask()

    def finish(self) -> None:
        """Wait until the worker was told, or could not be; a few seconds at most."""
        self._soon.wait(FINISHES_WITHIN_S)

    def answers(self) -> bool:
        """Say whether the broker can be reached and lets us in."""
        return broker.answers(self._celery, TIMEOUT_S)

    def _tell(self) -> float:
        try:
            broker.send(self._celery, JOB)
        except Exception as problem:  # each transport has errors of its own, and the thread must go on
            log.warning("courier.broker_unreachable", problem=type(problem).__name__)
            return PAUSE_AFTER_FAILURE_S
        return PAUSE_S
