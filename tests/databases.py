"""How does each test get a database of its own, migrated, on SQLite and on PostgreSQL?"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests import starting
from webapp.models.base import db

KINDS = ("sqlite", "postgresql")
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
    starting.run(("db", "upgrade"), {**os.environ, "CERTDESK_DATABASE_URL": url}).check_returncode()


@dataclass
class SqliteDatabase:
    """A file; emptied by copying the migrated one over it."""

    path: Path
    template: Path

    @property
    def url(self) -> str:
        """Where it is."""
        return f"sqlite:///{self.path}"

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
    """A database on the server; emptied by deleting every row with the triggers asleep."""

    name: str
    _as_it_was: str = ""

    @property
    def url(self) -> str:
        """Where it is."""
        return make_url(POSTGRESQL_URL).set(database=self.name).render_as_string(hide_password=False)

    def create(self, template: str = "template1") -> None:
        """Make it anew as a copy of another one, or skip where there is no server."""
        try:
            _on_server(
                f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
                f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"',
                f'ALTER DATABASE "{self.name}" SET synchronous_commit = off',  # no test pulls the server's plug
            )
        except OperationalError:
            missing("PostgreSQL")

    def drop(self) -> None:
        """Take it off the server."""
        _on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def keep(self) -> None:
        """Remember what is in it now: whatever is emptied later, in it or a copy of it, begins with this again."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA kept"))
            for table in inspect(connection).get_table_names(schema="public"):
                if connection.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1')).first():  # noqa: S608 - our own table
                    connection.execute(text(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"'))
        engine.dispose()

    def empty(self, app: Flask) -> None:
        """Take out of it what was not there when it was migrated."""
        with app.app_context():
            db.session.remove()
            with db.engine.begin() as connection:
                self._as_it_was = self._as_it_was or _as_it_was(connection)
                connection.execute(text(self._as_it_was))


Database = SqliteDatabase | PostgresqlDatabase


class Databases:
    """Makes migrated databases for one test process: the migrations run once on each kind, the rest is copying."""

    def __init__(self, folder: Path) -> None:
        """Put files into the folder; on the server, no two processes share a name."""
        self._folder, self._prefix = folder, f"certdesk_test_{os.getpid()}"
        self._numbers = count()

    @contextmanager
    def own(self, kind: str) -> Iterator[Database]:
        """Lend a migrated and empty database that nobody else has."""
        number = next(self._numbers)
        if kind == "sqlite":
            file = SqliteDatabase(self._folder / f"{number}.sqlite3", self.sqlite_template)
            shutil.copyfile(file.template, file.path)
            yield file
            return
        database = PostgresqlDatabase(f"{self._prefix}_{number}")
        database.create(self._postgresql_template.name)
        try:
            yield database
        finally:
            database.drop()

    @cached_property
    def sqlite_template(self) -> Path:
        """A migrated file, to copy from."""
        path = self._folder / "template.sqlite3"
        migrate(f"sqlite:///{path}")
        return path

    @cached_property
    def _postgresql_template(self) -> PostgresqlDatabase:
        template = PostgresqlDatabase(f"{self._prefix}_template")
        template.create()
        migrate(template.url)
        template.keep()
        return template

    def close(self) -> None:
        """Leave nothing on the server."""
        if "_postgresql_template" in vars(self):
            self._postgresql_template.drop()


def _as_it_was(connection: Connection) -> str:
    tables, kept = db.metadata.tables, inspect(connection).get_table_names(schema="kept")
    return ";".join(
        [
            "SET LOCAL session_replication_role = replica",
            *(f'DELETE FROM "{table}"' for table in tables),  # noqa: S608 - our own tables
            *(
                f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE TABLE kept."{table}"'
                for table in kept
                if table in tables
            ),
        ]
    )


def _on_server(*statements: str) -> None:
    server = create_engine(POSTGRESQL_URL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with server.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        server.dispose()
