"""Who did what, when and why? Only ever added to; the database refuses anything else."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import BIG_ID, Model, UtcDateTime


class AuditEvent(Model):
    """One link of the audit chain (approvals note §3.1); triggers refuse UPDATE, DELETE and any fork."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "kind", "key", "seq"),
        Index(None, "actor_name", "seq"),
        Index(None, "action", "seq"),
        Index(None, "at", postgresql_using="brin"),  # events come in order of time, which BRIN needs
        Index(None, "request_id"),
    )
    seq: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None]  # no foreign key: the account may go, the event stays
    actor_name: Mapped[str] = mapped_column(String(150))
    action: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(255))
    change_id: Mapped[int | None]
    revision: Mapped[int | None]
    from_version: Mapped[int | None]
    to_version: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str] = mapped_column(String(128), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    body: Mapped[str] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class AuditCheck(Model):
    """What a check of the whole chain found; no link of it, since to look is no act."""

    __tablename__ = "audit_check"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    events: Mapped[int] = mapped_column(BIG_ID)
    head: Mapped[str] = mapped_column(String(64))  # as far as everything was as it had been written
    first_bad: Mapped[int | None] = mapped_column(BIG_ID)
    reason: Mapped[str] = mapped_column(String(255), default="")
