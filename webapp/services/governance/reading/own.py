"""What did somebody ask for last, and how does it stand? For those who ask without a role of the desk."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.approval.states import Origin
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance.reading.review import Review, read_review
from webapp.services.governance.terms import Terms


def find_last(session: Session, terms: Terms, kind: str, key: str) -> Review | None:
    """Give the newest proposal of whoever acts on a key, open or ended; None where they never made one."""
    number = find_last_id(session, terms.actor.id, kind, key)
    return None if number is None else read_review(session, terms, number)


def find_last_id(session: Session, account_id: int | None, kind: str, key: str) -> int | None:
    """Give the number of the newest proposal of an account on a key, as `find_last`; None for no account."""
    if account_id is None:
        return None
    asked = select(ChangeRequest.id).where(
        ChangeRequest.kind == kind,
        ChangeRequest.key == key,
        ChangeRequest.author_id == account_id,
        ChangeRequest.origin == Origin.PROPOSAL,
    )
    return session.scalar(asked.order_by(ChangeRequest.id.desc()).limit(1))
