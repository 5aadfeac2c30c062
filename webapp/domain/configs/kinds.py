"""Which kinds of configuration are governed, and what are the rules of each (decisions 25, 26)?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from webapp.domain.configs import access, badges, courses, crawlers, generation, html_view, html_view_words
from webapp.domain.configs.payloads import ONLY_KEY, Field, Shape, single_key
from webapp.domain.configs.proposals import SINGLE_KEY, Checked, Payload, Proposal
from webapp.wording import phrase

__all__ = ["KINDS", "SINGLE_KEY", "Kind", "KindRule", "Payload", "Sentences"]


class Kind(StrEnum):
    """A governed kind; the value is the wire word (interface §8)."""

    HTML_VIEW = "html-view"
    CRAWLERS = "crawlers"
    GENERATION = "generation"
    COURSE = "course"
    BADGE = "badge"
    BADGE_DEFAULT = "badge-default"
    ACCESS = "access"


class Sentences(Protocol):
    """Tells a change in plain sentences, none for no change; names the key where it is given."""

    def __call__(self, before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
        """Say what follows when the payload `before` becomes `after`; None is no row."""
        ...


@dataclass(frozen=True, slots=True)
class KindRule:
    """All that is known of a kind. Each function is pure; only `parse` and `parse_key` raise, and only BadPayload."""

    kind: Kind
    label: str
    single: bool
    """One key, SINGLE_KEY, alone."""
    approvals: int
    """How many a change needs unless the installation says otherwise (approvals note §3.1)."""
    deletable: bool
    """Whether having no value means something that no value can say.

    A course or a mode without settings of its own is as before anybody touched it. Of the others "none" is a value:
    off, null, or no roles; to delete them would be to say the same in a second way, past those who look for the first.
    """
    fields: Mapping[str, Field]
    """Of its payload; `parse` goes by them."""
    key: Shape
    """What `parse_key` takes, as JSON Schema says it."""
    parse: Callable[[object], dict[str, Any]]
    """JSON of any shape -> canonical payload; raises BadPayload with every problem found."""
    parse_key: Callable[[str], str]
    """Text -> canonical key; raises BadPayload, its field `key`."""
    check: Callable[[Proposal], Checked]
    """Judges the whole set that would result; to be asked again when the change is applied (approvals note §3.3)."""
    sentences: Sentences
    installation: Payload | None = None
    """The first version, where there is one (decision 49)."""


_HTML_VIEW = KindRule(
    kind=Kind.HTML_VIEW,
    label=phrase("HTML view"),
    single=True,
    approvals=1,
    deletable=False,
    fields=html_view.FIELDS,
    key=ONLY_KEY,
    parse=html_view.parse,
    parse_key=single_key,
    check=html_view.check,
    sentences=html_view_words.sentences,
    installation=html_view.INSTALLATION,
)
_CRAWLERS = KindRule(
    kind=Kind.CRAWLERS,
    label=phrase("Crawlers"),
    single=True,
    approvals=1,
    deletable=False,
    fields=crawlers.FIELDS,
    key=ONLY_KEY,
    parse=crawlers.parse,
    parse_key=single_key,
    check=crawlers.check,
    sentences=crawlers.sentences,
    installation=crawlers.INSTALLATION,
)
_GENERATION = KindRule(
    kind=Kind.GENERATION,
    label=phrase("Self-generation"),
    single=True,
    approvals=2,
    deletable=False,
    fields=generation.FIELDS,
    key=ONLY_KEY,
    parse=generation.parse,
    parse_key=single_key,
    check=generation.check,
    sentences=generation.sentences,
    installation=generation.INSTALLATION,
)
_COURSE = KindRule(
    kind=Kind.COURSE,
    label=phrase("Course settings"),
    single=False,
    approvals=1,
    deletable=True,
    fields=courses.FIELDS,
    key=courses.KEY,
    parse=courses.parse,
    parse_key=courses.parse_key,
    check=courses.check,
    sentences=courses.sentences,
)
_BADGE = KindRule(
    kind=Kind.BADGE,
    label=phrase("Badge images"),
    single=False,
    approvals=1,
    deletable=True,
    fields=badges.FIELDS,
    key=badges.KEY,
    parse=badges.parse,
    parse_key=badges.parse_key,
    check=badges.check,
    sentences=badges.sentences,
)
_BADGE_DEFAULT = KindRule(
    kind=Kind.BADGE_DEFAULT,
    label=phrase("Default badge"),
    single=True,
    approvals=1,
    deletable=False,
    fields=badges.DEFAULT_FIELDS,
    key=ONLY_KEY,
    parse=badges.parse_default,
    parse_key=single_key,
    check=badges.check_default,
    sentences=badges.default_sentences,
    installation=badges.DEFAULT_INSTALLATION,
)
_ACCESS = KindRule(
    kind=Kind.ACCESS,
    label=phrase("Access"),
    single=False,
    approvals=1,
    deletable=False,
    fields=access.FIELDS,
    key=access.KEY,
    parse=access.parse,
    parse_key=access.parse_key,
    check=access.check,
    sentences=access.sentences,
)

KINDS: Mapping[Kind, KindRule] = {
    rule.kind: rule for rule in (_HTML_VIEW, _CRAWLERS, _GENERATION, _COURSE, _BADGE, _BADGE_DEFAULT, _ACCESS)
}

INSTALLATION: Mapping[Kind, Payload] = {
    rule.kind: rule.installation for rule in KINDS.values() if rule.installation is not None
}
"""What a fresh installation begins with (decision 49)."""
