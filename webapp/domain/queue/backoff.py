"""When is something tried again that could not be sent, and when is it given up (decision 39)?

Events for the bus and for analytics are never given up: what their receivers are not told once they never hear, and
nobody waits for it meanwhile (record 18).
"""

from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=10)
FOUND_WITHIN = timedelta(seconds=3)
"""So soon whoever sends finds what is due: part of the wait, since the decision counts from try to try."""
GIVEN_UP_AFTER = timedelta(hours=6)
FEWEST_TRIES = 8
"""So often it has to have been tried, too, which is until the wait is the longest: whoever sends may have rested itself."""
_IN_WORDS = {timedelta(hours=6): "six hours"}[GIVEN_UP_AFTER]  # whoever changes it says how it is told
_SHORTEST_SHARE = 0.5


def wait_after(tries: int, chance: float) -> timedelta:
    """Give how long to wait after so many tries, so that the next comes within 5 s, then doubling up to 10 minutes.

    `chance`, from 0 to 1, shortens the wait by up to a half, so that many do not come back at the same moment.
    """
    longest = min(FIRST * (1 << min(tries - 1, 10)), LONGEST) - FOUND_WITHIN
    return longest * (_SHORTEST_SHARE + (1 - _SHORTEST_SHARE) * chance)


def last_word(problem: str, created_at: datetime, now: datetime, *, tries: int, undone: str = "sent") -> str:
    """Give the words with which it is given up once it has been tried for long enough; empty while it is tried again."""
    enough = tries >= FEWEST_TRIES and now - created_at >= GIVEN_UP_AFTER
    return f"{_beginning(undone)}{problem}" if enough else ""


def is_last_word(text: str) -> bool:
    """Say whether these are the words with which something was given up that could not be sent."""
    return text.startswith(_beginning("sent"))


def _beginning(undone: str) -> str:
    return f"Not {undone} within {_IN_WORDS}: "
