"""Which learners stand outside the rules: on the allowlist, or with an invalidated certificate?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.base import Model, UtcDateTime
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner


class AllowlistEntry(Model):
    """A learner who need not have passed; a row with `allowlisted` false means "not on the list" (domain note §1.3)."""

    __tablename__ = "allowlist_entry"
    __table_args__ = (UniqueConstraint("learner_id", "course_id"), Index(None, "course_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    allowlisted: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(150))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)

    learner: Mapped[Learner] = relationship()


class Invalidation(Model):
    """A certificate that staff declared void; many a certificate, at most one of them active (domain note §1.4)."""

    __tablename__ = "invalidation"
    __table_args__ = (
        Index(
            "uq_invalidation_active",
            "certificate_id",
            unique=True,
            postgresql_where=text("active"),
            sqlite_where=text("active"),
        ),
        Index(None, "certificate_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("generated_certificate.id", ondelete="CASCADE"))
    invalidated_by: Mapped[str] = mapped_column(String(150))
    notes: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)

    certificate: Mapped[GeneratedCertificate] = relationship()
