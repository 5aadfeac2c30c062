"""Which emergencies are looked at by being undone (approvals note §3.2)?"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models.governance.changes import OWED, ChangeRequest
from webapp.services.governance import standing
from webapp.services.governance.terms import Terms
from webapp.services.notices.telling import tell


def settle_undone(session: Session, terms: Terms, change: ChangeRequest) -> None:
    """Count an emergency as reviewed once its value was taken back to a version from before it.

    `change` has just become live. Whoever approved it has looked at what it undoes, unless they wrote on that themselves.
    """
    if change.reverts_version is None:
        return
    approvers = {one.account_id: one.account_name for one in standing.approvals_of(session, change)}
    query = select(ChangeRequest).where(OWED, ChangeRequest.kind == change.kind, ChangeRequest.key == change.key)
    for emergency in session.scalars(query.where(ChangeRequest.base_version >= change.reverts_version)).all():
        wrote = {one.account_id for one in emergency.contributors}
        others = [name for account_id, name in approvers.items() if account_id not in wrote]
        if others:
            emergency.reviewed_at, emergency.reviewed_by = terms.now, others[0]
            tell(session, terms, emergency, "change.reviewed", {"undone_by": change.id})
