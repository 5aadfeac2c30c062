"""What does a line about the day that a certificate shows change (decision 18, domain note §1.14)?"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from webapp.domain.certificates.visibility import EARLIEST_DAY, may_show_day
from webapp.domain.records.kinds import DateOverrideRecord
from webapp.domain.records.parsing import quoted
from webapp.services.records.acts import Changes, PendingAct, details_of, details_of_new
from webapp.services.records.batch import BadLine, Batch, Outcome
from webapp.services.records.rows import Row


def load(batch: Batch, records: Iterable[object]) -> None:
    """Read the other days of the certificates that the records name."""
    if not any(isinstance(record, DateOverrideRecord) for record in records):
        return
    certificates = batch.certificates.stored()
    table = batch.date_overrides.table
    query = select(table).where(table.c.certificate_id.in_(sorted(certificates)))
    for found in batch.session.execute(query).mappings():
        batch.date_overrides.put(certificates[found["certificate_id"]], Row(dict(found)))


def take_date_override(batch: Batch, record: DateOverrideRecord) -> Outcome:
    """Have a certificate show another day, or its own again.

    Whether it is valid is not asked, as of an invalidation: the platform keeps the day of one that was taken back.
    """
    batch.learner(record.username)
    certificate = batch.certificates.find(record.natural_key)
    if certificate is None:
        raise BadLine(
            f"{quoted(record.username)} has no certificate in {record.course_id}; import the certificate first"
        )
    row = batch.date_overrides.find(record.natural_key)
    if not record.active:
        return _end(batch, record, row, certificate) if row else Outcome.UNCHANGED
    moment = datetime.combine(_day_of(batch, record), time(), UTC)
    if row is None:
        return _begin(batch, record, moment, certificate)
    return _go_on(batch, record, row, moment, certificate)


def _day_of(batch: Batch, record: DateOverrideRecord) -> date:
    if record.date is None:
        raise BadLine("date is missing")
    if not may_show_day(record.date, batch.now):
        raise BadLine(f"date must be between {EARLIEST_DAY} and today")
    return record.date


def _begin(batch: Batch, record: DateOverrideRecord, moment: datetime, certificate: Row) -> Outcome:
    by = {"overridden_by": batch.actor.name, "created_at": batch.now, "modified_at": batch.now}
    values = {"date": moment, "reason": record.notes, **by}
    batch.date_overrides.add(record.natural_key, values, {"certificate_id": certificate})
    _tell(batch, certificate, details_of_new({"date": _day(moment), "notes": record.notes}))
    return Outcome.ADDED


def _go_on(batch: Batch, record: DateOverrideRecord, row: Row, moment: datetime, certificate: Row) -> Outcome:
    carried = {"reason": record.notes} if "notes" in record.given else {}
    changes = batch.date_overrides.change(row, {"date": moment, **carried})
    if not changes:
        return Outcome.UNCHANGED
    batch.date_overrides.change(row, {"overridden_by": batch.actor.name, "modified_at": batch.now})
    _tell(batch, certificate, details_of(_as_told(changes)))
    return Outcome.CHANGED


def _end(batch: Batch, record: DateOverrideRecord, row: Row, certificate: Row) -> Outcome:
    batch.date_overrides.remove(record.natural_key)
    changes: dict[str, tuple[Any, Any]] = {"date": (row.values["date"], None)}
    if "notes" in record.given:
        changes["reason"] = (row.values["reason"], record.notes)
    _tell(batch, certificate, details_of(_as_told(changes)))
    return Outcome.CHANGED


def _as_told(changes: Changes) -> dict[str, tuple[Any, Any]]:
    """Give changes of the row by the names that a line has for them, and moments as days."""
    told: dict[str, tuple[Any, Any]] = {}
    if "date" in changes:
        before, after = changes["date"]
        told["date"] = (_day(before), _day(after))
    if "reason" in changes:
        told["notes"] = changes["reason"]
    return told


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None


def _tell(batch: Batch, certificate: Row, details: dict[str, object]) -> None:
    batch.acts.append(PendingAct("date_override.imported", "certificate", certificate, details))
    batch.redated.append(certificate)
