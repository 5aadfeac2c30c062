"""How does a test wait for what another thread or process does: until it is seen, and no longer?"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event, text

from webapp.models.base import db

DEADLINE_S = 30
LOOK_EVERY_S = 0.01  # what other threads and processes do is seen in the database, which wakes nobody

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def wait_until(seen: Callable[[], bool], *, deadline_s: float = DEADLINE_S) -> None:
    """Wait until it is seen; raises TimeoutError where it never is."""
    until = time.monotonic() + deadline_s
    while not seen():
        if time.monotonic() > until:
            raise TimeoutError(f"not seen within {deadline_s} s")
        time.sleep(LOOK_EVERY_S)


@contextmanager
def seeing_writers_wait(app: Flask) -> Iterator[Callable[[], bool]]:
    """Give what says whether a writer waits for a lock; on SQLite, which does not tell, whether one asked since."""
    asked = threading.Event()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            asked.set()

    def waits_on_postgresql() -> bool:
        with engine.connect() as connection:
            return bool(connection.scalar(_WAITING))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked.is_set if engine.dialect.name == "sqlite" else waits_on_postgresql
    finally:
        event.remove(engine, "before_cursor_execute", note)
