"""How is it counted for Prometheus, by several processes and after one of them died?"""

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Pool, event

from webapp.domain.queue.deliveries import Outcome
from webapp.ports.caches import Numbers
from webapp.ports.meters import PREFIX, Reading

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The client's own variable: where the processes of one server write what they count; each reads what all have written."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
RESULTS = ("issued", "queued", "refused", "unchanged", "failed")
# A callback takes 1 ms, a page 5, a search 50; XQueue waits 5 s.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class PrometheusMeter:
    """Counters of this process in a file that it alone writes: to count is an addition, and no process waits for another."""

    def __init__(self, pool: Pool) -> None:
        """Begin to count; the connections of the pool by themselves."""
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            f"{PREFIX}http_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            f"{PREFIX}http_request_duration_seconds",
            "How long an answer took, up to its first byte.",
            ("method", "route"),
            registry=registry,
            buckets=BUCKETS,
        )
        callbacks = Counter(f"{PREFIX}callbacks", "Deliveries of XQueue.", ("outcome",), registry=registry)
        self._callbacks = {str(outcome): callbacks.labels(str(outcome)) for outcome in Outcome}
        issue = Counter(f"{PREFIX}issue", "What came of verdicts and answers.", ("result",), registry=registry)
        self._issue = {result: issue.labels(result) for result in RESULTS}
        self._jobs = Counter(f"{PREFIX}job_runs", "Runs of scheduled jobs.", ("job", "result"), registry=registry)
        self._job_seconds = Counter(f"{PREFIX}job_seconds", "How long they took.", ("job",), registry=registry)
        self._lookups = Counter(
            f"{PREFIX}cache_lookups", "What was looked up in caches.", ("cache", "result"), registry=registry
        )
        self._told: dict[tuple[str, str], int] = {}
        self._telling = threading.Lock()
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._watch(pool)

    def begin(self) -> None:
        """Do nothing: it has begun."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; its counters are looked for once."""
        key = (method if method in METHODS else "other", route, status)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (self._requests.labels(*key), self._seconds.labels(*key[:2]))
        known[0].inc()
        known[1].observe(seconds)

    def callback(self, outcome: str) -> None:
        """Count one delivery."""
        self._callbacks[outcome].inc()

    def issue(self, results: Mapping[str, int]) -> None:
        """Count what came of verdicts."""
        for result, number in results.items():
            self._issue[result].inc(number)

    def job(self, name: str, result: str, seconds: float) -> None:
        """Count one run."""
        self._jobs.labels(name, result).inc()
        self._job_seconds.labels(name).inc(seconds)

    def looked_up(self, numbers: Sequence[Numbers]) -> None:
        """Add what came about since the last time."""
        with self._telling:
            for one in numbers:
                for result, total in (("hit", one.hits), ("miss", one.misses)):
                    self._lookups.labels(one.name, result).inc(max(0, total - self._told.get((one.name, result), 0)))
                    self._told[one.name, result] = total

    def page(self, readings: Sequence[Reading]) -> tuple[bytes, str]:
        """Give what the processes of this server counted; that of those which died stays, but for what they held."""
        folder, counted = os.environ.get(FOLDER), self._registry
        if folder is not None:
            _forget_what_the_dead_held(Path(folder))
            counted = CollectorRegistry()
            multiprocess.MultiProcessCollector(counted, folder)  # type: ignore[no-untyped-call]  # the client's
        read = CollectorRegistry()
        read.register(_Readings(readings))
        return generate_latest(counted) + generate_latest(read), CONTENT_TYPE_LATEST

    def _watch(self, pool: Pool) -> None:
        held = Gauge(
            f"{PREFIX}db_connections_in_use",
            "Database connections that threads hold, of all processes.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        held.set(pool.checkedout())  # type: ignore[attr-defined]  # every pool of ours has a size
        event.listen(pool, "checkout", lambda *_: held.inc())
        event.listen(pool, "checkin", lambda *_: held.dec())


class _Readings(Collector):
    """Numbers that were read just now, in the client's form."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings

    def collect(self) -> Iterable[Metric]:
        """Give them by name."""
        families: dict[str, GaugeMetricFamily] = {}
        for one in self._readings:
            family = families.setdefault(
                one.name, GaugeMetricFamily(f"{PREFIX}{one.name}", one.says, labels=tuple(one.labels))
            )
            family.add_metric(tuple(one.labels.values()), one.value)
        return families.values()


def _forget_what_the_dead_held(folder: Path) -> None:
    for file in folder.glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another scrape was faster
                multiprocess.mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]  # the client's
