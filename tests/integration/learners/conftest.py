"""Who looks at learners, and with what behind them?"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import SupportPage
from tests.visitors import Visitor
from webapp.domain.roles import Role


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue that takes everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk


@pytest.fixture
def support(app: Flask, desk: Desk, session: Session) -> SupportPage:
    """Somebody of support, before the page of ada in the course run with web certificates."""
    make_account(session, "sam", Role.SUPPORT)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("sam", PASSWORD)
    return SupportPage(visitor)


@pytest.fixture
def viewer(app: Flask, desk: Desk, session: Session) -> SupportPage:
    """Somebody who only reads, before the same page."""
    make_account(session, "vera", Role.VIEWER)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("vera", PASSWORD)
    return SupportPage(visitor)
