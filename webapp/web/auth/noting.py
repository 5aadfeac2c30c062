"""Is it kept that somebody's session or token is in use, or what they have read? Nobody waits, or is sent away, for that."""

import sqlite3
from collections.abc import Callable
from functools import partial

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.models.base import Transactions, unit_of_work

log = structlog.get_logger(__name__)


def note(write: Callable[[Session], None]) -> None:
    """Write something down, where the database takes it now; where another holds its lock, go on without.

    The next request tries again.
    """

    def carry_out(begin: Transactions) -> None:
        with begin() as work:
            write(work)

    note_where_due(carry_out)


def note_where_due(look: Callable[[Transactions], None]) -> None:
    """The same for what looks first whether there is something to note: it begins the transaction itself, if at all."""
    try:
        look(partial(unit_of_work, at_once=True))
    except OperationalError as problem:
        if not _is_busy(problem):
            log.warning("use.not_noted", problem=type(problem.orig).__name__)


def _is_busy(problem: OperationalError) -> bool:
    """Whether somebody else writes on SQLite just now, which is no fault; the lower byte is the kind of its error."""
    cause = problem.orig
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
