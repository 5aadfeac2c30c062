"""Who looks at configuration, and proposes changes of it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.factories.governance import Staff, make_staff
from tests.factories.pictures import a_picture
from tests.integration.governed.desk import make_picture
from tests.visitors import Visitor


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor, two approvers, an admin and a viewer."""
    return make_staff(session)


def signed_in(app: Flask, name: str) -> Visitor:
    """Give a person with a browser who has signed in."""
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    return visitor


@pytest.fixture
def eva(app: Flask, staff: Staff) -> Visitor:
    """The editor at a browser."""
    return signed_in(app, "eva")


@pytest.fixture
def adam(app: Flask, staff: Staff) -> Visitor:
    """The admin at a browser."""
    return signed_in(app, "adam")


@pytest.fixture
def vera(app: Flask, staff: Staff) -> Visitor:
    """The viewer at a browser."""
    return signed_in(app, "vera")


@pytest.fixture
def icon(session: Session) -> str:
    """The hash of a picture that is kept."""
    return make_picture(session, a_picture())
