"""What do we need from outside? Each need is a Protocol; `adapters/` holds the real things, tests hold fakes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from webapp.domain.badges.server_messages import BadgeOrder, Issued
from webapp.domain.bus.wire import CloudEvent
from webapp.domain.certificates.page.evidence import EvidenceVisit
from webapp.domain.platform.claims import Claims
from webapp.domain.queue.requests import Submission
from webapp.ports.bus import EventBus
from webapp.ports.caches import Cache, NoCache
from webapp.ports.counters import AttemptCounter, NoRequestCounter, RequestCounter
from webapp.ports.meters import Meter, NoMeter, TraceCollector
from webapp.ports.sign_on import IdentityProvider, SignedPosts


class QueueRefused(Exception):
    """XQueue took the request and said no; the text is its own words. Sending it again mends nothing (decision 39)."""


class QueueUnreachable(Exception):
    """XQueue could not be asked, or did not answer as it should; the text says why. Send it again (decision 39)."""


class SignInRefused(QueueUnreachable):
    """XQueue does not know us, or not any more: no job can be handed over before an operator mends that (record 12)."""


class CertificateQueue(Protocol):
    """Takes jobs for the workers that make certificates; used by several threads at once."""

    def submit(self, submission: Submission) -> None:
        """Hand over one job; raises QueueRefused or QueueUnreachable."""

    def find_fault(self) -> str | None:
        """Sign in, look for our queue, and give what is wrong; None where all is well."""


class TrackingLost(Exception):
    """The events could not be written where they belong; the text says why. Write them again."""


class Tracking(Protocol):
    """Takes analytics events (decision 45)."""

    def write(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Write events in their order, all or none that counts; raises TrackingLost."""

    def find_fault(self) -> str | None:
        """Write nothing, and give why nothing could be written; None where it could."""


class NoTracking:
    """Takes events and keeps none: for tests, and where nobody wants them."""

    def write(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Do nothing."""

    def find_fault(self) -> str | None:
        """Give nothing."""
        return None


class Courier(Protocol):
    """Is told that something waits in the outbox, and sees to it that it leaves soon."""

    def collect(self) -> None:
        """Come soon for what waits in the outbox; never makes the caller wait nor fail."""

    def finish(self) -> None:
        """Wait until what was asked for before is done; for programs that end."""

    def answers(self) -> bool:
        """Say whether whoever does the work can be told."""


class NoCourier:
    """Comes for nothing: what waits in the outbox leaves when the schedule says so."""

    def collect(self) -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Wait for nothing."""

    def answers(self) -> bool:
        """Say yes."""
        return True


class Disk(Protocol):
    """Knows how much room is left where files of ours grow."""

    def full(self) -> str | None:
        """Give what has too little room to be written; None where there is enough."""


class AnyRoom:
    """Room without end: for tests, and for what writes no file."""

    def full(self) -> str | None:
        """Say no."""
        return None


class VisitCounter(Protocol):
    """Counts visits of the public pages by User-Agent (decision 41), and those of a certificate by others than its owner."""

    def count(self, agent: str, now: datetime) -> None:
        """Remember one more visit; never makes the caller wait for a database, nor fail."""

    def see(self, visit: EvidenceVisit) -> None:
        """Remember one more visit of a certificate; never makes the caller wait for a database, nor fail."""


class NoVisitCounter:
    """Counts nothing: for tests that are not about visits."""

    def count(self, agent: str, now: datetime) -> None:
        """Do nothing."""

    def see(self, visit: EvidenceVisit) -> None:
        """Do nothing."""


class PageBroken(Exception):
    """The page of a certificate could not be rendered; the text is the rendering's error (decision 42)."""


class PageRenderer(Protocol):
    """Makes the page of a certificate out of its values."""

    def __call__(self, values: Mapping[str, Any], /) -> str:
        """Give the page; raises PageBroken."""


class MailRefused(Exception):
    """The mail server took us and refused this mail; the text says why, and names nobody. Sending it again mends nothing."""


class MailUnsent(Exception):
    """The mail could not be handed over; the text says why, and names nobody. Send it again (decision 39)."""


class MailDeferred(MailUnsent):
    """The mail server works and does not take this mail just now, as where a mailbox is full; it may take others."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain text to one person. `reference` is its own for ever; mails of one `thread` belong together."""

    name: str
    address: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    at: datetime
    reference: str
    thread: str


class Mailer(Protocol):
    """Hands mails to a mail server; used by several threads at once."""

    def send(self, mail: Mail) -> None:
        """Hand over one mail; raises MailRefused, MailDeferred or MailUnsent."""

    def find_fault(self) -> str | None:
        """Sign in, and give what is wrong; None where all is well."""


class BadgeRefused(Exception):
    """The badge server took the request and said no; the text is why. Sending it again mends nothing."""


class BadgeServerUnreachable(Exception):
    """The badge server could not be asked, or did not answer as it should; the text says why. Send it again."""


class BadgeServer(Protocol):
    """Issues badges in our place; used by several threads at once."""

    def issue(self, order: BadgeOrder, *, again: bool) -> Issued:
        """Have a badge issued, or find it where it was issued `again`; raises BadgeRefused or BadgeServerUnreachable."""

    def find_fault(self) -> str | None:
        """Ask for our issuer, and give what is wrong; None where all is well."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Why an event did not get to the bus; `for_good`: it is wrong itself, and sending it again mends nothing."""

    reason: str
    for_good: bool = False


class EventStream(Protocol):
    """Takes events for other services of the platform; used by several threads at once."""

    def send(self, events: Sequence[CloudEvent]) -> Sequence[Undelivered | None]:
        """Hand over events, in no order; give for each why it did not arrive, None where it is certain that it did."""

    def find_fault(self) -> str | None:
        """Look whether it can be reached, and give what is wrong; None where all is well."""


class PlatformTokens(Protocol):
    """Tells tokens of the learning platform from others; used by several threads at once."""

    def read(self, token: str, *, now: datetime) -> Claims:
        """Give what a token says; raises BadToken where the platform did not sign it for us, or it holds no more."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ways out of the application."""

    attempts: AttemptCounter
    courier: Courier = field(default_factory=NoCourier)
    tracking: Tracking = field(default_factory=NoTracking)
    queue: CertificateQueue | None = None
    """None where no queue is configured."""
    visits: VisitCounter = field(default_factory=NoVisitCounter)
    mailer: Mailer | None = None
    """None where no mail server is configured."""
    badge_server: BadgeServer | None = None
    """None where badges are issued here."""
    stream: EventStream | None = None
    """None where no Kafka is configured."""
    events: EventBus | None = None
    """None where no events are taken."""
    cache: Cache = field(default_factory=NoCache)
    pages: Cache = field(default_factory=NoCache)
    """Pages of lists. They tell of people, so it must be one that keeps them in this process."""
    platform_tokens: PlatformTokens | None = None
    """None where no token of the platform is taken."""
    identity_provider: IdentityProvider | None = None
    """None where nobody signs in by a provider."""
    signed_posts: SignedPosts | None = None
    """None where no third party's word is taken."""
    disk: Disk = field(default_factory=AnyRoom)
    requests: RequestCounter = field(default_factory=NoRequestCounter)
    meter: Meter = field(default_factory=NoMeter)
    collector: TraceCollector | None = None
    """None where nothing is traced."""
