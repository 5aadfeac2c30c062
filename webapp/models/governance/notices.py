"""Who was told what of a change request, have they read it, and did it leave by mail (approvals note §3.9)?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import BIG_ID, Model, UtcDateTime
from webapp.models.governance.changes import ChangeRequest

_UNREAD = text("read_at IS NULL")


class Notice(Model):
    """One thing that one person is told of one change request; written in the transaction of what it tells."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "account_id", "id"),
        Index("ix_notice_unread", "account_id", postgresql_where=_UNREAD, sqlite_where=_UNREAD),
        Index(None, "account_id", "change_id"),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    change_id: Mapped[int] = mapped_column(ForeignKey("change_request.id", ondelete="RESTRICT"))
    action: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(150))
    text: Mapped[str] = mapped_column(String(255))  # one sentence, in the words for this person's part
    note: Mapped[str] = mapped_column(Text, default="")  # what whoever did it said
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_waits: Mapped[bool] = mapped_column(default=True)  # an entry of the outbox will see to it
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None for good: read before, or no mail wanted

    change: Mapped[ChangeRequest] = relationship()
