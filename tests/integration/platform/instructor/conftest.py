"""Who looks at the instructor's page?"""

import pytest
from flask import Flask

from tests.factories.accounts import make_account
from tests.factories.candidates import make_run
from tests.factories.platform_clients import FrontEnd
from tests.integration.generation.desk import Desk
from tests.integration.platform.instructor.pages import make_teacher


@pytest.fixture
def page(app: Flask, desk: Desk) -> FrontEnd:
    """The page of somebody who teaches the course run, and has an account here."""
    with desk.work() as session:
        make_run(session)
        make_account(session, "teacher.account", learner_id=make_teacher(session).id)
    return FrontEnd(app, "teacher")
