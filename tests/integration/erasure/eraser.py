"""How does a test erase a learner?"""

from sqlalchemy.orm import Session

from tests.factories.orders import SAM
from tests.fakes import NOON
from tests.integration.erasure.everywhere import USERNAME
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.models.base import unit_of_work
from webapp.models.learners import Learner
from webapp.services.erasure import erasing
from webapp.services.erasure.erasing import Erased, Foreseen

REASON = "Request 4711"


class Eraser(Desk):
    """Somebody who may erase learners."""

    def erases(self, username: str = USERNAME, reason: str = REASON) -> Erased:
        """Erase a learner at noon."""
        with self.app.app_context():
            return erasing.erase(unit_of_work, SAM, username, reason, new_key=clock.new_key, now=NOON)

    def foresees(self, username: str = USERNAME) -> Foreseen:
        """Say what would go."""
        with self.look() as session:
            return erasing.foresee(session, username)


def left_of(session: Session, learner_id: int) -> Learner:
    """Give what is left of a learner."""
    session.rollback()
    return session.get_one(Learner, learner_id, populate_existing=True)
