"""Which views of lists do people keep: the filters, the columns and the order under a name?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Model, UtcDateTime

_KEPT = text("removed_at IS NULL")


class SavedView(Model):
    """A list as somebody wants to see it again; theirs alone, or shared with the whole desk."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index(
            "uq_saved_view_name",
            "list_name",
            "account_id",
            "name",
            unique=True,
            postgresql_where=_KEPT,
            sqlite_where=_KEPT,
        ),
        Index(None, "account_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    made_by: Mapped[str] = mapped_column(String(150))
    list_name: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(2000))  # what stands behind the ? of the list's address
    shared: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # kept, so that it can be brought back
