"""Who sits before the pages of changes?"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.factories.governance import Staff, make_staff
from tests.visitors import Visitor

SignIn = Callable[[str], Visitor]


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor, two approvers, an admin and a viewer."""
    return make_staff(session)


@pytest.fixture
def signed_in(app: Flask, staff: Staff) -> SignIn:
    """Give somebody of the staff at a browser of their own."""

    def sign_in(name: str) -> Visitor:
        visitor = Visitor(app)
        visitor.sign_in(name, PASSWORD)
        return visitor

    return sign_in
