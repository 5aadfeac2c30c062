"""Which learner has, or waits for, the badge of a course run?"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.badges.open_badges import IDENTITY_LENGTH
from webapp.domain.badges.server_messages import URL_LENGTH
from webapp.domain.badges.slugs import SLUG_LENGTH
from webapp.domain.badges.states import BadgeState
from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.base import Model, UtcDateTime, wire_enum
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner


class BadgeAward(Model):
    """The badge of one learner in one course run; at most one a pair, whatever the mode (decision 32)."""

    __tablename__ = "badge_award"
    __table_args__ = (UniqueConstraint("learner_id", "course_id"), Index(None, "state", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="RESTRICT"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    certificate_id: Mapped[int] = mapped_column(ForeignKey("generated_certificate.id", ondelete="RESTRICT"), index=True)
    mode: Mapped[str] = mapped_column(String(32))
    class_slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), index=True)
    state: Mapped[BadgeState] = mapped_column(wire_enum(BadgeState))
    assertion_id: Mapped[str] = mapped_column(String(32), unique=True)
    salt: Mapped[str] = mapped_column(String(32))
    # Whose it is, as its documents say it: salted, of the address at the time of award (record 36).
    identity: Mapped[str] = mapped_column(String(IDENTITY_LENGTH), default="", server_default="")
    status_number: Mapped[int] = mapped_column(BigInteger, unique=True)  # its status list and the place in it
    image_sha256: Mapped[str | None] = mapped_column(String(64))  # None while it waits
    problem: Mapped[str] = mapped_column(Text, default="")  # why it waits
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    awarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was told; None while it stands
    # Where a badge server has issued it; empty for one that is issued here.
    server_url: Mapped[str] = mapped_column(String(URL_LENGTH), default="")
    server_image_url: Mapped[str] = mapped_column(String(URL_LENGTH), default="")
    server_issuer: Mapped[str] = mapped_column(String(URL_LENGTH), default="")
    server_reply: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # as it came (domain note §5)

    learner: Mapped[Learner] = relationship()
    certificate: Mapped[GeneratedCertificate] = relationship()
