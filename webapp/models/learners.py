"""What do we know of learners? Facts that the learning platform tells us."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.identifiers import COURSE_ID_LENGTH, USERNAME_LENGTH
from webapp.models.base import Model, UtcDateTime, folded_text


class Learner(Model):
    """One person who takes courses; `username` is the platform's name for them, and case counts in it."""

    __tablename__ = "learner"
    __table_args__ = (
        Index(None, "username_folded"),
        Index(None, "email_folded"),
        Index(None, "external_id"),  # grades on the bus know learners by it alone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(USERNAME_LENGTH), unique=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    name: Mapped[str] = mapped_column(String(255), default="")
    allow_certificate: Mapped[bool] = mapped_column(default=True)
    external_id: Mapped[int | None]
    modified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: told before this was written down
    event_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the newest event that told who this is
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # who it was is forgotten since then (record 37)
    username_folded: Mapped[str] = mapped_column(folded_text(2 * USERNAME_LENGTH))
    email_folded: Mapped[str] = mapped_column(folded_text(508), default="")


class LearnerNameWord(Model):
    """A word by which a learner's name is found; whoever writes a name writes its words (domain/learners/name_words.py)."""

    __tablename__ = "learner_name_word"
    __table_args__ = (Index(None, "word", "learner_id"), {"sqlite_with_rowid": False})
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(folded_text(510), primary_key=True)

    learner: Mapped[Learner] = relationship()


class Enrollment(Model):
    """A learner's place in a course run, with the mode they are enrolled in."""

    __tablename__ = "enrollment"
    __table_args__ = (UniqueConstraint("learner_id", "course_id"), Index(None, "course_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    mode: Mapped[str] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(default=True)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    event_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the newest event that was heeded

    learner: Mapped[Learner] = relationship()


class CourseGrade(Model):
    """A learner's grade in a course run, as the platform last told it."""

    __tablename__ = "course_grade"
    __table_args__ = (UniqueConstraint("learner_id", "course_id"), Index(None, "course_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    percent: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 4)
    )  # a fraction: 0.87; None: told only whether it passes
    letter: Mapped[str] = mapped_column(String(255), default="")
    passed: Mapped[bool] = mapped_column(default=False)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    graded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the newest event that told a grade
    passing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the newest that told whether it passes

    learner: Mapped[Learner] = relationship()


class IdVerification(Model):
    """Whether the platform has verified who a learner is; one row a learner, the newest word counts."""

    __tablename__ = "id_verification"
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), unique=True)
    status: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)

    learner: Mapped[Learner] = relationship()


class IdAttempt(Model):
    """One try of a learner to show who they are, as the bus told it; `IdVerification` is what follows from all of them.

    What an import told of them is one more try, under a word in place of a number.
    """

    __tablename__ = "id_attempt"
    __table_args__ = (UniqueConstraint("learner_id", "attempt_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    attempt_id: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CourseRole(Model):
    """A part that a learner plays in a course run: beta tester, staff, instructor; where `active` is false it has ended."""

    __tablename__ = "course_role"
    __table_args__ = (UniqueConstraint("learner_id", "course_id", "role"), Index(None, "course_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH))
    role: Mapped[str] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(default=True)
    modified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: told before this was written down

    learner: Mapped[Learner] = relationship()


class ErasureKey(Model):
    """What the marks of erased learners are made with: one, and for good, whatever becomes of other secrets (record 37)."""

    __tablename__ = "erasure_key"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64))  # 256 random bits, hexadecimal


class ErasedMark(Model):
    """By what an erased learner would be known again: a keyed digest, from which nobody reads who it was."""

    __tablename__ = "erased_mark"
    __table_args__ = (Index(None, "learner_id"),)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
