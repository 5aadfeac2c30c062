"""Who counts and traces in processes that answer requests, and costs all others nothing?"""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec

from sqlalchemy import Pool

from webapp.ports.caches import Numbers
from webapp.ports.meters import Meter, NoMeter, Reading

NOT_INSTALLED = "wants what is not installed; install it with: pip install 'certdesk[otel]'"


class LateCollector:
    """The collector of traces, for whoever wants to know whether it is there: OpenTelemetry is loaded when it is asked."""

    def __init__(self, url: str) -> None:
        """Remember where it is."""
        self._url = url

    def find_fault(self) -> str | None:
        """Send it no trace at all, and give what is wrong; None where it would take some."""
        if find_spec("opentelemetry") is None:
            return NOT_INSTALLED
        from webapp.adapters.metering.traces import fault_of  # an extra, for whoever has a collector

        return fault_of(self._url)


class LateMeter:
    """Counts nothing until it begins: a command or a migration never does, and never loads Prometheus's client.

    The client must not be loaded before a server has forked, either: it decides then where its processes write.
    """

    def __init__(self, pool: Callable[[], Pool]) -> None:
        """Remember how to find the connections of the database, which are counted, too."""
        self._pool = pool
        self._meter: Meter = NoMeter()
        self._begun = False

    def begin(self) -> None:
        """Count from here on."""
        if self._begun:
            return
        from webapp.adapters.metering.prometheus import PrometheusMeter  # for processes that answer requests alone

        self._begun, self._meter = True, PrometheusMeter(self._pool())

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self.begin()
        self._meter.request(method, route, status, seconds)

    def callback(self, outcome: str) -> None:
        """Count one delivery."""
        self._meter.callback(outcome)

    def issue(self, results: Mapping[str, int]) -> None:
        """Count what came of verdicts."""
        self._meter.issue(results)

    def job(self, name: str, result: str, seconds: float) -> None:
        """Count one run."""
        self._meter.job(name, result, seconds)

    def looked_up(self, numbers: Sequence[Numbers]) -> None:
        """Take over what caches have counted."""
        self._meter.looked_up(numbers)

    def page(self, readings: Sequence[Reading]) -> tuple[bytes, str]:
        """Give what was counted."""
        self.begin()
        return self._meter.page(readings)
