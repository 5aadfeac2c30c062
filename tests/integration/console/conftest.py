"""Who comes to the desk?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import FakeAttempts
from tests.visitors import Visitor
from webapp import create_app
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings


@pytest.fixture
def sam(session: Session) -> Account:
    """An account with a password."""
    account = make_account(session, "sam", Role.SUPPORT)
    session.commit()
    return account


@pytest.fixture
def secure_app(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application as it is behind https, over the same database."""
    secure = create_app(replace(settings, base_url="https://desk.test"), Ports(attempts=FakeAttempts()))
    yield secure
    with secure.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def staff(visitor: Visitor, session: Session) -> Visitor:
    """Somebody who reads the desk."""
    make_account(session, "sam", Role.VIEWER)
    session.commit()
    visitor.sign_in("sam", PASSWORD)
    return visitor
