"""What does an answer of the queue do to its certificate? Once, whatever comes twice, late or at once."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.actors import QUEUE_NAME, Actor
from webapp.domain.certificates import transitions
from webapp.domain.certificates.statuses import SETTLED, Status
from webapp.domain.certificates.transitions import Answer, Cause
from webapp.domain.queue import deliveries
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.queue.messages import (
    BadResult,
    QueueResult,
    UnreadableHeader,
    cut,
    digest,
    parse_key,
    parse_result,
)
from webapp.models.audit import AuditEvent
from webapp.models.messages import CallbackInbox
from webapp.models.prepared import Line, Rows
from webapp.services import audit
from webapp.services.audit import Act
from webapp.services.certificates import settling
from webapp.services.certificates.settling import TRIES, ChangedMeanwhile, Row, Settlement
from webapp.services.following.moves import Switches
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Delivery, Verdict

_TOLD = frozenset({"status", "verify_uuid", "download_uuid", "download_url", "error_reason"})


def take(line: Line, delivery: Delivery, *, switches: Switches, now: datetime, new_uuid: Callable[[], str]) -> Verdict:
    """Apply one delivery to its certificate, or refuse it, and keep it in the inbox; what it writes is one transaction.

    One that matches no certificate is neither kept nor counted here; raises ChangedMeanwhile.
    """
    actor = _queue(delivery)

    def beside(verdict: Verdict) -> Rows:
        event = audit.row_of(actor, _act(verdict), now=now)
        return {CallbackInbox: inbox.row_of(delivery, verdict, now=now), AuditEvent: event}

    verdict = _apply(line, delivery, actor, beside, switches=switches, now=now, new_uuid=new_uuid)
    if not verdict.matched:
        return replace(verdict, kept=False)
    return verdict if verdict.outcome is Outcome.APPLIED else inbox.keep(line, delivery, verdict, now=now)


def take_again(
    session: Session,
    actor: Actor,
    row: CallbackInbox,
    *,
    switches: Switches,
    now: datetime,
    new_uuid: Callable[[], str],
) -> Verdict:
    """Apply a kept delivery once more, on behalf of staff; raises ChangedMeanwhile."""
    delivery = Delivery(row.endpoint, row.header, row.body, row.address, actor.request_id)
    verdict = apply(session, delivery, actor, switches=switches, now=now, new_uuid=new_uuid)
    inbox.record_retry(session, row, verdict)
    act = _act(verdict, row.id) if verdict.outcome is Outcome.APPLIED else _tried(verdict, row.id)
    audit.append_all(session, actor, [act], now=now)
    return verdict


def apply(
    session: Session,
    delivery: Delivery,
    actor: Actor,
    *,
    switches: Switches,
    now: datetime,
    new_uuid: Callable[[], str],
) -> Verdict:
    """Read a delivery and settle its certificate; keeps nothing in the inbox, leaves no audit event; raises ChangedMeanwhile."""
    line = Line.of(session)
    return _apply(line, delivery, actor, lambda _: {}, switches=switches, now=now, new_uuid=new_uuid)


def find_unreadable(delivery: Delivery) -> Verdict | None:
    """Give why a delivery did not come through XQueue, or None where it may have; asks nothing of the database."""
    try:
        parse_key(delivery.header)
    except UnreadableHeader as problem:
        return Verdict(Outcome.UNREADABLE, str(problem))
    return None


def _apply(
    line: Line,
    delivery: Delivery,
    actor: Actor,
    beside: Callable[[Verdict], Rows],
    *,
    switches: Switches,
    now: datetime,
    new_uuid: Callable[[], str],
) -> Verdict:
    """Judge a delivery by what is read, and write on the condition that it still is so: else read and judge again."""
    for _ in range(TRIES):
        verdict, settlement = _judge(line, delivery, actor, now=now, new_uuid=new_uuid)
        if settlement is None or settling.settle(line, settlement, beside(verdict), switches=switches, now=now):
            return verdict
    raise ChangedMeanwhile("The certificate changed each time that it was about to be settled.")


def _judge(
    line: Line, delivery: Delivery, actor: Actor, *, now: datetime, new_uuid: Callable[[], str]
) -> tuple[Verdict, Settlement | None]:
    try:
        key = parse_key(delivery.header)
    except UnreadableHeader as problem:
        return Verdict(Outcome.UNREADABLE, str(problem)), None
    try:
        result = parse_result(key, delivery.body)
    except BadResult as problem:
        return _not_a_result(line, key, str(problem)), None
    row = settling.find_row(line, result)
    about = Verdict(
        Outcome.APPLIED,
        key=key,
        username=result.username,
        course_id=result.course_id,
        certificate_id=row.id if row else None,
    )
    if row is None or not _same_key(row.key, key):
        return _refused(about, Outcome.UNKNOWN_KEY), None
    about = replace(about, matched=True, failed=result.answer is Answer.FAILED)
    target = transitions.after_answer(row.status, result.answer)
    if target is None:
        return _refused(about, _repetition(line, delivery, result, row)), None
    if target is Status.DOWNLOADABLE and not result.url:
        return replace(about, outcome=Outcome.INVALID_BODY, content="xqueue_body has no url"), None
    if target is Status.DOWNLOADABLE and row.id_taken:
        return _refused(about, Outcome.ID_TAKEN), None
    changes = _changes(result, row, target, now=now, new_uuid=new_uuid)
    return replace(about, removed=target is Status.DELETED, written=_written(row, changes)), Settlement(
        row, target, changes, _move(row, target, changes, actor, now)
    )


def _changes(
    result: QueueResult, row: Row, target: Status, *, now: datetime, new_uuid: Callable[[], str]
) -> dict[str, object]:
    """The columns that an answer writes (domain note §2, §4.2)."""
    changes: dict[str, object] = {"status": target, "modified_at": now}
    if target is Status.DOWNLOADABLE:
        changes["download_uuid"] = result.download_uuid
        changes["download_url"] = result.url
        changes["verify_uuid"] = result.verify_uuid or row.verify_uuid or new_uuid()
        changes["issued_at"] = row.issued_at or now
    if target is Status.ERROR:
        reason = row.error_reason or result.error if result.reason is None else result.reason
        changes["error_reason"] = cut(reason)
    return changes


def _move(row: Row, target: Status, changes: dict[str, object], actor: Actor, now: datetime) -> dict[str, object]:
    return {
        "at": now,
        "from_status": row.status,
        "to_status": target,
        "cause": Cause.QUEUE_ANSWER.value,
        "actor_name": actor.name,
        "reason": changes.get("error_reason", ""),
        "request_id": actor.request_id,
    }


def _repetition(line: Line, delivery: Delivery, result: QueueResult, row: Row) -> Outcome:
    """Tell a harmless repetition of the answer that was taken from a rival one (decision 5)."""
    taken = settling.find_taken_digest(line, row)
    if taken == digest(delivery.header, delivery.body):
        return Outcome.DUPLICATE
    if taken is None and row.status not in SETTLED:
        return Outcome.INVALID_STATUS
    if _says_what_row_says(result, row):
        return Outcome.DUPLICATE
    # An error names no other file, and what we gave up ourselves has no answer that another could be a rival of.
    was_answered = taken is not None or row.status is not Status.ERROR
    return Outcome.CONFLICT if result.answer is Answer.DONE and was_answered else Outcome.INVALID_STATUS


def _says_what_row_says(result: QueueResult, row: Row) -> bool:
    if row.status is Status.ERROR:
        return result.answer is Answer.FAILED and result.reason in (None, row.error_reason)
    if row.status is Status.DELETED:
        return result.answer is Answer.DONE
    return (
        row.status is Status.DOWNLOADABLE
        and result.answer is Answer.DONE
        and result.url == row.download_url
        and result.download_uuid == row.download_uuid
        and result.verify_uuid in ("", row.verify_uuid)
    )


def _not_a_result(line: Line, key: str, content: str) -> Verdict:
    """XQueue's own retire command sends a body without a learner: its key alone says what it is about (XQueue note §2)."""
    verdict = Verdict(Outcome.INVALID_BODY, content, key)
    found = settling.find_by_key(line, key)
    if found is None:
        return verdict
    return replace(verdict, username=found.username, course_id=found.course_id, certificate_id=found.id, matched=True)


def _same_key(ours: str, theirs: str) -> bool:
    """An empty key is the key of nothing (decision 4)."""
    return bool(ours) and hmac.compare_digest(ours.encode(), theirs.encode())


def _refused(about: Verdict, outcome: Outcome) -> Verdict:
    return replace(about, outcome=outcome, content=deliveries.CONTENTS[outcome])


def _queue(delivery: Delivery) -> Actor:
    return Actor(QUEUE_NAME, ip=delivery.address, request_id=delivery.request_id)


def _act(verdict: Verdict, delivery_id: int | None = None) -> Act:
    """What changed a certificate goes into the audit; what was refused lies in the inbox."""
    return Act("certificate.answered", "certificate", str(verdict.certificate_id), _details(verdict, delivery_id))


def _tried(verdict: Verdict, delivery_id: int) -> Act:
    """What staff tried goes into the audit too."""
    return Act("delivery.tried_again", "delivery", str(delivery_id), _details(verdict, delivery_id))


def _details(verdict: Verdict, delivery_id: int | None) -> dict[str, object]:
    return {"outcome": verdict.outcome, "delivery": delivery_id, "failed": verdict.failed, **verdict.written}


def _written(row: Row, changes: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Before and after of what an answer writes, as the audit tells it."""
    names = [name for name in changes if name in _TOLD]
    before, after = {name: getattr(row, name) for name in names}, {name: changes[name] for name in names}
    return {"before": before, "after": after}
