"""Whose second factor is it?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from webapp.domain.roles import Role
from webapp.models.accounts import Account


@pytest.fixture
def adam(session: Session) -> Account:
    """An admin with a password."""
    account = make_account(session, "adam", Role.ADMIN)
    session.commit()
    return account
