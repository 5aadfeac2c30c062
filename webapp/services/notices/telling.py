"""How is a move of a change request told: to whom it concerns, and to the audit?"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from webapp.models.governance.changes import ChangeRequest
from webapp.services import audit
from webapp.services.governance.applying import act_of
from webapp.services.governance.terms import Terms
from webapp.services.notices import writing


def tell(
    session: Session,
    terms: Terms,
    change: ChangeRequest,
    action: str,
    details: Mapping[str, object] | None = None,
    *,
    reason: str = "",
    to_version: int | None = None,
) -> ChangeRequest:
    """Write one move down, as the last thing of its transaction: its notices, then its audit event.

    `to_version` is what it made live; whose open request has become stale by that is told as well.
    """
    session.flush()
    writing.write(session, terms.actor, change, action, note=reason, now=terms.now)
    if to_version is not None:
        writing.write_stale(session, terms.actor, change.kind, change.key, now=terms.now)
    act = act_of(change, action, details, reason=reason, to_version=to_version)
    audit.append_all(session, terms.actor, [act], now=terms.now)
    return change
