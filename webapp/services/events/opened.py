"""What is known of a message once it was opened?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain.bus.incoming import Message
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
