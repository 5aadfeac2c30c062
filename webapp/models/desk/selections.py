"""Which certificates did somebody choose in a list for a run, and what came of each (record 35)?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.base import Model, UtcDateTime, wire_enum


class CertificateSelection(Model):
    """Certificates as they were chosen in one moment; the dry run and the real one go over the same."""

    __tablename__ = "certificate_selection"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the form as it was sent: twice is once
    size: Mapped[int]
    courses: Mapped[int]  # how many course runs they are of
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SelectedCertificate(Model):
    """One of them; their places go course run by course run, and in each by the certificates' numbers."""

    __tablename__ = "selected_certificate"
    __table_args__ = (Index(None, "certificate_id"),)
    selection_id: Mapped[int] = mapped_column(
        ForeignKey("certificate_selection.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("generated_certificate.id", ondelete="CASCADE"))


class SelectedResult(Model):
    """What a run did with one of them, or would do. A learner may be there several times, once in each course run."""

    __tablename__ = "selected_result"
    __table_args__ = (Index(None, "learner_id"),)
    run_id: Mapped[int] = mapped_column(ForeignKey("generation_run.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    status_before: Mapped[Status | None] = mapped_column(wire_enum(Status))
    status_after: Mapped[Status | None] = mapped_column(wire_enum(Status))
    refused_by: Mapped[str] = mapped_column(String(32), default="")  # "": the certificate is earned
    queued: Mapped[bool]
