"""When is something tried again that could not be sent, and when is it given up (decision 39)?"""

from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=10)
FOUND_WITHIN = timedelta(seconds=3)
"""So soon whoever sends finds what is due: part of the wait, since the decision counts from try to try."""
GIVEN_UP_AFTER = timedelta(hours=6)
_SHORTEST_SHARE = 0.5


def wait_after(tries: int, chance: float) -> timedelta:
    """Give how long to wait after so many tries, so that the next comes within 5 s, then doubling up to 10 minutes.

    `chance`, from 0 to 1, shortens the wait by up to a half, so that many do not come back at the same moment.
    """
    longest = min(FIRST * (1 << min(tries - 1, 10)), LONGEST) - FOUND_WITHIN
    return longest * (_SHORTEST_SHARE + (1 - _SHORTEST_SHARE) * chance)


def given_up(created_at: datetime, now: datetime) -> bool:
    """Say whether it has been tried for long enough."""
    return now - created_at >= GIVEN_UP_AFTER
