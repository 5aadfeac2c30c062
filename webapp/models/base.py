"""How do we reach the database, name its constraints, keep times, and write?"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import psycopg
from flask import current_app, g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as SessionOfRequest
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeDecorator


class _Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# XQueue waits 5 s for an answer: a writer that waits longer for the lock had better be told so.
_WAITS = "busy_timeout=4000"
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", _WAITS, "recursive_triggers=ON")


class _Reading(SessionOfRequest):
    """What a request reads with: on PostgreSQL without a transaction, whose begin and end the request would wait for.

    Nothing is lost by that, for there each statement sees what is committed by then in either case. On SQLite all that
    a request reads is of one moment.
    """

    def get_bind(self, *args: Any, **named: Any) -> Engine | Connection:  # noqa: ANN401 - as the toolkit calls it
        """Give what the statements of the session go to."""
        bind = super().get_bind(*args, **named)
        if not isinstance(bind, Engine) or bind.dialect.name != "postgresql":
            return bind
        kept = current_app.extensions  # one for the application: to make it for each request costs as much as it saves
        if "reading" not in kept:
            kept["reading"] = bind.execution_options(isolation_level="AUTOCOMMIT")
        engine: Engine = kept["reading"]
        return engine


db = SQLAlchemy(model_class=_Base, session_options={"class_": _Reading})

if TYPE_CHECKING:

    class Model(_Base):
        """What mypy sees in the place of `db.Model`, which is made at run time."""

        __abstract__ = True
else:
    Model = db.Model


BEFORE_ALL, AFTER_ALL = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""What -infinity and infinity of PostgreSQL are read as, and what lies beyond the years that Python knows."""
_WITHOUT_END = {BEFORE_ALL: "-infinity", AFTER_ALL: "infinity"}


class _MomentLoader(Loader):
    """Reads moments as the driver does, and those that Python does not know: one row must not hide all others."""

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        """Take the driver's own reader along."""
        super().__init__(oid, context)
        usual = psycopg.adapters.get_loader(oid, self.format)
        assert usual is not None
        self._usual = usual(oid, context)

    def load(self, data: Buffer) -> datetime:
        """Give the moment, or the last one of those that Python knows in its direction."""
        try:
            moment: datetime = self._usual.load(data)
        except psycopg.DataError:
            written = bytes(data)
            return BEFORE_ALL if written.startswith(b"-") or written.endswith(b"BC") else AFTER_ALL
        return moment


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always with a zone: UTC in the database and in Python; a naive one is refused.

    Infinity, which only PostgreSQL has, and nobody but who writes SQL, goes back as it was read.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What Python gets."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as the toolkit calls it
        """Give the moment in UTC; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be kept")
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.replace(tzinfo=None)
        return _WITHOUT_END.get(value, value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


MUST_BE_COLLECTED = "must_be_collected"
"""In a session's `info`: its transaction leaves something in the outbox."""

ISSUE = "issue"
"""In a session's `info`: what came of verdicts in its transaction, to be counted once that is committed."""

Transactions = Callable[[], AbstractContextManager[Session]]
"""Begins a transaction of its own each time: `unit_of_work`, given to what needs several of them."""

BIG_ID = BigInteger().with_variant(Integer, "sqlite")
"""The number of a row in a table that grows with every message; SQLite counts up in INTEGER alone, which is as wide."""


def folded_text(length: int) -> String:
    """A text column that is searched by its beginning: compared byte by byte, so that an index serves it."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def wire_enum(values: type[StrEnum]) -> Enum:
    """A column that holds the wire word of an enum, with no list of them in the database (domain note §1.1)."""
    return Enum(values, native_enum=False, length=32, values_callable=lambda kind: [member.value for member in kind])


@contextmanager
def unit_of_work(*, at_once: bool = False) -> Iterator[Session]:
    """Write: open one short transaction, commit it at the end, undo all of it at an error.

    The only way to write. On SQLite it takes the write lock at once, so that what it reads cannot
    change under it; a reader that becomes a writer half-way would fail with "database is locked".
    What it left in the outbox is collected once it is committed (decision 39).

    With `at_once` nobody waits for SQLite's lock: OperationalError is raised where another holds it.
    """
    whole: _Whole | None = g.get("whole")
    if whole is not None:
        with Session(whole.connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            with session.begin():
                yield session
            whole.must_be_collected |= session.info.pop(MUST_BE_COLLECTED, False)
            whole.issue.update(session.info.pop(ISSUE, {}))
        return
    with Session(_writing().execution_options(at_once=at_once), expire_on_commit=False) as session:
        with session.begin():
            yield session
        _after(session.info.pop(ISSUE, {}), must_be_collected=session.info.pop(MUST_BE_COLLECTED, False))


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


@contextmanager
def reading() -> Iterator[Session]:
    """Read in a transaction of its own: for what the database hands over a page at a time, which outside of one it cannot."""
    with Session(db.engine) as session:
        yield session


@contextmanager
def one_transaction() -> Iterator[None]:
    """Have all units of work within be parts of one transaction, which is committed at the end or undone as a whole.

    Each of them is a savepoint; what the request reads is read in the same transaction. What they left in the outbox is
    collected once all is committed.
    """
    with _writing().connect() as connection:
        outside = db.session.registry()
        g.whole = whole = _Whole(connection)
        try:
            with connection.begin(), Session(connection, join_transaction_mode="rollback_only") as reading:
                db.session.registry.set(reading)  # type: ignore[arg-type]  # any session will do
                yield
        finally:
            db.session.registry.set(outside)
            del g.whole
    outside.rollback()  # what was read before is of before the writes
    _after(whole.issue, must_be_collected=whole.must_be_collected)


def look_again() -> Session:
    """Give the session that the request reads with, such that what was written meanwhile is seen from here on."""
    session = db.session()
    if "whole" in g:
        session.expire_all()  # it shares the transaction of the writes, which an end of it would undo
    else:
        session.rollback()
    return session


@dataclass(slots=True)
class _Whole:
    """The transaction that units of work are parts of just now."""

    connection: Connection
    must_be_collected: bool = False
    issue: Counter[str] = field(default_factory=Counter)


def _copy(engine: Engine, copied: sqlite3.Connection) -> None:
    with closing(engine.raw_connection()) as connection:
        source = connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        # In one step, beside which others write: in several it would begin anew after each write of theirs.
        source.backup(copied)


def _writing() -> Engine:
    return db.engine.execution_options(writes=True)


def _after(issue: Mapping[str, int], *, must_be_collected: bool) -> None:
    if issue:
        current_app.extensions["ports"].meter.issue(issue)
    if must_be_collected:
        current_app.extensions["ports"].courier.collect()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    wanted = connection.get_execution_options()
    begin = "BEGIN IMMEDIATE" if wanted.get("writes") else "BEGIN"
    if not wanted.get("at_once"):
        connection.exec_driver_sql(begin)
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql(begin)
    finally:
        driver.execute(f"PRAGMA {_WAITS}")


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 - a connection of any driver
    if isinstance(connection, psycopg.Connection):
        connection.adapters.register_loader("timestamptz", _MomentLoader)
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
