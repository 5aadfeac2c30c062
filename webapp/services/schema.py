"""Is the database's schema the one that this version needs?"""

from functools import cache

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp import paths
from webapp.models.base import db


def at_head(session: Session) -> bool:
    """Say whether every migration of this version has been applied, and none of a newer one."""
    return current_revision(session) == head_revision()


def current_revision(session: Session) -> str | None:
    """Give the revision that the database is at; None for an empty one."""
    return MigrationContext.configure(session.connection()).get_current_revision()


@cache
def head_revision() -> str | None:
    """Give the newest revision that this version has."""
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def differences(session: Session) -> list[str]:
    """Give what the database has otherwise than the models, a line each; empty where they agree."""
    context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
    return [repr(step) for step in compare_metadata(context, db.metadata)]


TRIGGERS = ("audit_event_follows", "audit_event_no_delete", "audit_event_no_update")
"""What holds the audit append-only; on PostgreSQL one more refuses TRUNCATE."""


def missing_triggers(session: Session) -> list[str]:
    """Give the guards of the audit that the database lacks, a line each (architecture note §2.5)."""
    if session.get_bind().dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_event'::regclass AND NOT tgisinternal"
        wanted = {*TRIGGERS, "audit_event_no_truncate"}
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = set(TRIGGERS)
    missing = wanted - set(session.scalars(text(query)))
    return [f"the trigger {name} is missing" for name in sorted(missing)]
