"""Who has certificates made?"""

import pytest
from flask import Flask

from tests.integration.generation.desk import Desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue that takes everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk
