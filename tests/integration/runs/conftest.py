"""What do the tests of runs share?"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.integration.runs.carrying import RunDesk
from tests.visitors import Visitor
from webapp.domain.roles import Role


@pytest.fixture
def desk(app: Flask) -> RunDesk:
    """The application with an XQueue that takes everything, where runs are asked for and carried forward."""
    desk = RunDesk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk


def _visit(app: Flask, session: Session, name: str, role: Role) -> Visitor:
    make_account(session, name, role)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    return visitor


@pytest.fixture
def support(app: Flask, desk: RunDesk, session: Session) -> Visitor:
    """Somebody of support."""
    return _visit(app, session, "sue", Role.SUPPORT)


@pytest.fixture
def viewer(app: Flask, desk: RunDesk, session: Session) -> Visitor:
    """Somebody who only reads."""
    return _visit(app, session, "vera", Role.VIEWER)
