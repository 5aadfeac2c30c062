"""Which answers do all processes keep in Redis?"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

from webapp.adapters.caches import KEPT_S
from webapp.ports.caches import Numbers

log = structlog.get_logger(__name__)
REDIS_TIMEOUT_S = 0.25
"""An answer is made in less than Redis could be waited for."""
UNREACHABLE_FOR_S = 5
SCANNED = 500
T = TypeVar("T")


class RedisCache:
    """Keeps answers in Redis for all processes. While it cannot be reached nothing is found and nothing is kept."""

    shared = True

    def __init__(self, url: str, namespace: str, kept_s: int = KEPT_S) -> None:
        """Keep under names that begin with the namespace, so that installations can share a Redis."""
        self._redis = Redis.from_url(url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S)
        self._prefix, self._kept_s = f"certdesk-cache:{namespace}:", kept_s
        self._counts = f"certdesk-cache-counts:{namespace}"
        self._told, self._not_before = False, 0.0

    def find(self, name: str, key: str) -> bytes | None:
        """Give what is kept under a key of a cache; None where there is nothing, or no Redis."""

        def ask() -> bytes | None:
            found = cast("bytes | None", self._redis.get(f"{self._prefix}{name}:{key}"))
            self._redis.hincrby(self._counts, f"{'misses' if found is None else 'hits'}:{name}")
            return found

        return self._try(ask, None)

    def keep(self, name: str, key: str, content: bytes) -> None:
        """Keep an answer."""
        self._try(lambda: self._redis.set(f"{self._prefix}{name}:{key}", content, ex=self._kept_s), None)

    def empty(self) -> None:
        """Forget everything that is kept; hits and misses are counted on."""

        def remove() -> None:
            for name in self._redis.scan_iter(f"{self._prefix}*", count=SCANNED):
                self._redis.unlink(name)

        self._try(remove, None)

    def numbers(self) -> Sequence[Numbers]:
        """Tell of every cache that was asked, by name, for all processes together."""
        return self._try(self._count, ())

    def _count(self) -> Sequence[Numbers]:
        counted = cast("dict[bytes, bytes]", self._redis.hgetall(self._counts))
        counts = {name.decode(): int(number) for name, number in counted.items()}
        kept: dict[str, list[tuple[int, float]]] = {}
        for key in self._redis.scan_iter(f"{self._prefix}*", count=SCANNED):
            name = key.decode().removeprefix(self._prefix).partition(":")[0]
            left = self._redis.pttl(key)
            if left >= 0:
                kept.setdefault(name, []).append((self._redis.strlen(key), self._kept_s - left / 1_000))
        return [
            Numbers(
                name,
                len(kept.get(name, ())),
                counts.get(f"hits:{name}", 0),
                counts.get(f"misses:{name}", 0),
                sum(size for size, _ in kept.get(name, ())),
                max((age for _, age in kept.get(name, ())), default=None),
            )
            for name in sorted({*kept, *(one.partition(":")[2] for one in counts)})
        ]

    def _try(self, act: Callable[[], T], otherwise: T) -> T:
        """Ask Redis; where it cannot be reached go on without, say so once, and leave it alone for a while."""
        if time.monotonic() < self._not_before:
            return otherwise
        try:
            done = act()
        except RedisError as problem:
            self._not_before = time.monotonic() + UNREACHABLE_FOR_S
            if not self._told:
                log.warning("cache.redis_unreachable", problem=type(problem).__name__)
            self._told = True
            return otherwise
        if self._told:
            log.info("cache.redis_reached_again")
        self._told = False
        return done
