"""What does an answer of the queue do to an example certificate?"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from webapp.domain.actors import QUEUE_NAME, Actor
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.identifiers import made_storable
from webapp.domain.queue import backoff
from webapp.domain.queue.deliveries import NO_EXAMPLE, Outcome
from webapp.domain.queue.messages import BadResult, ExampleResult, parse_example_result, parse_object
from webapp.models.audit import AuditEvent
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox
from webapp.models.prepared import Line, Prepared, Rows, Together, Values
from webapp.services import audit
from webapp.services.audit import Act
from webapp.services.certificates.settling import TRIES, ChangedMeanwhile
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Delivery, Verdict

_example = ExampleCertificate.__table__.c
_FIND = Prepared(
    select(
        _example.id,
        _example.access_key,
        _example.description,
        _example.status,
        _example.error_reason,
        _example.download_url,
        _example.modified_at,
    ).where(_example.uuid == bindparam("uuid"))
)
URL_MISSING = "Parameter 'download_url' is required for successfully generated certificates."


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of an example that an answer is judged by."""

    id: int
    access_key: str
    description: str
    status: ExampleStatus
    error_reason: str | None
    download_url: str | None
    modified_at: datetime


def take(line: Line, delivery: Delivery, *, now: datetime) -> Verdict:
    """Apply one delivery to its example, or refuse it, and keep it in the inbox (domain note §4.3).

    One that matches no example is neither kept nor counted here; raises ChangedMeanwhile.
    """
    actor = Actor(QUEUE_NAME, ip=delivery.address, request_id=delivery.request_id)

    def beside(verdict: Verdict) -> Rows:
        return {CallbackInbox: inbox.row_of(delivery, verdict, now=now)}

    verdict = _apply(line, delivery, actor, beside, now=now)
    if not verdict.matched:
        return replace(verdict, kept=False)
    return verdict if verdict.outcome is Outcome.APPLIED else inbox.keep(line, delivery, verdict, now=now)


def apply(session: Session, delivery: Delivery, actor: Actor, *, now: datetime) -> Verdict:
    """Read a delivery and change its example; keeps nothing in the inbox; raises ChangedMeanwhile."""
    return _apply(Line.of(session), delivery, actor, lambda _: {}, now=now)


def _apply(
    line: Line, delivery: Delivery, actor: Actor, beside: Callable[[Verdict], Rows], *, now: datetime
) -> Verdict:
    for _ in range(TRIES):
        verdict, example, changes = _judge(line, delivery)
        if example is None:
            return verdict
        before = {name: getattr(example, name) for name in changes}
        details = {"mode": example.description, "before": before, "after": dict(changes)}
        act = Act("example.answered", "example", str(example.id), details)
        rows: Rows = {**beside(verdict), AuditEvent: audit.row_of(actor, act, now=now)}
        seen = {"seen_id": example.id, "seen_modified_at": example.modified_at}
        if line.write(_writing(tuple(rows)), {**seen, **changes, "modified_at": now}, rows):
            return verdict
    raise ChangedMeanwhile("The example changed each time that it was about to be written.")


def _judge(line: Line, delivery: Delivery) -> tuple[Verdict, Row | None, Values]:
    """Give what becomes of a delivery, and where it changes its example, that and the new values."""
    try:
        key, message = _parse(delivery)
    except BadResult as problem:
        return Verdict(Outcome.UNREADABLE, str(problem)), None, {}
    uuid = message.get("username")
    about = Verdict(
        Outcome.UNKNOWN_KEY,
        NO_EXAMPLE,
        made_storable(key),
        made_storable(uuid) if isinstance(uuid, str) else "",
    )
    example = _find(line, about.username, key)
    if example is None:
        return about, None, {}
    about = replace(about, outcome=Outcome.APPLIED, content="", example_id=example.id, matched=True)
    try:
        result = parse_example_result(key, message)
    except BadResult as problem:
        return replace(about, outcome=Outcome.INVALID_BODY, content=str(problem)), None, {}
    if not result.failed and result.url is None:
        return replace(about, outcome=Outcome.INVALID_BODY, content=URL_MISSING), None, {}
    about, changes = replace(about, failed=result.failed), _changes(example, result)
    if all(getattr(example, name) == value for name, value in changes.items()):
        return replace(about, outcome=Outcome.DUPLICATE), None, {}
    return about, example, changes


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


def _find(line: Line, uuid: str, key: str) -> Row | None:
    found = [Row(*row) for row in line.ask(_FIND, {"uuid": uuid})]
    if not found or not found[0].access_key:
        return None
    same = hmac.compare_digest(found[0].access_key.encode(), key.encode("utf-8", "replace"))
    return found[0] if same else None


def _changes(example: Row, result: ExampleResult) -> dict[str, object]:
    """The columns that an answer writes; what an earlier answer of the other kind left stays."""
    # Before any answer, the reason is why the queue could not be asked, which is over: it has answered.
    unasked = example.status is ExampleStatus.STARTED or backoff.is_last_word(example.error_reason or "")
    before = None if unasked else example.error_reason
    if result.failed:
        reason, url = result.reason or before, example.download_url
        return {"status": ExampleStatus.ERROR, "error_reason": reason, "download_url": url}
    url = result.url or example.download_url
    return {"status": ExampleStatus.SUCCESS, "error_reason": before, "download_url": url}


@cache
def _writing(models: tuple[type[Any], ...]) -> Together:
    unchanged = (_example.id == bindparam("seen_id"), _example.modified_at == bindparam("seen_modified_at"))
    names = ("status", "error_reason", "download_url", "modified_at")
    return Together(
        update(ExampleCertificate).where(*unchanged).values({name: bindparam(name) for name in names}), *models
    )
