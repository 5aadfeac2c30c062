"""What do we know of course runs, and in which modes are they offered?"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.base import Model, UtcDateTime, folded_text


class CourseRun(Model):
    """One run of a course; `course_id` is the course key in its canonical text."""

    __tablename__ = "course_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH), unique=True)
    course_id_folded: Mapped[str] = mapped_column(folded_text(2 * COURSE_ID_LENGTH), index=True)
    display_name: Mapped[str] = mapped_column(String(255), default="")
    display_name_folded: Mapped[str] = mapped_column(folded_text(510), default="", index=True)
    html_certificates: Mapped[bool] = mapped_column(default=True)  # False: PDF through XQueue
    use_updated: Mapped[bool] = mapped_column(default=True)  # decision 37
    issue_badges: Mapped[bool] = mapped_column(default=False)
    self_paced: Mapped[bool] = mapped_column(default=False)
    start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    certificate_available_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # None: never told, or before this was written down
    catalog_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the newest event of the course catalogue
    named_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the newest event that named it in passing
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # title, signatories

    @property
    def title(self) -> str:
        """The name that people read; the key where none was given."""
        return self.display_name or self.course_id


class CourseMode(Model):
    """One mode in which a course run is offered, or was: then `active` is false, and who is in it is judged as before."""

    __tablename__ = "course_mode"
    __table_args__ = (UniqueConstraint("course_id", "mode"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    mode: Mapped[str] = mapped_column(String(32))
    requires_id_verification: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)
