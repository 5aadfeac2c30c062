"""How often did a source do wrong of late? Counted in Redis, or in this process where no Redis is set."""

import math
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from webapp.ports.counters import Allowance

log = structlog.get_logger(__name__)
REDIS_TIMEOUT_S = 1
T = TypeVar("T")


class Attempts:
    """Moving windows. While Redis cannot be reached each process counts for itself, so that nobody is let through."""

    def __init__(self, redis_url: str | None = None) -> None:
        """Count in Redis where its address is given."""
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _in_redis(redis_url) if redis_url else self._own

    def seconds_refused(self, allowance: Allowance, source: str) -> int | None:
        """Give how long the source must wait, or None while it may go on; counts nothing."""

        def look(limiter: MovingWindowRateLimiter) -> int | None:
            item = _item(allowance)
            if limiter.test(item, source):
                return None
            return max(1, math.ceil(limiter.get_window_stats(item, source).reset_time - time.time()))

        return self._ask(look)

    def count(self, allowance: Allowance, source: str) -> None:
        """Remember one more."""
        self._ask(lambda limiter: limiter.hit(_item(allowance), source))

    def answers(self) -> bool:
        """Say whether the place where it counts can be reached."""
        try:
            return bool(self._shared.storage.check())
        except StorageError:
            return False

    def _ask(self, question: Callable[[MovingWindowRateLimiter], T]) -> T:
        try:
            return question(self._shared)
        except StorageError as problem:
            log.warning("attempts.redis_unreachable", problem=type(problem.storage_error).__name__)
            return question(self._own)


def _in_redis(url: str) -> MovingWindowRateLimiter:
    storage = storage_from_string(
        url, wrap_exceptions=True, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    )
    return MovingWindowRateLimiter(storage)


def _item(allowance: Allowance) -> RateLimitItem:
    return RateLimitItemPerMinute(allowance.amount, allowance.minutes, namespace=f"certdesk-{allowance.name.lower()}")
