"""How is each delivery of the queue kept, for how long, and how do staff close one?"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import ModuleType

from sqlalchemy import BindParameter, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor, words_for
from webapp.domain.certificates.statuses import IN_FLIGHT
from webapp.domain.identifiers import COURSE_ID_LENGTH, USERNAME_LENGTH, made_storable
from webapp.domain.queue.deliveries import NOTHING_TO_DO, Endpoint, Outcome
from webapp.domain.queue.messages import KEY_LENGTH, digest
from webapp.errors import AlreadyClosed, NotApplicable, NoteMissing, UnknownDelivery
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import CallbackCount, CallbackInbox
from webapp.models.prepared import Line, Prepared, Values, insertion
from webapp.services import audit
from webapp.wording import phrase

KEPT_LENGTH = 64 * 1024
UNMATCHED_AN_HOUR = 1_000
COUNTS_KEPT = timedelta(days=7)


def _counting(dialect: ModuleType) -> Prepared:
    """Add to the count of an address and hour, whoever else adds at the same moment, and give the sum."""
    number: BindParameter[int] = bindparam("unmatched")
    row = dialect.insert(CallbackCount).values(address=bindparam("address"), hour=bindparam("hour"), unmatched=number)
    added = {"unmatched": CallbackCount.unmatched + number}
    return Prepared(
        row.on_conflict_do_update(index_elements=["address", "hour"], set_=added).returning(CallbackCount.unmatched)
    )


_COUNT = {True: _counting(postgresql), False: _counting(sqlite)}
_KEEP = insertion(CallbackInbox)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as it came in: the two fields of its form, None where one was missing."""

    endpoint: Endpoint
    header: str | None
    body: str | None
    address: str
    request_id: str
    raw: str | None = None
    """What came in the place of a form."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a delivery, and what it was about as far as that could be told."""

    outcome: Outcome
    content: str = ""
    key: str = ""
    username: str = ""
    course_id: str = ""
    certificate_id: int | None = None
    example_id: int | None = None
    matched: bool = False
    """The key was that of a certificate or example of ours."""
    kept: bool = True
    """The delivery lies in the inbox; false where its address has had its share (decision 6)."""
    failed: bool = False
    """The worker reported that it could not make what was asked for."""
    removed: bool = False
    """It was asked to take a file away, and has done so."""
    written: Mapping[str, object] = field(default_factory=dict)
    """Before and after of what it changed, where it did."""


class OverflowCounts:
    """Which addresses have sent more unmatched deliveries this hour than are kept; in this process, told to the database now and then."""

    TELL_EVERY = timedelta(seconds=10)

    def __init__(self) -> None:
        """Begin with no address full."""
        self._lock = threading.Lock()
        self._full: dict[tuple[str, datetime], int] = {}
        self._told_at: datetime | None = None

    def full(self, address: str, now: datetime) -> bool:
        """Say whether the address has used up what is kept of it this hour."""
        return (address, _hour(now)) in self._full

    def mark_full(self, address: str, now: datetime) -> None:
        """Remember that nothing more of this address is kept this hour."""
        with self._lock:
            self._full.setdefault((address, _hour(now)), 0)

    def count(self, address: str, now: datetime) -> None:
        """Count one more delivery that is not kept."""
        with self._lock:
            self._full[address, _hour(now)] = self._full.get((address, _hour(now)), 0) + 1

    def due(self, now: datetime) -> dict[tuple[str, datetime], int]:
        """Give the counts that the database should be told now, at most every 10 seconds, and begin anew."""
        if not self._full:
            return {}
        with self._lock:
            if self._told_at is not None and now - self._told_at < self.TELL_EVERY:
                return {}
            untold = {source: number for source, number in self._full.items() if number}
            self._told_at = now if untold else self._told_at
            self._full = {source: 0 for source in self._full if source[1] == _hour(now)}
            return untold


def row_of(delivery: Delivery, verdict: Verdict, *, now: datetime) -> Values:
    """Give the row of a delivery with what became of it."""
    sent = delivery.raw if delivery.body is None else delivery.body
    header, body = _kept(delivery.header), _kept(sent)
    return {
        "received_at": now,
        "address": delivery.address,
        "endpoint": delivery.endpoint,
        "header": header,
        "body": body,
        "whole": (header, body) == (delivery.header, sent),
        "digest": digest(delivery.header, delivery.body),
        "request_id": delivery.request_id,
        "tries": 1,
        "closed_at": None,
        "closed_by": "",
        "note": "",
        "content": verdict.content[:512],
        **_verdict_columns(verdict),
    }


def keep(line: Line, delivery: Delivery, verdict: Verdict, *, now: datetime) -> Verdict:
    """Keep a delivery by itself, where nothing else is written."""
    line.run(_KEEP, [row_of(delivery, verdict, now=now)])
    return verdict


def keep_alone(session: Session, delivery: Delivery, verdict: Verdict, *, now: datetime) -> Verdict:
    """Keep a delivery; counts it only where it matched nothing and its address has had its share of those (decision 6)."""
    line = Line.of(session)
    if not verdict.matched and _add(line, delivery.address, _hour(now), 1) > UNMATCHED_AN_HOUR:
        return replace(verdict, kept=False)
    return keep(line, delivery, replace(verdict, kept=True), now=now)


def count_dropped(session: Session, counts: dict[tuple[str, datetime], int]) -> None:
    """Add what a process counted by itself to the database's counts."""
    line = Line.of(session)
    for (address, hour), number in counts.items():
        _add(line, address, hour, number)


def record_retry(session: Session, row: CallbackInbox, verdict: Verdict) -> None:
    """Note on a kept delivery what became of it when it was applied again; what the queue was told stays as it was."""
    session.execute(
        update(CallbackInbox)
        .where(CallbackInbox.id == row.id)
        .values(tries=CallbackInbox.tries + 1, **_verdict_columns(verdict))
    )


def get_delivery(session: Session, delivery_id: int) -> CallbackInbox:
    """Give a kept delivery; raises UnknownDelivery."""
    row = session.get(CallbackInbox, delivery_id, with_for_update=True)
    if row is None:
        raise UnknownDelivery(phrase("This delivery is not in the inbox any more."))
    return row


def close(session: Session, actor: Actor, delivery_id: int, *, note: str, now: datetime) -> None:
    """Mark a refused delivery as looked at, with a note that says why nothing is to be done; raises NoteMissing, AlreadyClosed."""
    row = get_delivery(session, delivery_id)
    note = made_storable(note.strip())[:512]
    if not note:
        raise NoteMissing(phrase("Say in a note why nothing is to be done."))
    if row.outcome in NOTHING_TO_DO:
        raise NotApplicable(phrase("This delivery was taken; there is nothing to close."))
    if row.closed_at is not None:
        raise AlreadyClosed(phrase("{closed_by} has closed this delivery already.", closed_by=words_for(row.closed_by)))
    row.closed_at, row.closed_by, row.note = now, actor.name, note
    details = {"before": {"closed_by": "", "note": ""}, "after": {"closed_by": actor.name, "note": note}}
    audit.append(session, actor, "delivery.closed", "delivery", str(row.id), now=now, details=details, reason=note)


def reopen(session: Session, actor: Actor, delivery_id: int, *, now: datetime) -> None:
    """Undo `close`; the note stays in the audit."""
    row = get_delivery(session, delivery_id)
    if row.closed_at is None:
        return
    before = {"closed_by": row.closed_by, "note": row.note}
    row.closed_at, row.closed_by, row.note = None, "", ""
    details = {"before": before, "after": {"closed_by": "", "note": ""}}
    audit.append(session, actor, "delivery.reopened", "delivery", str(row.id), now=now, details=details)


def purge(session: Session, *, now: datetime, days: int, unmatched_days: int, at_most: int = 5_000) -> int:
    """Delete deliveries whose time is over and give how many; at most so many at once (decision 6).

    A matched delivery stays until its certificate has been settled and untouched for `days`.
    """
    settled_before, unmatched_before = now - timedelta(days=days), now - timedelta(days=unmatched_days)
    over = (
        select(CallbackInbox.id)
        .outerjoin(GeneratedCertificate, CallbackInbox.certificate_id == GeneratedCertificate.id)
        .where(
            or_(
                CallbackInbox.matched.is_(False) & (CallbackInbox.received_at < unmatched_before),
                CallbackInbox.matched
                & (CallbackInbox.received_at < settled_before)
                & or_(
                    GeneratedCertificate.id.is_(None),
                    GeneratedCertificate.status.not_in(IN_FLIGHT) & (GeneratedCertificate.modified_at < settled_before),
                ),
            )
        )
        .limit(at_most)
    )
    session.execute(delete(CallbackCount).where(CallbackCount.hour < now - COUNTS_KEPT))
    gone = session.scalars(over).all()
    session.execute(delete(CallbackInbox).where(CallbackInbox.id.in_(gone)))
    return len(gone)


def _verdict_columns(verdict: Verdict) -> dict[str, object]:
    return {
        "outcome": verdict.outcome,
        "key": verdict.key[:KEY_LENGTH],
        "username": verdict.username[:USERNAME_LENGTH],
        "course_id": verdict.course_id[:COURSE_ID_LENGTH],
        "certificate_id": verdict.certificate_id,
        "example_id": verdict.example_id,
        "matched": verdict.matched,
    }


def _kept(text: str | None) -> str | None:
    return None if text is None else made_storable(text[:KEPT_LENGTH])


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _add(line: Line, address: str, hour: datetime, number: int) -> int:
    rows = line.ask(_COUNT[line.on_postgresql], {"address": address, "hour": hour, "unmatched": number})
    total: int = rows[0][0]
    return total
