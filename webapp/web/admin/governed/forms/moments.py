"""Which moment did somebody mean who typed one?"""

from datetime import UTC, datetime

from webapp.web.admin.filters import NotUnderstood
from webapp.wording import phrase

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
_SHOWN = 40


def read_moment(text: str) -> datetime | None:
    """Read an ISO 8601 moment, None where nothing was typed; without a zone it is in UTC, as the labels say.

    A plus sign that an address turned into a space is taken for what it was. Raises NotUnderstood.
    """
    text = text.strip()
    if not text:
        return None
    day, _, rest = text.partition("T")
    try:
        moment = datetime.fromisoformat(f"{day}T{rest.replace(' ', '+')}" if rest else text)
        found = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotUnderstood(phrase("“{text}” is no moment such as 2026-01-31T09:00Z", text=text[:_SHOWN])) from None
    if not _EARLIEST <= found <= _LATEST:
        raise NotUnderstood(phrase("“{text}” is out of range", text=text[:_SHOWN]))
    return found


def written(moment: datetime | None) -> str:
    """Write a moment as the field of a form takes it: to the minute, in UTC, without a zone."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}"
