"""How does Alembic reach the database? Run by Flask-Migrate inside the application's context."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool

from webapp.models.base import db


def run_migrations() -> None:
    """Bring the database that the settings name to the revision that was asked for."""
    engine = create_engine(current_app.config["MIGRATION_URL"], poolclass=pool.NullPool)
    # On SQLite each migration takes the write lock at once, and so waits for a service at work: one that reads first
    # fails where somebody has written meanwhile.
    with engine.execution_options(writes=True).connect() as connection:
        if connection.dialect.name == "sqlite":
            # To change a column SQLite makes the table anew and drops the old one, of whose rows others would let go.
            driver: Any = connection.connection.driver_connection  # a pragma only counts outside of a transaction
            driver.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
