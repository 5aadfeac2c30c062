"""Who asks for a certificate?"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import make_learner
from tests.integration.generation.desk import Desk
from tests.visitors import Visitor


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue that takes everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk


@pytest.fixture
def ada(app: Flask, desk: Desk, session: Session) -> FlaskClient:
    """The browser of ada, who has signed in with an account that is tied to the learner."""
    learner = make_learner(session, name="Ada Lovelace", external_id=7)
    make_account(session, "ada.account", learner_id=learner.id)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("ada.account", PASSWORD)
    return visitor.client
