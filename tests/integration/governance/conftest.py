"""Who takes part in approving."""

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_staff


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor, two approvers, an admin and a viewer."""
    return make_staff(session)
