"""What does a line about a certificate change? The row, its transitions, its clock, and the ids that it had before."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.certificates.transitions import Cause
from webapp.domain.records.kinds import CertificateRecord
from webapp.models.certificates import FormerPublicId, GeneratedCertificate
from webapp.services.records.acts import Changes, PendingAct, details_of, details_of_new
from webapp.services.records.batch import BadLine, Batch, Followed, Outcome, outcome_of
from webapp.services.records.rows import Row


def load(batch: Batch, records: Iterable[object]) -> None:
    """Read whose the public ids are, or once were, that the records give."""
    wanted = {record.verify_uuid for record in records if isinstance(record, CertificateRecord)} - {""}
    if not wanted:
        return
    now_held = select(GeneratedCertificate.verify_uuid, GeneratedCertificate.id)
    once_held = select(FormerPublicId.verify_uuid, FormerPublicId.certificate_id)
    keys = batch.certificates.stored()
    for query, column in ((once_held, FormerPublicId.verify_uuid), (now_held, GeneratedCertificate.verify_uuid)):
        for public_id, number in batch.session.execute(query.where(column.in_(sorted(wanted)))):
            key = keys.get(number)
            row = batch.certificates.find(key) if key else None
            batch.public_id_owners[public_id] = number if row is None else row


def take_certificate(batch: Batch, record: CertificateRecord) -> Outcome:
    """Add or change a certificate as it is told; nothing here judges whether the learner deserves it."""
    learner = batch.learner(record.username)
    row = batch.certificates.find(record.natural_key)
    owner = batch.public_id_owners.get(record.verify_uuid)
    if owner is not None and owner is not row:
        raise BadLine("verify_uuid belongs, or once belonged, to another certificate")
    batch.meet_course(record.course_id)
    since = record.created or batch.now
    fresh: dict[str, object] = {"distinction": False, "issued_at": None, "submitted_at": None}
    if not record.verify_uuid:
        fresh["verify_uuid"] = ""
    if record.created is None:
        fresh["created_at"] = since
    row, changes = batch.merge(batch.certificates, record, _columns, **fresh)
    if changes is None or changes:
        _follow_up(batch, record, row, learner, changes, since)
    return outcome_of(changes)


def _columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is written; a line without a public id takes away none that is there: links keep working (decision 9)."""
    return {
        "created_at" if name == "created" else name: value
        for name, value in facts.items()
        if name != "verify_uuid" or value
    }


def _follow_up(
    batch: Batch, record: CertificateRecord, row: Row, learner: Row, changes: Changes | None, since: datetime
) -> None:
    """What a new or changed certificate brings with it."""
    before = changes.get("status", (None,))[0] if changes else None
    if changes is None or "status" in changes:
        _record_move(batch, row, before, since)
    same = None if changes is None else row.values["status"]
    batch.followed.append(Followed(row, learner, before or same, dict(row.values), since))
    if row.values["verify_uuid"]:
        batch.public_id_owners[row.values["verify_uuid"]] = row
    retired = changes["verify_uuid"][0] if changes and "verify_uuid" in changes else ""
    if retired:
        batch.public_id_owners[retired] = row
        batch.retired_ids.append((row, retired))
    details = details_of_new(_columns(record.facts())) if changes is None else details_of(changes)
    batch.acts.append(PendingAct("certificate.imported", "certificate", row, details))


def _record_move(batch: Batch, row: Row, before: Status | None, since: datetime) -> None:
    status: Status = row.values["status"]
    if status in IN_FLIGHT:
        batch.certificates.change(row, {"submitted_at": since})  # its clock runs from there: decision 40
    if status is Status.DOWNLOADABLE and row.values["issued_at"] is None:
        batch.certificates.change(row, {"issued_at": since})
    move = {
        "at": batch.now,
        "from_status": before,
        "to_status": status,
        "cause": Cause.IMPORT,
        "actor_name": batch.actor.name,
        "reason": row.values["error_reason"] if status is Status.ERROR else "",
        "request_id": batch.actor.request_id,
    }
    batch.moves.append((row, move))
