"""Which answers does this process keep?"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cachetools import TTLCache

from webapp.adapters.caches import KEPT_S
from webapp.ports.caches import Numbers

MOST_BYTES = 8 * 1024 * 1024


class _Kept(NamedTuple):
    name: str
    content: bytes
    at: float


class ProcessCache:
    """Keeps answers in this process: the ones asked for last, up to so many bytes, for ten minutes at most."""

    shared = False

    def __init__(
        self, most_bytes: int = MOST_BYTES, kept_s: float = KEPT_S, timer: Callable[[], float] = time.monotonic
    ) -> None:
        """Keep up to so many bytes for so long."""
        self._most_bytes, self._timer = most_bytes, timer
        self._kept: TTLCache[str, _Kept] = TTLCache(most_bytes, kept_s, timer, lambda one: len(one.content))
        self._lock = threading.Lock()
        self._hits: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()

    def find(self, name: str, key: str) -> bytes | None:
        """Give what is kept under a key of a cache; None where there is nothing."""
        with self._lock:
            found = self._kept.get(key)
            (self._misses if found is None else self._hits)[name] += 1
        return None if found is None else found.content

    def keep(self, name: str, key: str, content: bytes) -> None:
        """Keep an answer, unless it is larger than all the room."""
        if len(content) > self._most_bytes:
            return
        with self._lock:
            self._kept[key] = _Kept(name, content, self._timer())

    def empty(self) -> None:
        """Forget everything that is kept; hits and misses are counted on."""
        with self._lock:
            self._kept.clear()

    def numbers(self) -> Sequence[Numbers]:
        """Tell of every cache that was asked, by name."""
        with self._lock:
            self._kept.expire()
            kept, now = list(self._kept.values()), self._timer()
            hits, misses = Counter(self._hits), Counter(self._misses)
        told = []
        for name in sorted({*hits, *misses}):
            own = [one for one in kept if one.name == name]
            oldest = max((now - one.at for one in own), default=None)
            told.append(Numbers(name, len(own), hits[name], misses[name], sum(len(one.content) for one in own), oldest))
        return told
