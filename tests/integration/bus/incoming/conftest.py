"""Who follows the bus in a test?"""

import pytest
from flask import Flask

from tests.integration.bus.incoming.follower import Follower


@pytest.fixture
def follower(app: Flask) -> Follower:
    """The application with a bus that is none."""
    return Follower(app)
