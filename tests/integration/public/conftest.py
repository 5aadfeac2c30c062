"""What the tests of the public pages share."""

import time

import pytest

from tests.waiting import wait_until

NEARLY_OVER_S = 55


@pytest.fixture
def same_minute() -> None:
    """Begin where the minute is not nearly over: a page says in which it was looked at, and is another in the next."""
    wait_until(lambda: time.time() % 60 < NEARLY_OVER_S)
