"""What do the tests of commands share?"""

import pytest
from flask import Flask

from tests.factories.population import Crowd, make_crowd_in
from tests.integration.cli.terminal import Terminal


@pytest.fixture
def terminal(app: Flask) -> Terminal:
    """Somebody at the machine, where an XQueue takes everything."""
    terminal = Terminal(app)
    terminal.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return terminal


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    """A course run whose learners hold nothing yet."""
    with terminal.work() as session:
        make_crowd_in(session, Crowd(30, certificates=0, exceptions=0))
    return terminal
