"""By which statements does an answer reach its certificate?"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, exists, or_, select, update

from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.queue.messages import QueueResult
from webapp.models.certificates import CertificateTransition, CourseMilestone, FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox, Outbox
from webapp.models.prepared import Line, Prepared, Rows, Together
from webapp.services.following import bus, milestones
from webapp.services.following.moves import Moved, Switches
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect

TRIES = 5
"""How often a row is read and judged before we give up that changes each time in between."""

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
        exists()
        .where(CourseRun.course_id == _certificate.course_id, CourseRun.issue_badges)
        .correlate(_certificate.id.table)
        .label("issues_badges"),
        ~exists()
        .where(
            CourseMilestone.learner_id == _certificate.learner_id, CourseMilestone.course_id == _certificate.course_id
        )
        .correlate(_certificate.id.table)
        .label("lacks_milestone"),
        _certificate.learner_id,
        _certificate.course_id,
        Learner.external_id,
        _certificate.mode,
        _certificate.grade,
    )
    .join(Learner, Learner.id == _certificate.learner_id)
    .where(Learner.username == bindparam("username"), _certificate.course_id == bindparam("course_id"))
)
_FIND = Prepared(_SELECT)
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
_RETIRED = Prepared(select(FormerPublicId.certificate_id).where(FormerPublicId.verify_uuid == bindparam("verify_uuid")))


class ChangedMeanwhile(RuntimeError):
    """A row was changed again and again between reading and writing it; nothing was written."""


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
    issues_badges: bool
    """Its course run issues badges."""
    lacks_milestone: bool
    """It is not written down that its learner has passed the course run."""
    learner_id: int
    course_id: str
    external_id: int | None
    mode: str
    grade: str


@dataclass(frozen=True, slots=True)
class Named:
    """The certificate that a key alone leads to."""

    id: int
    status: Status
    course_id: str
    username: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an answer writes: the certificate's new columns, on what was read of it, and the move."""

    row: Row
    target: Status
    changes: dict[str, Any]
    move: dict[str, Any]

    @property
    def replaces_public_id(self) -> bool:
        """True where the certificate gets another public id than it had."""
        return (
            bool(self.row.verify_uuid) and self.changes.get("verify_uuid", self.row.verify_uuid) != self.row.verify_uuid
        )


def find_row(line: Line, result: QueueResult) -> Row | None:
    """Give the learner's certificate in the course run, unless it is hidden from the queue (decision 15).

    It is not locked: of many who bring the same answer one settles the row, and each of the others has to read it again.
    """
    sent = {"username": result.username, "course_id": result.course_id, "sent_verify_uuid": result.verify_uuid or None}
    found = [Row(*row) for row in line.ask(_FIND, sent)]
    return found[0] if found and found[0].status not in HIDDEN else None


def find_by_key(line: Line, key: str) -> Named | None:
    """Give the certificate whose newest job has that key, unless it is hidden from the queue."""
    found = [Named(*row) for row in line.ask(_FIND_BY_KEY, {"key": key})]
    return found[0] if found and found[0].status not in HIDDEN else None


def find_taken_digest(line: Line, row: Row) -> str | None:
    """Give the fingerprint of the answer that was taken for a row's newest job, where it is still kept."""
    found = line.ask(_FIND_TAKEN, {"certificate_id": row.id, "key": row.key})
    return found[0][0] if found else None


def settle(line: Line, settlement: Settlement, beside: Rows, *, switches: Switches, now: datetime) -> bool:
    """Change the certificate, log the move, and write what belongs `beside` it; False where the row has changed meanwhile.

    A former public id leads to its certificate for ever (decision 9).
    """
    row = settlement.row
    rows: dict[type[Any], Any] = {CertificateTransition: {"certificate_id": row.id, **settlement.move}}
    if settlement.replaces_public_id and not line.ask(_RETIRED, {"verify_uuid": row.verify_uuid}):
        rows[FormerPublicId] = {"verify_uuid": row.verify_uuid, "certificate_id": row.id, "retired_at": now}
    effects = []
    if row.issues_badges and settlement.target is Status.DOWNLOADABLE:
        effects.append(Effect(Channel.BADGE, {}, row.id))
    if row.lacks_milestone and settlement.target is Status.DOWNLOADABLE and switches.milestones:
        rows[CourseMilestone] = milestones.row_of(_moved(settlement))
        effects.append(milestones.told(_moved(settlement)))
    if switches.new_event_id is not None:
        effects += bus.effects(switches, [_moved(settlement)])
    if effects:
        rows[Outbox] = [outbox.row_of(effect, now=now) for effect in effects]
    rows |= beside
    seen = {"seen_id": row.id, "seen_key": row.key, "seen_status": row.status}
    values = {f"new_{name}": value for name, value in settlement.changes.items()}
    models = tuple(model for model, row in rows.items() for _ in (row if isinstance(row, list) else (row,)))
    return line.write(_writing(settlement.target, models), {**seen, **values}, rows)


def _moved(settlement: Settlement) -> Moved:
    row = settlement.row
    return Moved(
        certificate_id=row.id,
        learner_id=row.learner_id,
        external_id=row.external_id,
        course_id=row.course_id,
        before=row.status,
        status=settlement.target,
        cause=settlement.move["cause"],
        at=settlement.move["at"],
        mode=row.mode,
        grade=row.grade,
        download_url=settlement.changes.get("download_url", row.download_url),
    )


@cache
def _writing(target: Status, models: tuple[type[Any], ...]) -> Together:
    change = update(GeneratedCertificate).where(_UNCHANGED)
    return Together(change.values({name: bindparam(f"new_{name}") for name in _COLUMNS[target]}), *models)
