"""Who has certificates made where there is a bus, and which registry keeps its schemas?"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.integration.generation.desk import Desk
from tests.kafka import Registry, a_registry


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue and brokers that take everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    desk.sets(kafka_bootstrap_servers="kafka.test:9092")
    return desk


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A schema registry of the test's own."""
    with a_registry() as registry:
        yield registry
