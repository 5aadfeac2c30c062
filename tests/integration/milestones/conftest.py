"""Who has certificates made?"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.integration.generation.desk import Desk


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with an XQueue that takes everything."""
    settings = app.extensions["settings"]
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    yield desk
    app.extensions["settings"] = settings
