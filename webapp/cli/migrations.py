"""How is the database brought to this version's schema, and compared with the models?

Alembic is read for these two alone: it would cost every process that serves 0.1 s and 4 MB.
"""

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock, paths
from webapp.domain.configs.kinds import INSTALLATION
from webapp.models.base import db, unit_of_work
from webapp.services.configs import machine


def prepare(app: Flask) -> None:
    """Tell Flask-Migrate where an application's migrations lie."""
    flask_migrate.Migrate(app, db, directory=str(paths.MIGRATIONS))


def upgrade(app: Flask) -> None:
    """Bring the database to this version's schema, with what an installation begins with; safe to run again."""
    prepare(app)
    flask_migrate.upgrade()
    with unit_of_work() as session:
        machine.install(session, INSTALLATION, now=clock.now())


def differences(session: Session) -> list[str]:
    """Give what the database has otherwise than the models, a line each; empty where they agree."""
    context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
    return [repr(step) for step in compare_metadata(context, db.metadata)]
