"""What does a message tell, as far as it can be read?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from webapp.domain.bus import incoming, news
from webapp.domain.bus.incoming import Message, Unreadable
from webapp.domain.bus.letters import Why
from webapp.domain.bus.news import News


@dataclass(frozen=True, slots=True)
class Opened:
    """A message as far as it could be read: what it tells, or why it tells nothing."""

    message: Message
    event_id: str = ""
    event_type: str = ""
    at: datetime | None = None
    told: Mapping[str, Any] | None = None
    news: News | None = None
    """None without a `fault`: the type is not known."""
    why: Why | None = None
    fault: str = ""
    waits_for: int | None = None
    """The number of a learner whom nobody has told us yet."""
    tries: int = 1
    letter_id: int | None = None
    """Where it lay among the dead letters."""

    @property
    def occurred_at(self) -> datetime:
        """When it happened; as the broker knows it, where the event does not say."""
        return self.at or self.message.at


def open_message(decode: Callable[[Message], Mapping[str, Any]], message: Message, *, now: datetime) -> Opened:
    """Read a message; what is wrong with it stands in what is given, what is wrong around it is raised as BusFault.

    A message of a type that we do not know is not read any further: it may say what it likes.
    """
    found = Opened(message)
    try:
        envelope = incoming.read_envelope(message, now=now)
        found = replace(found, event_id=envelope.id, event_type=envelope.type, at=envelope.at)
        if envelope.type not in news.KNOWN:
            return found
        told = decode(message) if envelope.framed else incoming.read_value(message, envelope)
        incoming.refuse_deep(told)
        found = replace(found, told=told)
        return replace(found, news=news.read_news(envelope.type, told))
    except Unreadable as problem:
        return replace(found, why=Why.UNREADABLE, fault=str(problem))
