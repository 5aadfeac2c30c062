"""How is the database brought to this version's schema, and compared with the models?

Alembic is read for these two alone: it would cost every process that serves 0.1 s and 4 MB.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from webapp import clock, paths
from webapp.domain.configs.kinds import INSTALLATION
from webapp.models.base import db
from webapp.services.configs import machine
from webapp.services.installation import schema
from webapp.settings import SettingsError

UPGRADE_LOCK = 7_242_001
"""Any number that nothing else locks."""
_LOOK_EVERY_S = 0.2
UNDER_WAY = "Another upgrade of this database is under way; this one waits for it."


@dataclass(frozen=True, slots=True)
class Upgrade:
    """From which revision a database came to which; None for an empty one."""

    before: str | None
    after: str | None


def prepare(app: Flask) -> None:
    """Tell Flask-Migrate where an application's migrations lie."""
    flask_migrate.Migrate(app, db, directory=str(paths.MIGRATIONS))


def upgrade(app: Flask) -> Upgrade:
    """Bring the database to this version's schema, with what an installation begins with; safe to run again.

    Several at once wait for each other. All of it is done as the role that owns the tables: the one that serves may have
    no right to them yet.
    """
    prepare(app)
    owner = create_engine(app.config["MIGRATION_URL"], poolclass=NullPool)
    with _alone(owner):
        before = _revision(owner)
        flask_migrate.upgrade()
        with Session(owner.execution_options(writes=True)) as session, session.begin():
            machine.install(session, INSTALLATION, now=clock.now())
        return Upgrade(before, _revision(owner))


def differences(session: Session) -> list[str]:
    """Give what the database has otherwise than the models, a line each; empty where they agree."""
    context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
    return [repr(step) for step in compare_metadata(context, db.metadata)]


def _revision(owner: Engine) -> str | None:
    with Session(owner) as session:
        return schema.current_revision(session)


@contextmanager
def _alone(owner: Engine) -> Iterator[None]:
    """Wait until nobody else upgrades the database, and let nobody in meanwhile.

    The lock is asked for again and again: to stand in line for it would be a statement that is never done, and on
    PostgreSQL an index that is made beside others' work would wait for that.
    """
    with _locking_database(owner) if owner.dialect.name == "postgresql" else _locking_folder(owner) as locked:
        if not locked():
            click.echo(UNDER_WAY, err=True)
            while not locked():
                time.sleep(_LOOK_EVERY_S)
        yield


@contextmanager
def _locking_database(owner: Engine) -> Iterator[Callable[[], bool]]:
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield lambda: bool(connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": UPGRADE_LOCK}))


@contextmanager
def _locking_folder(owner: Engine) -> Iterator[Callable[[], bool]]:
    """Lock the folder that the file is in: SQLite's own lock is needed by each migration, and a file for it would stay."""
    folder = Path(owner.url.database or "").absolute().parent
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as problem:
        raise SettingsError(f"CERTDESK_MIGRATION_URL: the folder {folder} cannot be read: {problem.strerror}") from None

    def locked() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        yield locked
    finally:
        os.close(handle)
