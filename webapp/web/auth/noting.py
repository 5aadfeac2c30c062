"""Is it kept that somebody's session or token is in use? Nobody is sent away because it cannot be."""

from collections.abc import Callable

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.models.base import unit_of_work

log = structlog.get_logger(__name__)


def note(write: Callable[[Session], None]) -> None:
    """Write down that something is in use, where the database takes it; where another holds its lock, go on without.

    The next request tries again.
    """
    try:
        with unit_of_work() as work:
            write(work)
    except OperationalError as problem:
        log.warning("use.not_noted", problem=type(problem.orig).__name__)
