"""How does each test get a database of its own, migrated, on SQLite and on PostgreSQL?"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from webapp.models.base import db

POSTGRESQL_URL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
AMQP_URL = os.environ.get("TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")


def required() -> bool:
    """Say whether a missing service is a failure instead of a skip."""
    return os.environ.get("REQUIRE_SERVICES") == "1"


def missing(what: str) -> None:
    """Skip the test for want of a service, or fail it where services are required."""
    if required():
        pytest.fail(f"{what} is required (REQUIRE_SERVICES=1) and cannot be reached")
    pytest.skip(f"{what} cannot be reached on this machine")


def migrate(url: str) -> None:
    """Bring a database to the newest schema, in a process of its own as an operator would."""
    environ = {**os.environ, "CERTDESK_DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "webapp", "db", "upgrade"], env=environ, check=True, capture_output=True)


@dataclass
class SqliteDatabase:
    """A file; emptied by copying the migrated one over it."""

    path: Path
    template: Path

    @property
    def url(self) -> str:
        """Where it is."""
        return f"sqlite:///{self.path}"

    @classmethod
    def make(cls, folder: Path) -> "SqliteDatabase":
        """Make a migrated file once, to copy from."""
        template = folder / "template.sqlite3"
        migrate(f"sqlite:///{template}")
        return cls(folder / "test.sqlite3", template)

    def empty(self, app: Flask) -> None:
        """Take everything out of it."""
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)


@dataclass
class PostgresqlDatabase:
    """A database of the test run's own; emptied by deleting every row with the triggers asleep."""

    url: str

    @classmethod
    def make(cls, name: str) -> "PostgresqlDatabase":
        """Make the database anew, or skip where there is no server."""
        server = create_engine(POSTGRESQL_URL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
        try:
            with server.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
                connection.execute(text(f'CREATE DATABASE "{name}"'))
        except OperationalError:
            missing("PostgreSQL")
        finally:
            server.dispose()
        url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
        migrate(url)
        return cls(url)

    def drop(self) -> None:
        """Take it off the server."""
        url = make_url(self.url)
        server = create_engine(POSTGRESQL_URL, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
        server.dispose()

    def empty(self, app: Flask) -> None:
        """Take everything out of it."""
        tables = ";".join(f'DELETE FROM "{table.name}"' for table in reversed(db.metadata.sorted_tables))  # noqa: S608 - our own tables
        with app.app_context():
            db.session.remove()
            with db.engine.begin() as connection:
                connection.execute(text(f"SET LOCAL session_replication_role = replica;{tables}"))


Database = SqliteDatabase | PostgresqlDatabase
