"""How do staff apply a refused delivery again, once its cause is mended?"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.actors import Actor, words_for
from webapp.domain.queue.deliveries import REFUSED, Endpoint
from webapp.errors import NotApplicable
from webapp.models.messages import CallbackInbox
from webapp.services import audit
from webapp.services.certificates import callbacks, examples
from webapp.services.following.moves import Switches
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Delivery, Verdict
from webapp.wording import phrase


def apply_again(
    session: Session,
    actor: Actor,
    delivery_id: int,
    *,
    switches: Switches,
    now: datetime,
    new_uuid: Callable[[], str],
) -> Verdict:
    """Apply a refused delivery once more as it came; raises UnknownDelivery, NotApplicable."""
    row = inbox.get_delivery(session, delivery_id)
    reason = why_not(row)
    if reason:
        raise NotApplicable(reason)
    if row.endpoint is Endpoint.CERTIFICATE:
        return callbacks.take_again(session, actor, row, switches=switches, now=now, new_uuid=new_uuid)
    delivery = Delivery(row.endpoint, row.header, row.body, row.address, actor.request_id)
    verdict = examples.apply(session, delivery, actor, now=now)
    inbox.record_retry(session, row, verdict)
    audit.append(
        session, actor, "delivery.tried_again", "delivery", str(row.id), now=now, details={"outcome": verdict.outcome}
    )
    return verdict


def why_not(row: CallbackInbox) -> str | None:
    """Say why a delivery cannot be applied again, or give None where it can."""
    if row.outcome not in REFUSED:
        return phrase("It was taken already; there is nothing to apply.")
    if row.closed_at is not None:
        return phrase("{closed_by} has closed it; reopen it first.", closed_by=words_for(row.closed_by))
    if not row.whole:
        return phrase("It was too long to be kept whole; ask for the certificate anew instead.")
    return None
