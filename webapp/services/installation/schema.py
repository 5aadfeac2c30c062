"""Is the database's schema the one that this version needs?"""

from functools import cache

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from webapp import paths

_EVENTS = ("insert", "update", "delete")
TRIGGERS = {
    "audit_event": ("audit_event_follows", "audit_event_no_delete", "audit_event_no_update"),
    "config_version": ("config_version_applies", *(f"config_version_guard_{event}" for event in _EVENTS)),
    **{
        table: tuple(f"{table}_guard_{event}" for event in _EVENTS)
        for table in ("change_request", "contributor", "decision", "blob")
    },
}
"""Table -> what holds it append-only, and lets in what was approved alone; on PostgreSQL one more refuses TRUNCATE."""


def at_head(session: Session) -> bool:
    """Say whether every migration of this version has been applied, and none of a newer one."""
    return current_revision(session) == head_revision()


def serves(session: Session) -> bool:
    """Say whether this version can work with the schema: its own, or a newer one, to which migrations only add (record 27).

    So processes of the version before stay ready, and come back after a crash, while a new one is rolled out.
    """
    return (current_revision(session) or "") >= head_revision()


def current_revision(session: Session) -> str | None:
    """Give the revision that the database is at; None for an empty one."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    revision: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


@cache
def head_revision() -> str:
    """Give the newest revision that this version has: the files of migrations begin with theirs, which count up."""
    return max(file.name.partition("_")[0] for file in (paths.MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def missing_triggers(session: Session) -> list[str]:
    """Give the guards that the database lacks, a line each (architecture note §2.5)."""
    wanted = {name for names in TRIGGERS.values() for name in names}
    if session.get_bind().dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        wanted |= {f"{table}_no_truncate" for table in TRIGGERS}
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    missing = wanted - set(session.scalars(text(query)))
    return [f"the trigger {name} is missing" for name in sorted(missing)]
