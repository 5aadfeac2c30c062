"""Where programs act on many learners at once."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.programs import Program, program_of
from tests.integration.runs.carrying import RunDesk
from webapp.domain.roles import Role, Scope


@pytest.fixture
def desk(app: Flask) -> RunDesk:
    """The application with an XQueue that takes everything, where runs are carried forward."""
    desk = RunDesk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk


@pytest.fixture
def support(app: Flask, desk: RunDesk, session: Session) -> Program:
    """A program of somebody of support's, for certificates alone."""
    account = make_account(session, "sue", Role.SUPPORT)
    return program_of(app, session, account, [Scope.CERTIFICATES_READ, Scope.CERTIFICATES_WRITE])


@pytest.fixture
def viewer(app: Flask, desk: RunDesk, session: Session) -> Program:
    """A program of somebody's who only reads."""
    return program_of(app, session, make_account(session, "vera", Role.VIEWER))
