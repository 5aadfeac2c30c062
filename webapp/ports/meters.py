"""How is it counted what the service does, for whoever watches it (ecosystem note §6)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from webapp.ports.caches import Numbers

PREFIX = "certsvc_"


@dataclass(frozen=True, slots=True)
class Reading:
    """One number as it is just now; those of one name say the same and differ in their labels.

    Labels take few values, and none that names a person, a course run or an address.
    """

    name: str
    """Without the prefix that all have in common."""
    says: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class Meter(Protocol):
    """Counts what happens; used by several threads at once, never makes the caller wait, nor fails."""

    def begin(self) -> None:
        """Count from here on; to be called in the application's context, and in each process for itself."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request by the pattern of its route, and how long it took; begins where nobody did."""

    def callback(self, outcome: str) -> None:
        """Count one delivery of XQueue by what became of it."""

    def issue(self, results: Mapping[str, int]) -> None:
        """Count what came of verdicts: issued, queued, refused, unchanged, failed."""

    def job(self, name: str, result: str, seconds: float) -> None:
        """Count one run of a scheduled job: done or failed."""

    def looked_up(self, numbers: Sequence[Numbers]) -> None:
        """Take over how often this process's caches have helped, in all."""

    def page(self, readings: Sequence[Reading]) -> tuple[bytes, str]:
        """Give what all processes counted, and these readings, as a scraper reads it, and of which type that is."""


class TraceCollector(Protocol):
    """Takes the traces of where time goes."""

    def find_fault(self) -> str | None:
        """Send it no trace at all, and give what is wrong; None where it would take some."""


class NoMeter:
    """Counts nothing: for tests, and where nobody wants to know."""

    def begin(self) -> None:
        """Do nothing."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Do nothing."""

    def callback(self, outcome: str) -> None:
        """Do nothing."""

    def issue(self, results: Mapping[str, int]) -> None:
        """Do nothing."""

    def job(self, name: str, result: str, seconds: float) -> None:
        """Do nothing."""

    def looked_up(self, numbers: Sequence[Numbers]) -> None:
        """Do nothing."""

    def page(self, readings: Sequence[Reading]) -> tuple[bytes, str]:
        """Give nothing."""
        return b"", "text/plain"
