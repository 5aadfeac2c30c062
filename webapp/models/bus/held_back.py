"""Who passed before we listened?"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.base import Model, UtcDateTime


class HeldBack(Model):
    """A learner whom an event told too late to lead to a certificate by itself (decision 44)."""

    __tablename__ = "held_back"
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # when we heard of it
