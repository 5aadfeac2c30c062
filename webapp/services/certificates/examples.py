"""What does an answer of the queue do to an example certificate?"""

import hmac
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.actors import QUEUE_NAME, Actor
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.identifiers import made_storable
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.queue.messages import BadResult, ExampleResult, parse_example_result, parse_object
from webapp.models.examples import ExampleCertificate
from webapp.services import audit
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Delivery, Verdict

URL_MISSING = "Parameter 'download_url' is required for successfully generated certificates."


def take(session: Session, delivery: Delivery, *, now: datetime) -> Verdict:
    """Apply one delivery to its example, or refuse it, and keep it in the inbox (domain note §4.3)."""
    actor = Actor(QUEUE_NAME, ip=delivery.address, request_id=delivery.request_id)
    verdict = apply(session, delivery, actor, now=now)
    return inbox.keep_alone(session, delivery, verdict, now=now)


def apply(session: Session, delivery: Delivery, actor: Actor, *, now: datetime) -> Verdict:
    """Read a delivery and change its example; keeps nothing in the inbox."""
    try:
        key, message = _parse(delivery)
    except BadResult as problem:
        return Verdict(Outcome.UNREADABLE, str(problem))
    uuid = message.get("username")
    about = Verdict(
        Outcome.UNKNOWN_KEY,
        "unable to lookup key",
        made_storable(key),
        made_storable(uuid) if isinstance(uuid, str) else "",
    )
    example = _find(session, about.username, key)
    if example is None:
        return about
    about = replace(about, outcome=Outcome.APPLIED, content="", example_id=example.id, matched=True)
    try:
        result = parse_example_result(key, message)
    except BadResult as problem:
        return replace(about, outcome=Outcome.INVALID_BODY, content=str(problem))
    if not result.failed and result.url is None:
        return replace(about, outcome=Outcome.INVALID_BODY, content=URL_MISSING)
    if not _change(example, result, now):
        return replace(about, outcome=Outcome.DUPLICATE, failed=result.failed)
    session.flush()
    details = {"status": example.status, "mode": example.description}
    audit.append(session, actor, "example.answered", "example", str(example.id), now=now, details=details)
    return replace(about, failed=result.failed)


def _parse(delivery: Delivery) -> tuple[str, dict[str, object]]:
    """The old answers, in their old order (domain note §4.3, rows 2 to 4)."""
    if delivery.body is None:
        raise BadResult("Parameter 'xqueue_body' is required.")
    if delivery.header is None:
        raise BadResult("Parameter 'xqueue_header' is required.")
    try:
        message, header = parse_object(delivery.body), parse_object(delivery.header)
    except BadResult:
        raise BadResult("Parameters must be JSON-serialized.") from None
    key = header.get("lms_key")
    return key if isinstance(key, str) else "", message


def _find(session: Session, uuid: str, key: str) -> ExampleCertificate | None:
    example = session.scalar(select(ExampleCertificate).where(ExampleCertificate.uuid == uuid).with_for_update())
    if example is None or not example.access_key:
        return None
    return example if hmac.compare_digest(example.access_key.encode(), key.encode("utf-8", "replace")) else None


def _change(example: ExampleCertificate, result: ExampleResult, now: datetime) -> bool:
    """Write what the answer says and give whether that was news; what an earlier answer of the other kind left stays."""
    before = (example.status, example.error_reason, example.download_url)
    if result.failed:
        example.status = ExampleStatus.ERROR
        example.error_reason = result.reason or example.error_reason
    else:
        example.status = ExampleStatus.SUCCESS
        example.download_url = result.url or example.download_url
    changed = before != (example.status, example.error_reason, example.download_url)
    if changed:
        example.modified_at = now
    return changed
