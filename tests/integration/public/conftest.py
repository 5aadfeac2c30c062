"""What the tests of the public pages share."""

import time

import pytest

NEARLY_OVER_S = 55


@pytest.fixture
def same_minute() -> None:
    """Begin where the minute is not nearly over: a page says in which it was looked at, and is another in the next."""
    second = time.time() % 60
    if second > NEARLY_OVER_S:
        time.sleep(60 - second)
