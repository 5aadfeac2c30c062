"""By which statements does an answer reach its certificate?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, exists, insert, or_, select, update

from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.queue.messages import QueueResult
from webapp.models.certificates import CertificateTransition, FormerPublicId, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.models.prepared import Batch, Prepared, insertion

_certificate = GeneratedCertificate.__table__.c
_other = GeneratedCertificate.__table__.alias("other")
_sent_id: BindParameter[str | None] = bindparam("sent_verify_uuid")

_SELECT = (
    select(
        _certificate.id,
        _certificate.status,
        _certificate.key,
        _certificate.verify_uuid,
        _certificate.download_uuid,
        _certificate.download_url,
        _certificate.error_reason,
        _certificate.issued_at,
        or_(
            # Said twice so that the partial index serves it: nothing else holds an empty id.
            exists().where(
                _other.c.verify_uuid == _sent_id, _other.c.verify_uuid != "", _other.c.id != _certificate.id
            ),
            exists().where(FormerPublicId.verify_uuid == _sent_id, FormerPublicId.certificate_id != _certificate.id),
        ).label("id_taken"),
    )
    .join(Learner, Learner.id == _certificate.learner_id)
    .where(Learner.username == bindparam("username"), _certificate.course_id == bindparam("course_id"))
)
_FIND_AND_LOCK = Prepared(_SELECT.with_for_update(of=GeneratedCertificate))
_FIND_BY_KEY = Prepared(
    select(_certificate.id, _certificate.status, _certificate.course_id, Learner.username)
    .join(Learner, Learner.id == _certificate.learner_id)
    .where(_certificate.key == bindparam("key"), _certificate.key != "")
    .limit(1)
)
_FIND_TAKEN = Prepared(
    select(CallbackInbox.digest)
    .where(
        CallbackInbox.certificate_id == bindparam("certificate_id"),
        CallbackInbox.key == bindparam("key"),
        CallbackInbox.outcome == "applied",
    )
    .limit(1)
)
_UNCHANGED = and_(
    _certificate.id == bindparam("seen_id"),
    _certificate.key == bindparam("seen_key"),
    _certificate.status == bindparam("seen_status"),
)
_COLUMNS = {
    Status.DOWNLOADABLE: ("status", "modified_at", "verify_uuid", "download_uuid", "download_url", "issued_at"),
    Status.ERROR: ("status", "modified_at", "error_reason"),
    Status.DELETED: ("status", "modified_at"),
}
_CHANGE = {
    target: Prepared(
        update(GeneratedCertificate).where(_UNCHANGED).values({name: bindparam(f"new_{name}") for name in names})
    )
    for target, names in _COLUMNS.items()
}
_MOVE = insertion(CertificateTransition, made_by_database=("id",))
_RETIRE_ID = Prepared(
    # Only once: an id can be given back and retired again.
    insert(FormerPublicId).from_select(
        ["verify_uuid", "certificate_id", "retired_at"],
        select(
            bindparam("verify_uuid", type_=FormerPublicId.verify_uuid.type),
            bindparam("certificate_id", type_=FormerPublicId.certificate_id.type),
            bindparam("retired_at", type_=FormerPublicId.retired_at.type),
        ).where(~exists().where(FormerPublicId.verify_uuid == bindparam("verify_uuid"))),
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of a certificate that an answer is judged by."""

    id: int
    status: Status
    key: str
    verify_uuid: str
    download_uuid: str
    download_url: str
    error_reason: str
    issued_at: datetime | None
    id_taken: bool
    """The public id that the answer carries is, or once was, another certificate's."""


@dataclass(frozen=True, slots=True)
class Named:
    """The certificate that a key alone leads to."""

    id: int
    status: Status
    course_id: str
    username: str


def find_row(batch: Batch, result: QueueResult) -> Row | None:
    """Give the learner's certificate in the course run and lock it, unless it is hidden from the queue (decision 15).

    The lock lets nobody else settle it before the transaction ends: of many who bring the same answer,
    the first settles the row, and each of the others then reads it as it was settled.
    """
    sent = {"username": result.username, "course_id": result.course_id, "sent_verify_uuid": result.verify_uuid or None}
    found = [Row(*row) for row in batch.ask(_FIND_AND_LOCK, sent)]
    return found[0] if found and found[0].status not in HIDDEN else None


def find_by_key(batch: Batch, key: str) -> Named | None:
    """Give the certificate whose newest job has that key, unless it is hidden from the queue."""
    found = [Named(*row) for row in batch.ask(_FIND_BY_KEY, {"key": key})]
    return found[0] if found and found[0].status not in HIDDEN else None


def find_taken_digest(batch: Batch, row: Row) -> str | None:
    """Give the fingerprint of the answer that was taken for a row's newest job, where it is still kept."""
    found = batch.ask(_FIND_TAKEN, {"certificate_id": row.id, "key": row.key})
    return found[0][0] if found else None


def change(batch: Batch, row: Row, target: Status, changes: dict[str, Any]) -> None:
    """One conditional UPDATE, on what was read of the row; undoes the transaction where the row is not like that any more."""
    seen = {"seen_id": row.id, "seen_key": row.key, "seen_status": row.status}
    values = {f"new_{name}": value for name, value in changes.items()}
    batch.add(_CHANGE[target], {**seen, **values}, must_change_one=True)


def record_move(batch: Batch, certificate_id: int, move: dict[str, Any]) -> None:
    """Write one line of the transition log."""
    batch.add(_MOVE, {"certificate_id": certificate_id, **move})


def retire_public_id(batch: Batch, row: Row, now: datetime) -> None:
    """Let a former public id lead to its certificate for ever (decision 9)."""
    batch.add(_RETIRE_ID, {"verify_uuid": row.verify_uuid, "certificate_id": row.id, "retired_at": now})
