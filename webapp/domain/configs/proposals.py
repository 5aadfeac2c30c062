"""What does whoever judges a proposed payload know, and what can be found wrong with it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.roles import Role
from webapp.wording import phrase

Payload = Mapping[str, Any]  # JSON; each kind's file says which fields it has
SINGLE_KEY = "-"
"""The key of a kind that has one value for the whole desk (interface §8)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a sentence, and where, as `configuration.honor.logo_src`; an empty field is the whole."""

    field: str
    reason: str

    def __str__(self) -> str:
        """Give both in a line."""
        return f"{self.field}: {self.reason}" if self.field else self.reason


@dataclass(frozen=True, slots=True)
class Caution:
    """What a requester must have read before the change is taken: `confirmed_warnings` lists the codes (interface §8)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; a change with problems is refused, one with cautions waits for the requester's word."""

    problems: tuple[Problem, ...] = ()
    cautions: tuple[Caution, ...] = ()


class BadPayload(ValueError):
    """The value cannot be a payload, or the text no key, of its kind; `problems` holds all that is wrong, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class CourseSeen:
    """What a course's settings depend on: whether learners may be let ask for themselves (decision 42)."""

    may_open: bool


@dataclass(frozen=True, slots=True)
class Image:
    """What is known of an uploaded image; `size` in bytes, the sides in pixels."""

    mime: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Holder:
    """An account as its roles are judged."""

    active: bool
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Facts around a proposal, as the services read them; each kind uses its own and leaves the others empty."""

    author: str = ""
    """The account that proposes."""
    course: CourseSeen | None = None
    """The course run that the key names; None where the platform has told of none."""
    images: Mapping[str, Image] = field(default_factory=dict)
    """SHA-256 -> each image that may be named."""
    badges: frozenset[str] = frozenset()
    """The modes that have a live badge."""
    default_badge: str | None = None
    """The mode that the live default points to."""
    accounts: Mapping[str, Holder] = field(default_factory=dict)
    """Username -> account: at least the one that the key names, and every active approver."""
    agents: Mapping[str, int] = field(default_factory=dict)
    """User-Agent -> visits of the last eight days (decision 41)."""
    flaws: tuple[Problem, ...] = ()
    """What rendering a certificate of every mode with the payload found wrong."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A canonical payload for a key, or None to delete it, amid all the live payloads of the kind."""

    key: str
    payload: Payload | None
    live: Mapping[str, Payload] = field(default_factory=dict)
    around: Surroundings = Surroundings()


def refused(field: str, reason: str) -> Checked:
    """Give the answer to a proposal that has one thing wrong."""
    return Checked((Problem(field, reason),))


def check_deletion(proposal: Proposal) -> Checked:
    """Refuse the deletion of what is not there."""
    return Checked() if proposal.key in proposal.live else refused("", phrase("There is no live value to delete."))
