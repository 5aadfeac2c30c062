"""Who follows the bus in a test?"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.integration.events.follower import Follower


@pytest.fixture
def follower(app: Flask) -> Iterator[Follower]:
    """The application with a bus that is none."""
    settings = app.extensions["settings"]
    yield Follower(app)
    app.extensions["settings"] = settings
