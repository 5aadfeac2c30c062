"""Who looks at the lists?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.visitors import Visitor
from webapp.domain.roles import Role


@pytest.fixture
def staff(visitor: Visitor, session: Session) -> Visitor:
    """Somebody who may see every list."""
    make_account(session, "sam", Role.SUPPORT, Role.ADMIN)
    session.commit()
    visitor.sign_in("sam", PASSWORD)
    return visitor
