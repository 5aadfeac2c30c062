"""What does a line about the allowlist or an invalidation change? The two exclude each other (decision 14)."""

from collections.abc import Iterable

from sqlalchemy import select

from webapp.domain.records.kinds import AllowlistRecord, InvalidationRecord
from webapp.domain.records.parsing import quoted
from webapp.services.records.acts import PendingAct, details_of, details_of_new, key_of
from webapp.services.records.batch import BadLine, Batch, Outcome, outcome_of
from webapp.services.records.rows import Row


def load(batch: Batch, records: Iterable[object]) -> None:
    """Read the active invalidations of the certificates that the records name."""
    if not any(isinstance(record, AllowlistRecord | InvalidationRecord) for record in records):
        return
    certificates = batch.certificates.stored()
    table = batch.invalidations.table
    query = select(table).where(table.c.active, table.c.certificate_id.in_(sorted(certificates)))
    for found in batch.session.execute(query).mappings():
        batch.invalidations.put(certificates[found["certificate_id"]], Row(dict(found)))


def take_allowlist(batch: Batch, record: AllowlistRecord) -> Outcome:
    """Put a learner on the allowlist or take them off; refused while the certificate is invalidated."""
    batch.learner(record.username)
    row = batch.allowlist.find(record.natural_key)
    wanted = record.allowlisted if row is None or "allowlisted" in record.given else row.values["allowlisted"]
    if wanted and batch.invalidations.find(record.natural_key):
        raise BadLine(f"the certificate of {quoted(record.username)} is invalidated; end the invalidation first")
    batch.meet_course(record.course_id)
    _, changes = batch.merge(batch.allowlist, record, dict, created_by=batch.actor.name, created_at=batch.now)
    if changes is None or changes:
        details = details_of_new(record.facts()) if changes is None else details_of(changes)
        batch.acts.append(PendingAct("allowlist.imported", "allowlist", key_of(record), details))
    return outcome_of(changes)


def take_invalidation(batch: Batch, record: InvalidationRecord) -> Outcome:
    """Invalidate a learner's certificate or end that; refused while the learner is on the allowlist."""
    batch.learner(record.username)
    certificate = batch.certificates.find(record.natural_key)
    if certificate is None:
        raise BadLine(
            f"{quoted(record.username)} has no certificate in {record.course_id}; import the certificate first"
        )
    entry = batch.allowlist.find(record.natural_key)
    if record.active and entry and entry.values["allowlisted"]:
        raise BadLine(
            f"{quoted(record.username)} is on the allowlist of {record.course_id}; take the learner off it first"
        )
    row = batch.invalidations.find(record.natural_key)
    if row is None:
        return _begin(batch, record, certificate) if record.active else Outcome.UNCHANGED
    return _go_on(batch, record, row, certificate)


def _begin(batch: Batch, record: InvalidationRecord, certificate: Row) -> Outcome:
    values = {
        "invalidated_by": batch.actor.name,
        "notes": record.notes,
        "active": True,
        "created_at": batch.now,
        "modified_at": batch.now,
    }
    batch.invalidations.add(record.natural_key, values, {"certificate_id": certificate})
    batch.acts.append(_act(certificate, details_of_new(record.facts())))
    return Outcome.ADDED


def _go_on(batch: Batch, record: InvalidationRecord, row: Row, certificate: Row) -> Outcome:
    changes = batch.invalidations.change(row, {**record.carried(), "active": record.active})
    if not changes:
        return Outcome.UNCHANGED
    batch.invalidations.change(row, {"modified_at": batch.now})
    if not record.active:
        batch.invalidations.forget(record.natural_key)
    batch.acts.append(_act(certificate, details_of(changes)))
    return Outcome.CHANGED


def _act(certificate: Row, details: dict[str, object]) -> PendingAct:
    return PendingAct("invalidation.imported", "certificate", certificate, details)
