"""Who looks at the pages of a course run, and with what behind them?"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.integration.courses.pages import CoursePage
from tests.integration.generation.desk import Desk
from tests.visitors import Visitor
from webapp.domain.roles import Role

Enter = Callable[..., CoursePage]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with ports that are none."""
    return Desk(app)


@pytest.fixture
def enter(app: Flask, desk: Desk, session: Session) -> Enter:
    """Sign somebody in with roles, or tied to a learner, and give them the page."""

    def enter(name: str, *roles: Role, learner_id: int | None = None) -> CoursePage:
        make_account(session, name, *roles, learner_id=learner_id)
        session.commit()
        visitor = Visitor(app)
        visitor.sign_in(name, PASSWORD)
        return CoursePage(visitor)

    return enter


@pytest.fixture
def support(enter: Enter) -> CoursePage:
    """Somebody of support."""
    return enter("sam", Role.SUPPORT)
