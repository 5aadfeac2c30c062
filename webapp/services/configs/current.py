"""What is live now, for whoever asks at every request: parsed once in a process, and no question to the database."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.domain.configs.kinds import KINDS, SINGLE_KEY, Kind
from webapp.ports.caches import Numbers
from webapp.services.caching.heads import Head, read_head
from webapp.services.configs import ledger

log = structlog.get_logger(__name__)
LOOKED_AT_EVERY_S = 0.5
"""How often a process looks whether there is a newer version: an approval is in force everywhere within a second."""
READ_BY_PROCESSES = (Kind.HTML_VIEW, Kind.CRAWLERS, Kind.GENERATION, Kind.COURSE, Kind.BADGE, Kind.BADGE_DEFAULT)
"""The kinds that are read so. Roles are not: they are asked for with who signs in, and count at once (I14)."""

Sessions = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class _Heads:
    head: Head
    read_at: float
    values: Mapping[Kind, Mapping[str, Mapping[str, Any]]]
    numbers: Mapping[Kind, Mapping[str, int]]


@dataclass(slots=True)
class Current:
    """The live values as one process knows them; safe among threads."""

    sessions: Sessions
    _heads: _Heads | None = None
    _look_again_at: float = 0.0
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _asked: int = 0
    _read_anew: int = 0

    def value(self, kind: Kind, key: str = SINGLE_KEY) -> Mapping[str, Any] | None:
        """Give the live payload of a key, an installation's own where there never was another; None where there is none."""
        return self.values(kind).get(key, KINDS[kind].installation)

    def values(self, kind: Kind) -> Mapping[str, Mapping[str, Any]]:
        """Give the live payload of every key of a kind.

        Raises SQLAlchemyError where nothing was ever read; a database that fails later leaves the values as they are.
        """
        return self._known().values[kind]

    def numbered(self, kind: Kind, key: str = SINGLE_KEY) -> tuple[int, Mapping[str, Any] | None]:
        """Give the number of the live version beside what `value` gives; 0 where there is none. Raises as `values`."""
        heads = self._known()
        return heads.numbers[kind].get(key, 0), heads.values[kind].get(key, KINDS[kind].installation)

    def html_view(self) -> Mapping[str, Any]:
        """Give what certificate pages say and show."""
        found = self.value(Kind.HTML_VIEW)
        assert found is not None, "every installation begins with one"
        return found

    def forget(self) -> None:
        """Read everything anew at the next question."""
        self._heads = None

    def numbers(self) -> Numbers:
        """Tell how many values are known, for how long, and how often they were read anew; counted nearly, without a lock."""
        heads = self._heads
        entries = sum(len(values) for values in heads.values.values()) if heads else 0
        age = time.monotonic() - heads.read_at if heads else None
        return Numbers("live values", entries, max(0, self._asked - self._read_anew), self._read_anew, oldest_s=age)

    def _known(self) -> _Heads:
        self._asked += 1
        heads = self._heads
        if heads is None or time.monotonic() >= self._look_again_at:
            heads = self._look(heads)
        return heads

    def _look(self, heads: _Heads | None) -> _Heads:
        if heads is not None and not self._looking.acquire(blocking=False):
            return heads  # somebody else is looking
        if heads is None:
            self._looking.acquire()
        try:
            self._heads = self._read(self._heads)
        except SQLAlchemyError as problem:
            if self._heads is None:
                raise
            log.warning("config.not_looked_at", problem=type(problem).__name__)
        finally:
            self._look_again_at = time.monotonic() + LOOKED_AT_EVERY_S
            self._looking.release()
        assert self._heads is not None
        return self._heads

    def _read(self, heads: _Heads | None) -> _Heads:
        with self.sessions() as session:
            head = read_head(session)
            if heads is not None and heads.head == head:
                return heads
            self._read_anew += 1
            live = {kind: ledger.list_live(session, kind) for kind in READ_BY_PROCESSES}
            return _Heads(
                head,
                time.monotonic(),
                {kind: {row.key: ledger.payload_of(row) or {} for row in rows} for kind, rows in live.items()},
                {kind: {row.key: row.version for row in rows} for kind, rows in live.items()},
            )
