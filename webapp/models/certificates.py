"""What does a learner hold in a course run, how did it come to that, and which runs over whole courses made such?"""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    ColumnElement,
    ColumnExpressionArgument,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    case,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import IN_FLIGHT, SETTLED, Status
from webapp.domain.certificates.visibility import IN_THE_MAKING
from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.domain.runs import Among, RunState
from webapp.models.base import BIG_ID, Model, UtcDateTime, wire_enum
from webapp.models.learners import Learner

# The conditions of partial indexes. SQLite uses such an index only for a query that says the same,
# letter for letter and without parameters: lists that want the index add the condition to their own.
NOT_ISSUED = text("generated_certificate.status <> 'downloadable'")
WITH_QUEUE = text("generated_certificate.status IN ('deleting', 'generating', 'regenerating')")
HAS_ID = text("generated_certificate.verify_uuid <> ''")
BECAME_ISSUED = text("certificate_transition.to_status = 'downloadable'")
_BECAME_ISSUED = text(str(BECAME_ISSUED).replace("certificate_transition.", ""))
_NOT_ISSUED, _WITH_QUEUE, _HAS_ID = (
    text(str(condition).replace("generated_certificate.", "")) for condition in (NOT_ISSUED, WITH_QUEUE, HAS_ID)
)
# The conditions of partial indexes, as above. A dry run changes nothing, so that it may be one of many.
GOING = text("generation_run.state IN ('waiting', 'running')")
HALTED = text("generation_run.state IN ('paused', 'failed')")
_GOING, _HALTED = (text(str(condition).replace("generation_run.", "")) for condition in (GOING, HALTED))
# Runs over chosen certificates are of no course run, and may be several.
_OPEN = text("state IN ('waiting', 'running', 'paused') AND NOT dry_run AND course_id <> ''")
_FOR_REAL = text("selection_id IS NOT NULL AND NOT dry_run")


class GeneratedCertificate(Model):
    """What one learner holds in one course run; at most one row a pair (domain note §1.1)."""

    __tablename__ = "generated_certificate"
    __table_args__ = (
        UniqueConstraint("learner_id", "course_id"),
        Index(
            "uq_generated_certificate_verify_uuid",
            "verify_uuid",
            unique=True,
            postgresql_where=_HAS_ID,
            sqlite_where=_HAS_ID,
        ),
        Index(
            "ix_generated_certificate_key", "key", postgresql_where=text("key <> ''"), sqlite_where=text("key <> ''")
        ),
        Index(None, "course_id", "id"),
        Index(None, "course_id", "status", "id"),
        Index(
            "ix_generated_certificate_status_id",
            "status",
            "id",
            postgresql_where=_NOT_ISSUED,
            sqlite_where=_NOT_ISSUED,
        ),
        Index(
            "ix_generated_certificate_awaiting",
            "submitted_at",
            postgresql_where=_WITH_QUEUE,
            sqlite_where=_WITH_QUEUE,
        ),
        Index(None, "mode", "id"),
        Index(None, "created_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="RESTRICT"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    status: Mapped[Status] = mapped_column(wire_enum(Status), default=Status.UNAVAILABLE)
    mode: Mapped[str] = mapped_column(String(32), default="honor")
    name: Mapped[str] = mapped_column(String(255), default="")
    grade: Mapped[str] = mapped_column(String(5), default="")  # a fraction as text: "0.75"
    key: Mapped[str] = mapped_column(String(32), default="")  # "" is the key of no answer
    verify_uuid: Mapped[str] = mapped_column(String(32), default="")
    download_uuid: Mapped[str] = mapped_column(String(32), default="")
    download_url: Mapped[str] = mapped_column(String(2048), default="")
    error_reason: Mapped[str] = mapped_column(String(512), default="")
    distinction: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # first time downloadable
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the queue took the job: decision 40

    learner: Mapped[Learner] = relationship()
    date_override: Mapped["DateOverride | None"] = relationship(back_populates="certificate")

    @property
    def awaits_queue(self) -> bool:
        """True while a submitted job has no answer yet."""
        return self.status in IN_FLIGHT

    @property
    def settled(self) -> bool:
        """True once an answer has been taken."""
        return self.status in SETTLED


class CertificateTransition(Model):
    """One move of a certificate from a status to another: who, when, why."""

    __tablename__ = "certificate_transition"
    __table_args__ = (
        Index(None, "certificate_id", "id"),
        Index("ix_certificate_transition_issued", "at", postgresql_where=_BECAME_ISSUED, sqlite_where=_BECAME_ISSUED),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("generated_certificate.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    from_status: Mapped[Status | None] = mapped_column(wire_enum(Status))  # None: the row was made
    to_status: Mapped[Status] = mapped_column(wire_enum(Status))
    cause: Mapped[str] = mapped_column(String(32))
    actor_name: Mapped[str] = mapped_column(String(150))
    reason: Mapped[str] = mapped_column(String(512), default="")
    request_id: Mapped[str] = mapped_column(String(128), default="")


def origin_of(certificate_id: ColumnExpressionArgument[int]) -> Select[tuple[Status | None]]:
    """Ask for the last status that a certificate had before its making began, by an index (record 11)."""
    move = CertificateTransition.__table__.c
    began = (move.from_status != status for status in sorted(IN_THE_MAKING))
    return (
        select(move.from_status).where(move.certificate_id == certificate_id, *began).order_by(move.id.desc()).limit(1)
    )


def _came_from() -> ColumnElement[Status | None]:
    row = GeneratedCertificate.__table__.c
    in_the_making = or_(*(row.status == status for status in sorted(IN_THE_MAKING)))
    return case((in_the_making, origin_of(row.id).scalar_subquery())).label("came_from")


CAME_FROM = _came_from()
"""Beside a certificate's row: the answer of `origin_of` where it is being made, looked up for no other."""


class CourseMilestone(Model):
    """A learner has passed a course run, once and for ever, whatever becomes of the certificate (decision 46)."""

    __tablename__ = "course_milestone"
    __table_args__ = (UniqueConstraint("learner_id", "course_id"), Index(None, "course_id", "id"))
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="RESTRICT"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    fulfilled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(32))  # the cause of the move that fulfilled it


class DateOverride(Model):
    """A date shown on a certificate in the place of its own (domain note §1.14)."""

    __tablename__ = "date_override"
    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("generated_certificate.id", ondelete="CASCADE"), unique=True)
    date: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    overridden_by: Mapped[str] = mapped_column(String(150))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)

    certificate: Mapped[GeneratedCertificate] = relationship(back_populates="date_override")


class FormerPublicId(Model):
    """A public id that a certificate once had, so that old links still lead to it (decision 9)."""

    __tablename__ = "former_public_id"
    verify_uuid: Mapped[str] = mapped_column(String(32), primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("generated_certificate.id", ondelete="CASCADE"), index=True)
    retired_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EvidenceCount(Model):
    """How often people other than its owner looked at a certificate on one day (UTC), and how often it was passed on."""

    __tablename__ = "evidence_count"
    __table_args__ = (UniqueConstraint("certificate_id", "day"),)
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("generated_certificate.id", ondelete="CASCADE"))
    day: Mapped[date]
    visits: Mapped[int]
    shares: Mapped[int]
    last_visit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GenerationRun(Model):
    """One wish to judge many learners of a course run, or those who hold chosen certificates; carried forward by steps."""

    __tablename__ = "generation_run"
    __table_args__ = (
        Index("uq_generation_run_open", "course_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_generation_run_going", "id", postgresql_where=_GOING, sqlite_where=_GOING),
        Index("ix_generation_run_halted", "id", postgresql_where=_HALTED, sqlite_where=_HALTED),
        Index(
            "uq_generation_run_for_real",
            "selection_id",
            unique=True,
            postgresql_where=_FOR_REAL,
            sqlite_where=_FOR_REAL,
        ),
        Index(None, "course_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))  # "": of chosen certificates
    selection_id: Mapped[int | None]  # which were chosen; no foreign key, since SQLite adds none to a table
    chosen: Mapped[str] = mapped_column(String(1000), default="", server_default="")  # by what, in words
    purpose: Mapped[Purpose] = mapped_column(wire_enum(Purpose))
    statuses: Mapped[list[str]] = mapped_column(JSON)  # which certificates are made anew; none to generate
    among: Mapped[Among] = mapped_column(wire_enum(Among), default=Among.EVERYBODY, server_default="all")
    dry_run: Mapped[bool]
    state: Mapped[RunState] = mapped_column(wire_enum(RunState), default=RunState.WAITING)
    asked_by: Mapped[str] = mapped_column(String(150))
    asked_by_id: Mapped[int | None]  # no foreign key: the account may go, the run stays
    request_id: Mapped[str] = mapped_column(String(128), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paced_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when it goes without a rest
    paced_from: Mapped[int] = mapped_column(default=0, server_default="0")  # how many were done by then
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)  # of those done: on the allowlist, so not made anew
    place: Mapped[int] = mapped_column(
        default=0
    )  # every enrollment, entry or certificate up to this number was dealt with
    problem: Mapped[str] = mapped_column(String(512), default="")  # why it failed


class GenerationRunRow(Model):
    """What a run did with one learner, or would do; at most one row a pair, and in the order of their numbers."""

    __tablename__ = "generation_run_row"
    __table_args__ = (Index(None, "learner_id"),)
    run_id: Mapped[int] = mapped_column(ForeignKey("generation_run.id", ondelete="CASCADE"), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True)
    status_before: Mapped[Status | None] = mapped_column(wire_enum(Status))  # None: there was no certificate
    status_after: Mapped[Status | None] = mapped_column(wire_enum(Status))
    refused_by: Mapped[str] = mapped_column(String(32), default="")  # "": the certificate is earned
    queued: Mapped[bool]

    learner: Mapped[Learner] = relationship()
