"""Events of the audit, and what somebody does to them who owns the database."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.fakes import NOON
from webapp.domain.actors import Actor
from webapp.services import audit

SAM = Actor("sam", 7, ip="192.0.2.1", request_id="request-1")


def write(session: Session, number: int, *, reason: str = "") -> str:
    """Append so many events and give the head."""
    for place in range(number):
        audit.append(
            session, SAM, "account.enabled", "account", str(place), now=NOON + timedelta(seconds=place), reason=reason
        )
    session.commit()
    return audit.head_of(session)


def tamper(session: Session, database: Database, statement: str) -> None:
    """Change rows as somebody could who owns the database and takes the guards away first."""
    if isinstance(database, SqliteDatabase):
        triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in triggers:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    for part in statement.split(";"):
        session.execute(text(part))
    session.commit()
