"""What did staff note about a learner in a course run, and whom did they name in it?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.accounts import Account
from webapp.models.base import BIG_ID, Model, UtcDateTime
from webapp.models.learners import Learner

_UNREAD = text("read_at IS NULL")


class LearnerNote(Model):
    """One note; its row stays for good, and its text until its author withdraws it (record 31)."""

    __tablename__ = "learner_note"
    __table_args__ = (Index(None, "learner_id", "course_id", "id"),)
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    author_name: Mapped[str] = mapped_column(String(150))
    text: Mapped[str] = mapped_column(Text)  # empty once it was withdrawn
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    struck_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    struck_by: Mapped[str] = mapped_column(String(150), default="")
    struck_why: Mapped[str] = mapped_column(Text, default="")

    author: Mapped[Account] = relationship()
    learner: Mapped[Learner] = relationship()


class Mention(Model):
    """One person whom a note names; written in the note's transaction."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("note_id", "account_id"),
        Index(None, "account_id", "id"),
        Index("ix_mention_unread", "account_id", postgresql_where=_UNREAD, sqlite_where=_UNREAD),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("learner_note.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None for good: read before, or no mail wanted

    note: Mapped[LearnerNote] = relationship()
