"""Which example certificates were made for a course run, to see that its templates work?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.certificates.pdf_templates import TEMPLATE_LENGTH
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.base import Model, UtcDateTime, wire_enum

EXAMPLE_NAME = "John Doë"
"""Deliberately beyond ASCII (domain note §1.5)."""


class ExampleCertificateSet(Model):
    """The examples of one press of the button; the newest set of a course run counts (domain note §1.5)."""

    __tablename__ = "example_certificate_set"
    __table_args__ = (Index(None, "course_id", "created_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExampleCertificate(Model):
    """One example; `uuid` travels as the user name and `access_key` as the key of the queue's message."""

    __tablename__ = "example_certificate"
    __table_args__ = (Index(None, "set_id"), Index(None, "access_key"), Index(None, "status", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("example_certificate_set.id", ondelete="CASCADE"))
    description: Mapped[str] = mapped_column(String(255))  # the mode
    uuid: Mapped[str] = mapped_column(String(255), unique=True)
    access_key: Mapped[str] = mapped_column(String(255))
    full_name: Mapped[str] = mapped_column(String(255), default=EXAMPLE_NAME)
    template: Mapped[str] = mapped_column(String(TEMPLATE_LENGTH))  # "": a web page, which no queue was asked for
    status: Mapped[ExampleStatus] = mapped_column(wire_enum(ExampleStatus), default=ExampleStatus.STARTED)
    error_reason: Mapped[str | None] = mapped_column(Text)
    download_url: Mapped[str | None] = mapped_column(String(2048))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)

    set: Mapped[ExampleCertificateSet] = relationship()

    @property
    def rendered_here(self) -> bool:
        """True for the example of a web certificate: it was rendered on the spot (decision 42)."""
        return not self.template
