"""What do the tests of generation under stress share?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.acceptance.generation.races import Hall
from tests.databases import PostgresqlDatabase, migrate
from tests.fakes import FakeAttempts, FakeQueue
from webapp.ports import Ports


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[str]:
    """A migrated database of this test's own, for processes of their own."""
    if request.param == "postgresql":
        made = PostgresqlDatabase.make(f"certdesk_test_{worker_id}_generation")
        yield made.url
        made.drop()
        return
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    migrate(url)
    yield url


@pytest.fixture
def hall(app: Flask) -> Iterator[Hall]:
    """The application, with an XQueue that takes everything."""
    settings, queue = app.extensions["settings"], FakeQueue()
    app.extensions["settings"] = replace(
        settings, xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass"
    )
    app.extensions["ports"] = Ports(FakeAttempts(), queue=queue)
    yield Hall(app, queue)
    app.extensions["settings"] = settings
