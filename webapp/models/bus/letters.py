"""Which events could not be taken, and what became of them since?"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.bus.letters import Closing, Why
from webapp.models.base import BIG_ID, Model, UtcDateTime, wire_enum

# The condition of a partial index, for lists that want to be served by it (see models/certificates.py).
OPEN = text("dead_letter.closed_at IS NULL")
_OPEN = text("closed_at IS NULL")


class DeadLetter(Model):
    """An event that could not be taken, as it came; it stays until somebody has dealt with it, or what it waits for came."""

    __tablename__ = "dead_letter"
    __table_args__ = (
        # A topic that was made anew counts from 0 again: only the moment tells its messages from the former ones.
        UniqueConstraint("topic", "partition", "offset", "sent_at"),
        Index("ix_dead_letter_open", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_dead_letter_waits_for", "waits_for", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index(None, "closed_at"),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    topic: Mapped[str] = mapped_column(String(255))
    partition: Mapped[int]
    offset: Mapped[int] = mapped_column(BIG_ID)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    event_id: Mapped[str] = mapped_column(String(255), default="")  # empty where the message gave none
    event_type: Mapped[str] = mapped_column(String(255), default="")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    value: Mapped[bytes | None] = mapped_column(LargeBinary)
    headers: Mapped[list[Any]] = mapped_column(JSON)
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the value, where it could be decoded
    why: Mapped[Why] = mapped_column(wire_enum(Why))
    reason: Mapped[str] = mapped_column(String(512))
    waits_for: Mapped[int | None]  # the platform's number of a learner
    tries: Mapped[int]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(150), default="")
    closing: Mapped[Closing | None] = mapped_column(wire_enum(Closing))
    note: Mapped[str] = mapped_column(String(512), default="")
