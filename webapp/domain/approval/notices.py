"""Who is told of which act on a change request, in which words, and when does a mail leave (approvals note §3.9)?"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.approval.policy import EXPIRES_AFTER, WARNED_AFTER
from webapp.wording import phrase

MAIL_EVERY = timedelta(minutes=5)
"""One mail for a request and a person in so long; what comes meanwhile waits for the next one."""
STALE = "change.stale"
"""No act on the request itself: the live value moved under it."""
MOST_MENTIONED = 20
_MENTION = re.compile(r"(?<![\w.@+-])@(\w[\w.@+-]{0,149})")
_DAYS_LEFT = (EXPIRES_AFTER - WARNED_AFTER).days


@dataclass(frozen=True, slots=True)
class People:
    """Who plays which part in a request, by account; whoever may not sign in or holds no role is in none of them."""

    actor: int | None = None
    author: int | None = None
    asked: int | None = None
    holder: int | None = None
    contributors: frozenset[int] = frozenset()
    approvers: frozenset[int] = frozenset()
    mentioned: frozenset[int] = frozenset()
    about: int | None = None
    """Whose roles it would change."""

    @property
    def deciders(self) -> frozenset[int]:
        """Approvers who wrote nothing of it and whom it is not about, and so may decide."""
        return self.approvers - self.contributors - _only(self.author) - _only(self.about)


Audience = Callable[[People], frozenset[int]]


def author(people: People) -> frozenset[int]:
    """Whoever proposed it."""
    return _only(people.author)


def contributors(people: People) -> frozenset[int]:
    """Everybody who wrote on it."""
    return people.contributors


def asked(people: People) -> frozenset[int]:
    """The one whose decision the author asked for, while they may decide."""
    return _only(people.asked) & people.deciders


def deciders(people: People) -> frozenset[int]:
    """Everybody who may decide on it."""
    return people.deciders


def approvers(people: People) -> frozenset[int]:
    """Everybody with the role, whether they may decide on this one or not."""
    return people.approvers


def holder(people: People) -> frozenset[int]:
    """Whoever holds it up."""
    return _only(people.holder)


def mentioned(people: People) -> frozenset[int]:
    """Everybody whom the text names as @name."""
    return people.mentioned


Told = tuple[Audience, str]

NOTICES: dict[str, tuple[Told, ...]] = {
    "change.proposed": (
        (asked, phrase("You are asked to decide on a change")),
        (deciders, phrase("A change waits for a decision")),
    ),
    "change.edited": (
        (asked, phrase("A change that you are asked to decide on was edited")),
        (author, phrase("Your change was edited")),
        (contributors, phrase("A change that you wrote on was edited")),
        (deciders, phrase("An edited change waits for a decision")),
    ),
    "change.rebased": (
        (asked, phrase("A change that you are asked to decide on was brought up to date")),
        (author, phrase("Your change was brought up to date")),
        (contributors, phrase("A change that you wrote on was brought up to date")),
        (deciders, phrase("A change that was brought up to date waits for a decision")),
    ),
    "change.reworded": (
        (asked, phrase("You are asked to decide on a change, which was reworded")),
        (author, phrase("Your change was reworded")),
    ),
    "change.scheduled": ((author, phrase("Your change was approved, and goes live when its time comes")),),
    "change.applied": ((author, phrase("Your change was approved, and is live")),),
    "change.approval_taken_back": ((author, phrase("An approval of your change was taken back")),),
    "change.held": ((author, phrase("Your change was put on hold")),),
    "change.resumed": ((author, phrase("Your change is on hold no more")),),
    "change.rejected": ((author, phrase("Your change was rejected")),),
    "change.withdrawn": ((asked, phrase("A change that you were asked to decide on was withdrawn")),),
    "change.schedule_failed": ((author, phrase("Your change could not go live at its time, and is on hold")),),
    STALE: ((author, phrase("The live value has moved; bring your change up to date")),),
    "change.expiring": (
        (
            author,
            phrase("Your change expires in {days} days, unless somebody does something about it", days=_DAYS_LEFT),
        ),
        (asked, phrase("A change that you are asked to decide on expires in {days} days", days=_DAYS_LEFT)),
        (deciders, phrase("A change that nobody has decided on expires in {days} days", days=_DAYS_LEFT)),
    ),
    "change.expired": ((author, phrase("Your change expired")),),
    "change.commented": (
        (mentioned, phrase("You are named in a comment on a change")),
        (author, phrase("Your change has a comment")),
        (contributors, phrase("A change that you wrote on has a comment")),
        (holder, phrase("A change that you hold has a comment")),
        (asked, phrase("A change that you are asked to decide on has a comment")),
    ),
    "change.emergency": (
        (author, phrase("Your change was made live in an emergency")),
        (approvers, phrase("A change was made live in an emergency; somebody has to look at it")),
        (contributors, phrase("A change that you wrote on was made live in an emergency")),
    ),
    "change.reviewed": (
        (author, phrase("Somebody has looked at your emergency")),
        (contributors, phrase("Somebody has looked at an emergency that you had a part in")),
    ),
}
"""Act -> who is told of it, each part with its words; who plays several parts is told by the first."""

SILENT = frozenset({"change.approved", "change.refused"})
"""Acts of which nobody is told: an approval that others must follow changes nothing for anybody yet."""


def recipients(action: str, people: People) -> dict[int, str]:
    """Give whom an act is told, each with the words for their part; never whoever did it."""
    told: dict[int, str] = {}
    for audience, words in NOTICES.get(action, ()):
        for account_id in sorted(audience(people) - _only(people.actor)):
            told.setdefault(account_id, words)
    return told


def names_in(text: str) -> tuple[str, ...]:
    """Give the names that a text mentions as @name, in their order; 20 at most."""
    names = (name.rstrip(".@+-") for name in _MENTION.findall(text))
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_MENTIONED]


def mail_due_at(last_mailed_at: datetime | None, now: datetime) -> datetime:
    """Give when the next mail on a request may leave to one person: at once, or five minutes after the last one."""
    return now if last_mailed_at is None else max(now, last_mailed_at + MAIL_EVERY)


def _only(account_id: int | None) -> frozenset[int]:
    return frozenset() if account_id is None else frozenset({account_id})
