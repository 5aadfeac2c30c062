"""What do the tests of runs share?"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.integration.runs.carrying import RunDesk


@pytest.fixture
def desk(app: Flask) -> Iterator[RunDesk]:
    """The application with an XQueue that takes everything, where runs are asked for and carried forward."""
    settings = app.extensions["settings"]
    desk = RunDesk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    yield desk
    app.extensions["settings"] = settings
