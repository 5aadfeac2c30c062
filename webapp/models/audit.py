"""Who did what, when and why? Only ever added to; the database refuses anything else."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import ColumnElement, Dialect, Index, String, Text, func, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.models.base import BIG_ID, Model, UtcDateTime

NO_MOMENT = datetime.fromtimestamp(0, UTC)
"""When something happened of which the audit no longer says when."""


def known_moment(moment: datetime) -> datetime | None:
    """Give when something happened, None where the audit no longer says it."""
    return None if moment == NO_MOMENT else moment


class _Noted(UtcDateTime):
    """A moment that can be read though somebody made it none: SQLite keeps any text, and one row must not hide the others."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Give what reads a value of the driver's."""
        usual = super().result_processor(dialect, coltype)
        if usual is None or dialect.name != "sqlite":
            return usual

        def read(value: Any) -> datetime | None:  # noqa: ANN401 - whatever lies there
            try:
                return usual(value)
            except (ValueError, TypeError):
                return NO_MOMENT

        return read


class AuditEvent(Model):
    """One link of the audit chain (approvals note §3.1); triggers refuse UPDATE, DELETE and any fork."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "kind", "key", "seq"),
        Index(None, "actor_name", "seq"),
        Index(None, "action", "seq"),
        Index(None, "at", postgresql_using="brin"),  # events come in order of time, which BRIN needs
        Index(None, "request_id"),
    )
    seq: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(_Noted)
    actor_id: Mapped[int | None]  # no foreign key: the account may go, the event stays
    actor_name: Mapped[str] = mapped_column(String(150))
    action: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(255))
    change_id: Mapped[int | None]
    revision: Mapped[int | None]
    from_version: Mapped[int | None]
    to_version: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str] = mapped_column(String(128), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    body: Mapped[str] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class AuditCheck(Model):
    """What a check of the whole chain found; no link of it, since to look is no act."""

    __tablename__ = "audit_check"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    events: Mapped[int] = mapped_column(BIG_ID)
    head: Mapped[str] = mapped_column(String(64))  # as far as everything was as it had been written
    first_bad: Mapped[int | None] = mapped_column(BIG_ID)
    reason: Mapped[str] = mapped_column(String(255), default="")


class UnreadableEvent(Exception):
    """The database itself cannot read one of the events that it was asked for."""


def raw_events(session: Session, *, after: int, limit: int) -> Sequence[Mapping[str, object]]:
    """Give events as they lie in the table, also where a value is none of its column's; a moment is told as its text tells it.

    Raises UnreadableEvent, and then the transaction has ended.
    """
    of_sqlite = session.get_bind().dialect.name == "sqlite"
    columns = [column for column in AuditEvent.__table__.columns if column.name != "at"]
    query = select(_raw_moment(of_sqlite=of_sqlite).label("at"), *columns).where(AuditEvent.seq > after)
    try:
        with any_text(session, "surrogateescape"):
            rows = session.execute(query.order_by(AuditEvent.seq).limit(limit)).all()
    except (UnicodeDecodeError, DBAPIError) as problem:
        if not _is_damage(problem):
            raise
        session.rollback()
        raise UnreadableEvent from None
    found = [dict(row._mapping) for row in rows]
    for event in found if of_sqlite else ():
        at = event["at"]
        if isinstance(at, str) and at[10:11] == " ":
            event["at"] = f"{at[:10]}T{at[11:]}+00:00"
    return found


def _raw_moment(*, of_sqlite: bool) -> ColumnElement[str]:
    if of_sqlite:
        return type_coerce(AuditEvent.at, String)
    # Python knows neither infinity nor years before Christ or of five digits.
    whole = func.to_char(func.timezone("UTC", AuditEvent.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"AD', type_=String)
    return func.replace(whole, "AD", "", type_=String)


@contextmanager
def any_text(session: Session, errors: str = "replace") -> Iterator[None]:
    """Have SQLite give texts that are no UTF-8 as well; `errors` says what becomes of bytes that are none, as codecs do."""
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    usual, driver.text_factory = driver.text_factory, lambda text: text.decode(errors=errors)
    try:
        yield
    finally:
        driver.text_factory = usual


def _is_damage(problem: Exception) -> bool:
    """Whether it is the row that cannot be read; a database that is away or busy says nothing about it."""
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    if isinstance(cause, sqlite3.Error):
        # The lower byte is the kind, what is above it says where.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT
    return isinstance(cause, UnicodeDecodeError | psycopg.DataError | psycopg.errors.DataCorrupted)
