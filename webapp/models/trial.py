"""How is tried out what writing would do, while others go on writing?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from webapp.models.base import db, unit_of_work


@contextmanager
def trial() -> Iterator[Session]:
    """Write as in `unit_of_work`, and keep nothing of it.

    On SQLite it goes on in a copy, so that the one lock of all writers stays free. On PostgreSQL it is a transaction that
    is undone: who wants to write the same rows waits for it.
    """
    if db.engine.dialect.name != "sqlite":
        with unit_of_work() as session:
            yield session
            session.rollback()
            session.info.clear()  # nobody is to be told of what did not come about
        return
    # No file by a name: SQLite takes it away by itself, even where the process is killed.
    with closing(sqlite3.connect("", check_same_thread=False)) as copied:
        _copy(db.engine, copied)
        engine = create_engine("sqlite://", creator=lambda: copied, poolclass=StaticPool)
        with Session(engine, expire_on_commit=False) as session:
            yield session


def _copy(engine: Engine, copied: sqlite3.Connection) -> None:
    with closing(engine.raw_connection()) as connection:
        source = connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(
            copied
        )  # in one step, which others write beside: in several it begins anew after each write of theirs
