"""May the role that CERTDESK_MIGRATION_URL names migrate the database that we serve?"""

from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

OTHER = "is another database than CERTDESK_DATABASE_URL names"
NO_MAKER = "answers, but the role may not make tables"
NO_OWNER = "answers, but the role does not own the tables"
_WHICH = text("SELECT current_database(), pg_postmaster_start_time()")
_MAY_MAKE = text("SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)")
_NOT_OWNED = text(
    "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
    " AND NOT pg_has_role(relowner, 'USAGE')"
)


def find_fault(address: str, session: Session) -> str | None:
    """Come as the role that migrates and give why it could not; None where it could. Nothing is changed."""
    theirs, ours = make_url(address), session.get_bind().engine.url
    if "sqlite" in (theirs.drivername, ours.drivername):
        return None if _file(theirs) == _file(ours) else OTHER
    owner = create_engine(theirs, poolclass=NullPool)
    try:
        with owner.connect() as connection:
            where, fault = connection.execute(_WHICH).one(), _fault_of(connection)
    except SQLAlchemyError as problem:
        return f"cannot be reached: {str(problem.args[0]).splitlines()[0]}"
    try:
        return fault if where == session.execute(_WHICH).one() else OTHER
    except SQLAlchemyError:
        return fault  # that ours cannot be reached is said of it


def _fault_of(connection: Connection) -> str | None:
    if not connection.scalar(_MAY_MAKE):
        return NO_MAKER
    return NO_OWNER if connection.scalar(_NOT_OWNED) else None


def _file(url: URL) -> Path | None:
    return Path(url.database or "").resolve() if url.drivername == "sqlite" else None
