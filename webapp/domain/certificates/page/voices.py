"""In which words does a page say what nobody configured, and a day?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """How the built-in texts, and a day, are said in a language."""

    say: Callable[[str], str]
    day: Callable[[datetime], str]
    minute: Callable[[datetime], str]


def date_text(moment: datetime) -> str:
    """Give a day in UTC as the page writes it: "Month D, YYYY"."""
    day = moment.astimezone(UTC)
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def minute_text(moment: datetime) -> str:
    """Give a minute in UTC, with the name of the zone."""
    return f"{date_text(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


IN_ENGLISH = Voice(str, date_text, minute_text)
