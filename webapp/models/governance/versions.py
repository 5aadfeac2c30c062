"""Which configuration is live? The highest version of each key.

A version enters only through a change request that the gate in the database lets pass (migration 0010; approvals
note §3.4).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Model, UtcDateTime
from webapp.models.governance.changes import KEY_LENGTH, KIND_LENGTH, ChangeRequest


class ConfigVersion(Model):
    """One version of one key's value, as it was approved; the highest is live. Rows are only ever added."""

    __tablename__ = "config_version"
    __table_args__ = (UniqueConstraint("kind", "key", "version"), Index(None, "created_at"))
    __mapper_args__ = {"polymorphic_on": "kind"}
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    version: Mapped[int]
    payload: Mapped[str | None] = mapped_column(Text)  # canonical JSON, letter for letter as approved; None: deleted
    shape: Mapped[int] = mapped_column(default=1)  # which form of the kind's payload this is
    change_id: Mapped[int] = mapped_column(ForeignKey("change_request.id", ondelete="RESTRICT"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    change: Mapped[ChangeRequest] = relationship()


class HtmlViewVersion(ConfigVersion):
    """What certificate pages say and show."""

    __mapper_args__ = {"polymorphic_identity": "html-view"}


class CrawlersVersion(ConfigVersion):
    """Whose visits leave no learner state."""

    __mapper_args__ = {"polymorphic_identity": "crawlers"}


class GenerationVersion(ConfigVersion):
    """Whether learners may ask for their certificates at all."""

    __mapper_args__ = {"polymorphic_identity": "generation"}


class CourseSettingVersion(ConfigVersion):
    """What one course run does differently."""

    __mapper_args__ = {"polymorphic_identity": "course"}


class BadgeImageVersion(ConfigVersion):
    """The badge image of one mode."""

    __mapper_args__ = {"polymorphic_identity": "badge"}


class BadgeDefaultVersion(ConfigVersion):
    """The mode whose badge image serves those without one."""

    __mapper_args__ = {"polymorphic_identity": "badge-default"}


class AccessVersion(ConfigVersion):
    """The roles of one account."""

    __mapper_args__ = {"polymorphic_identity": "access"}


VERSIONS: dict[str, type[ConfigVersion]] = {
    "html-view": HtmlViewVersion,
    "crawlers": CrawlersVersion,
    "generation": GenerationVersion,
    "course": CourseSettingVersion,
    "badge": BadgeImageVersion,
    "badge-default": BadgeDefaultVersion,
    "access": AccessVersion,
}
"""Kind -> its class over the one table (decision 25)."""


class Blob(Model):
    """The bytes of a badge image, found by what they are; a payload names them by their digest."""

    __tablename__ = "blob"
    __table_args__ = {"sqlite_with_rowid": False}
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    mime: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]  # bytes
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
