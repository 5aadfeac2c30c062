"""In-memory stand-ins for what lies outside."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from webapp.domain.badges.server_messages import BadgeOrder, Issued
from webapp.domain.bus.incoming import Message, Unreadable
from webapp.domain.bus.wire import CloudEvent
from webapp.domain.certificates.page.evidence import EvidenceVisit
from webapp.domain.queue.requests import Submission
from webapp.ports import (
    BadgeRefused,
    BadgeServerUnreachable,
    Mail,
    MailRefused,
    MailUnsent,
    QueueRefused,
    QueueUnreachable,
    TrackingLost,
    Undelivered,
)
from webapp.ports.bus import BusFault
from webapp.ports.counters import Allowance

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""The moment at which tests happen."""


class FakeAttempts:
    """Counts in memory and never forgets; `refused` says for how long it refuses."""

    def __init__(self, refused_s: int = 60) -> None:
        """Begin with nothing counted."""
        self.counted: Counter[tuple[Allowance, str]] = Counter()
        self.refused_s = refused_s

    def seconds_refused(self, allowance: Allowance, source: str) -> int | None:
        """Refuse once the amount is used up."""
        return self.refused_s if self.counted[allowance, source] >= allowance.amount else None

    def answers(self) -> bool:
        """Say yes."""
        return True

    def count(self, allowance: Allowance, source: str) -> None:
        """Remember one more."""
        self.counted[allowance, source] += 1


class FakeQueue:
    """Takes every job in memory; with a `fault` set it takes none, and raises that instead."""

    def __init__(self, fault: QueueRefused | QueueUnreachable | None = None) -> None:
        """Begin with no job."""
        self.fault = fault
        self.tries: list[Submission] = []
        """Every job that was handed over, the failed ones too."""
        self.submissions: list[Submission] = []
        """Every job that was taken."""

    def submit(self, submission: Submission) -> None:
        """Take one job, or raise the fault."""
        self.tries.append(submission)
        if self.fault is not None:
            raise self.fault
        self.submissions.append(submission)

    def find_fault(self) -> str | None:
        """Give the fault's words."""
        return str(self.fault) if self.fault is not None else None


class FakeVisits:
    """Keeps every visit in memory, by its User-Agent."""

    def __init__(self) -> None:
        """Begin with none."""
        self.counted: Counter[str] = Counter()
        self.seen: list[EvidenceVisit] = []

    def count(self, agent: str, now: datetime) -> None:
        """Remember one more."""
        assert now.tzinfo is UTC
        self.counted[agent] += 1

    def see(self, visit: EvidenceVisit) -> None:
        """Remember one more of a certificate."""
        self.seen.append(visit)


class FakeTracking:
    """Keeps every event in memory; with a `fault` set it takes none, and raises that instead; `before` is called first."""

    def __init__(self, fault: TrackingLost | None = None) -> None:
        """Begin with no event."""
        self.fault = fault
        self.before: Callable[[], None] = lambda: None
        self.events: list[dict[str, Any]] = []

    def write(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Take events, or raise the fault."""
        self.before()
        if self.fault is not None:
            raise self.fault
        self.events += [dict(event) for event in events]

    def find_fault(self) -> str | None:
        """Give the words of the fault."""
        return str(self.fault) if self.fault is not None else None


class FakeStream:
    """Takes every event in memory; `faults` says, by an event's key, why it does not take one."""

    def __init__(self, faults: Mapping[str, Undelivered] | None = None) -> None:
        """Begin with no event."""
        self.faults = dict(faults or {})
        self.tries: list[CloudEvent] = []
        """Every event that was handed over, the failed ones too."""
        self.events: list[CloudEvent] = []
        """Every event that arrived."""

    def send(self, events: Sequence[CloudEvent]) -> list[Undelivered | None]:
        """Take events, or give the faults of their keys."""
        self.tries += events
        self.events += [event for event in events if event.key not in self.faults]
        return [self.faults.get(event.key) for event in events]

    def find_fault(self) -> str | None:
        """Give the words of any fault."""
        return next((fault.reason for fault in self.faults.values()), None)


class FakeMailer:
    """Takes every mail in memory; with a `fault` set it takes none, and raises that instead."""

    def __init__(self, fault: MailRefused | MailUnsent | None = None) -> None:
        """Begin with no mail."""
        self.fault = fault
        self.of_first: Exception | None = None
        """What goes wrong with the first mail alone."""
        self.tries = 0
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        """Take one mail, or raise the fault."""
        self.tries += 1
        if self.tries == 1 and self.of_first is not None:
            raise self.of_first
        if self.fault is not None:
            raise self.fault
        self.mails.append(mail)

    def find_fault(self) -> str | None:
        """Give the fault's words."""
        return str(self.fault) if self.fault is not None else None


class FakeBadgeServer:
    """Issues every badge in memory; with a `fault` set it issues none, and raises that instead."""

    def __init__(self, fault: BadgeRefused | BadgeServerUnreachable | None = None) -> None:
        """Begin with no badge."""
        self.fault = fault
        self.faults_of: dict[str, Exception] = {}
        """What goes wrong with the badges of one address alone."""
        self.tries: list[tuple[BadgeOrder, bool]] = []
        """Every order that was handed over, and whether it came again."""

    def issue(self, order: BadgeOrder, *, again: bool) -> Issued:
        """Issue one, or raise the fault."""
        self.tries.append((order, again))
        if fault := self.faults_of.get(order.email, self.fault):
            raise fault
        url = f"https://badges.test/assertions/{order.slug}"
        return Issued(url, f"{url}.png", "https://badges.test/issuer", {"json": {"id": url}})

    def find_fault(self) -> str | None:
        """Give the fault's words."""
        return str(self.fault) if self.fault is not None else None


class FakeCourier:
    """Comes for nothing, and notes how often it was asked to; `when_asked` is called each time."""

    def __init__(self, when_asked: Callable[[], object] = lambda: None) -> None:
        """Begin with nothing asked."""
        self.asked = 0
        self._when_asked = when_asked

    def collect(self) -> None:
        """Note that something waits."""
        self.asked += 1
        self._when_asked()

    def finish(self) -> None:
        """Wait for nothing."""

    def answers(self) -> bool:
        """Say yes."""
        return True


class FakeBus:
    """Topics in memory; with a `fault` nothing is to be had once, and while `away` never."""

    def __init__(self, messages: Sequence[Message] = (), *, ends: Callable[[], None] | None = None) -> None:
        """Begin with messages that nobody has taken; `ends` is called once all are confirmed."""
        self.waiting = [*messages]
        self.confirmed: list[Message] = []
        self.framed: dict[bytes, Mapping[str, Any]] = {}
        self.fault: BusFault | None = None
        self.away = False
        self.opened = self.closed = 0
        self._ends = ends
        self._given = 0

    def open(self) -> "FakeBus":
        """Begin where the last confirmation was."""
        self.opened += 1
        self._given = 0
        return self

    def take(self, at_most: int, patience_s: float) -> Sequence[Message]:
        """Give the next ones."""
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        if self.away:
            return []  # as librdkafka does: it goes on trying, and says nothing
        given = self.waiting[self._given : self._given + at_most]
        self._given += len(given)
        if not given and self._ends is not None:
            self._ends()
        return given

    def decode(self, message: Message) -> Mapping[str, Any]:
        """Look the frame up."""
        if (message.value or b"") not in self.framed:
            raise Unreadable("the value does not decode as its schema says (EOFError)")
        return self.framed[message.value or b""]

    def confirm(self, messages: Sequence[Message]) -> None:
        """Give them never again."""
        self.confirmed += messages
        self.waiting = [one for one in self.waiting if one not in messages]
        self._given = 0

    def behind(self) -> Mapping[tuple[str, int], int]:
        """Count what waits."""
        if self.away:
            raise BusFault("no broker answers")
        return {("learning", 0): len(self.waiting)}

    def close(self) -> None:
        """Do nothing more."""
        self.closed += 1

    def find_fault(self) -> str | None:
        """Give the fault's words."""
        return str(self.fault) if self.fault is not None else None
