"""Who has certificates made where there is a bus?"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.integration.generation.desk import Desk


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with an XQueue and brokers that take everything."""
    settings = app.extensions["settings"]
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    desk.sets(kafka_bootstrap_servers="kafka.test:9092")
    yield desk
    app.extensions["settings"] = settings
