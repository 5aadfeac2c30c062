"""How much did somebody ask in this minute? Counted in Redis, or in this process where no Redis is set."""

import math
import threading
import time

import structlog
from limits.errors import StorageError
from limits.storage import RedisStorage, storage_from_string

from webapp.ports.counters import Standing

log = structlog.get_logger(__name__)
REDIS_TIMEOUT_S = 0.25
PAUSE_S = 10
"""For how long Redis is left alone once it did not answer."""
MOST_SOURCES = 100_000
"""Whoever comes after so many in one window is let through uncounted: memory is not theirs to fill."""


class Pace:
    """Fixed windows, the same for everybody. While Redis cannot be reached each process counts for itself."""

    def __init__(self, redis_url: str | None = None) -> None:
        """Count in Redis where its address is given."""
        self._own = _Own()
        self._shared = _in_redis(redis_url) if redis_url else None
        self._paused_until = 0.0

    def take(self, source: str, quota: int, window_s: int, *, now: float) -> Standing:
        """Count one request; `now` in seconds since 1970."""
        window = int(now // window_s)
        number = self._count(source, window, window_s)
        reset_s = max(1, math.ceil((window + 1) * window_s - now))
        return Standing(max(0, quota - number), reset_s, refused=number > quota)

    def _count(self, source: str, window: int, window_s: int) -> int:
        if self._shared is not None and time.monotonic() >= self._paused_until:
            try:
                return self._shared.incr(f"certdesk-pace/{source}/{window}", window_s)
            except StorageError as problem:
                self._paused_until = time.monotonic() + PAUSE_S
                log.warning("pace.redis_unreachable", problem=type(problem.storage_error).__name__, pause_s=PAUSE_S)
        return self._own.count(source, window)


class _Own:
    """Counts of the window that is now, and of no other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = -1
        self._counts: dict[str, int] = {}

    def count(self, source: str, window: int) -> int:
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            number = self._counts.get(source, 0) + 1
            if number > 1 or len(self._counts) < MOST_SOURCES:
                self._counts[source] = number
            return number


def _in_redis(url: str) -> RedisStorage:
    storage = storage_from_string(
        url, wrap_exceptions=True, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    )
    assert isinstance(storage, RedisStorage), "the setting says so"
    return storage
