"""How many events came, of which type, and how far are we with each partition?"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.bus.letters import Taken
from webapp.models.base import BIG_ID, Model, UtcDateTime, wire_enum


class EventCount(Model):
    """How many events of one type had one outcome, since we began."""

    __tablename__ = "event_count"
    event_type: Mapped[str] = mapped_column(String(255), primary_key=True)
    outcome: Mapped[Taken] = mapped_column(wire_enum(Taken), primary_key=True)
    number: Mapped[int] = mapped_column(BIG_ID)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventPartition(Model):
    """How far we are with one partition of a topic, as whoever read it last saw it."""

    __tablename__ = "event_partition"
    topic: Mapped[str] = mapped_column(String(255), primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    behind: Mapped[int] = mapped_column(BIG_ID)  # messages that are there and not taken
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
