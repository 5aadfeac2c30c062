"""Fixtures of the tests that look at the project itself."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.databases import POSTGRESQL_URL, Database, SqliteDatabase
from tests.fakes import FakeAttempts
from webapp import create_app
from webapp.cli import migrations
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings

SPARE = f"certdesk_migrations_{os.getpid()}"


@pytest.fixture
def fresh_app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database in which nothing is yet."""
    if isinstance(database, SqliteDatabase):
        yield from _over(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
        return
    server = create_engine(POSTGRESQL_URL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{SPARE}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{SPARE}"'))
    yield from _over(make_url(POSTGRESQL_URL).set(database=SPARE).render_as_string(hide_password=False))
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{SPARE}" WITH (FORCE)'))
    server.dispose()


def _over(url: str) -> Iterator[Flask]:
    app = create_app(Settings(database_url=url, secret_key="not-a-secret-of-anyone"), Ports(attempts=FakeAttempts()))
    migrations.prepare(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
