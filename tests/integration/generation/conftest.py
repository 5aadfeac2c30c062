"""What do the tests of generation share?"""

import pytest
from flask import Flask

from tests.factories.candidates import PDF, make_candidate, make_run
from tests.factories.certificates import make_noise
from tests.factories.orders import an_order
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.services.generation import acts


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue that takes everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk


@pytest.fixture
def submitted(desk: Desk) -> Desk:
    """Ada's PDF waits to be sent, beside certificates whose jobs left long ago."""
    with desk.work() as session:
        make_run(session, PDF)
        make_candidate(session, course_id=PDF)
        make_noise(session)
        acts.generate(session, an_order(now=clock.now()), "ada", PDF)
    return desk
