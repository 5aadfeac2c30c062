"""Does somebody want to be shown the first hour? Each person says so for themselves."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.models.accounts import Account
from webapp.services.first_hour.steps import Found, find_first, find_steps

STAYS = timedelta(days=1)
"""So long after the first certificate the way to it still stands there for whoever said nothing."""


def find_tour(session: Session, account_id: int | None, *, now: datetime) -> list[Found] | None:
    """Give how far each step is, for somebody who is to be shown them; None for whoever has no need of it.

    Who never said anything is shown them until a day after the first certificate was issued.
    """
    wanted = session.scalar(select(Account.tour).where(Account.id == account_id))
    if wanted is False:
        return None
    first = find_first(session)
    if wanted or not first.done or (first.at is not None and now - first.at < STAYS):
        return find_steps(session, first)
    return None


def set_tour(session: Session, account_id: int, *, wanted: bool) -> None:
    """Let somebody be shown the first hour on their home page, or no more; said twice it is said once."""
    session.execute(update(Account).where(Account.id == account_id).values(tour=wanted))
