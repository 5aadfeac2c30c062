"""How is the database brought to this version's schema, and compared with the models?

Alembic is read for these two alone: it would cost every process that serves 0.1 s and 4 MB.
"""

from dataclasses import dataclass

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from webapp import clock, paths
from webapp.domain.configs.kinds import INSTALLATION
from webapp.models.base import db
from webapp.services.configs import machine
from webapp.services.installation import schema


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

    All of it is done as the role that owns the tables: the one that serves may have no right to them yet.
    """
    prepare(app)
    owner = create_engine(app.config["MIGRATION_URL"], poolclass=NullPool)
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
