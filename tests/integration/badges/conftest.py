"""What do the tests of badges share?"""

import pytest
from sqlalchemy.orm import Session

from tests.integration.badges.awards import award_of, give_image, issue
from tests.integration.badges.judges import Fetching
from tests.integration.generation.conftest import desk
from tests.integration.generation.desk import Desk
from webapp.models.badges import BadgeAward

__all__ = ["award", "desk", "web"]


@pytest.fixture
def award(desk: Desk, session: Session) -> BadgeAward:
    """Ada's badge."""
    give_image(session)
    issue(desk)
    desk.send()
    return award_of(desk)


@pytest.fixture
def web(desk: Desk) -> Fetching:
    """What programs of others ask for our documents."""
    return Fetching(desk.app)
