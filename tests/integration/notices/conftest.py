"""Who takes part, and how do mails leave?"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_staff
from tests.integration.notices.post import Post


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor, two approvers, an admin and a viewer."""
    return make_staff(session)


@pytest.fixture
def post(app: Flask) -> Post:
    """The application with a mail server that takes everything."""
    return Post(app)
