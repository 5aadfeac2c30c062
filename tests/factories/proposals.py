"""So many change requests that a list which reads them all is seen to."""

from datetime import timedelta

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tests.fakes import NOON
from webapp.domain.approval.states import Origin, State
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest

CLOSED = (State.REJECTED, State.WITHDRAWN, State.EXPIRED)


def make_many(session: Session, author: Account, number: int = 6_000) -> None:
    """File many changes of courses that are closed by now; of every thousand one is open."""
    rows = [
        {
            "origin": Origin.PROPOSAL,
            "kind": "course",
            "key": f"course-v1:Crowd+C{one}+1",
            "payload": '{"self_generation_enabled":true,"use_updated":null}',
            "base_version": 0,
            "state": State.PENDING,
            "approvals_needed": 1,
            "author_id": author.id,
            "author_name": author.username,
            "reason": "Because the tests ask for it.",
            "created_at": NOON,
            "touched_at": NOON,
        }
        for one in range(number)
    ]
    session.execute(insert(ChangeRequest), rows)
    session.flush()
    for place, state in enumerate(CLOSED):
        closing = update(ChangeRequest).where(
            ChangeRequest.kind == "course", ChangeRequest.id % 1_000 != 0, ChangeRequest.id % 3 == place
        )
        values = {"state": state, "closed_at": NOON + timedelta(hours=1)}
        session.execute(closing.values(values), execution_options={"synchronize_session": False})
    session.commit()
