"""How many changes are in review, in which state, and for how long?"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.approval.states import State
from webapp.domain.watching.figures import Age, age_of
from webapp.models.governance.changes import LIVE, ChangeRequest
from webapp.services.governance.reading.listing import BY_PEOPLE

COUNTED = 1_000
"""So many are counted, the oldest of them: more than that at once is no review."""


def count_in_review(session: Session, *, now: datetime) -> Mapping[tuple[State, Age], int]:
    """Give how many changes of people are open, by their state and by how long ago they were asked for."""
    query = select(ChangeRequest.state, ChangeRequest.created_at).where(LIVE, ChangeRequest.origin.in_(BY_PEOPLE))
    rows = session.execute(query.order_by(ChangeRequest.id).limit(COUNTED))
    return Counter((state, age_of(created_at, now)) for state, created_at in rows)
