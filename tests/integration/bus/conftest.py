"""Who has certificates made where there is a bus?"""

import pytest
from flask import Flask

from tests.integration.generation.desk import Desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue and brokers that take everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    desk.sets(kafka_bootstrap_servers="kafka.test:9092")
    return desk
