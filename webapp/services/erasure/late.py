"""What becomes of an answer of the queue about somebody who is erased, and comes all the same?"""

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.models.base import Transactions
from webapp.models.messages import CallbackInbox
from webapp.services.erasure import marks
from webapp.services.erasure.parts import EMPTY_DELIVERY


def forget_deliveries(session: Session, username: str) -> None:
    """Empty the kept deliveries that name a user name."""
    named = update(CallbackInbox).where(CallbackInbox.username == username)
    session.execute(named.values(dict(EMPTY_DELIVERY)), execution_options={"synchronize_session": False})


def forget_if_erased(session: Session, begin: Transactions, username: str) -> None:
    """Empty what was just kept of somebody, if they are erased by now.

    Asked once it is committed: who erases looks through the inbox once more after their own commit, so that of two at
    once one at least sees the other.
    """
    if username and marks.find_erased_name(session, username) is not None:
        with begin() as work:
            forget_deliveries(work, username)
