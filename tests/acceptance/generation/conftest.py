"""What do the tests of generation under stress share?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.acceptance.generation.races import Hall
from tests.databases import KINDS, Databases
from tests.fakes import FakeAttempts, FakeQueue
from webapp.ports import Ports


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own, for processes of their own."""
    with databases.own(request.param) as database:
        yield database.url


@pytest.fixture
def hall(app: Flask) -> Hall:
    """The application, with an XQueue that takes everything."""
    queue = FakeQueue()
    app.extensions["settings"] = replace(
        app.extensions["settings"], xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass"
    )
    app.extensions["ports"] = Ports(FakeAttempts(), queue=queue)
    return Hall(app, queue)
