"""Who asked for which change of configuration, who wrote on it, and who decided?"""

from datetime import datetime

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    ScalarSelect,
    String,
    Text,
    and_,
    column,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from webapp.domain.approval.states import Origin, State, Verdict
from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.models.base import Model, UtcDateTime, wire_enum

KIND_LENGTH = 32
KEY_LENGTH = COURSE_ID_LENGTH
# One open request for a key; what an emergency, the machine or the installation writes does not stand in its way (decision 49).
_OPEN = text("state IN ('pending', 'on_hold', 'scheduled') AND origin = 'proposal'")
# The conditions of partial indexes: no query is served by one without its letters.
OWED = text("state = 'applied' AND emergency AND reviewed_at IS NULL")
LIVE = text("state IN ('pending', 'on_hold', 'scheduled')")


def _undoing(
    kind: Mapped[str], key: Mapped[str], base_version: Mapped[int], emergency: Mapped[bool]
) -> ScalarSelect[int | None]:
    """The first change since an emergency that led back to before it, approved as any other (approvals note §3.2)."""
    later = table(
        "change_request",
        *(column(name, String) for name in ("kind", "key", "state", "payload")),
        *(column(name, Integer) for name in ("id", "base_version", "reverts_version")),
        column("emergency", Boolean),
    ).alias("later")
    leads_back = or_(
        later.c.reverts_version <= base_version,
        and_(base_version == 0, later.c.payload.is_(None)),  # what an emergency had begun was deleted
    )
    found = select(func.min(later.c.id)).where(
        emergency,
        later.c.kind == kind,
        later.c.key == key,
        later.c.state == "applied",
        ~later.c.emergency,
        later.c.base_version > base_version,
        leads_back,
    )
    return found.correlate_except(later).scalar_subquery()


class ChangeRequest(Model):
    """One wish to change one key, from its proposal to its end; one row for each, never used again."""

    __tablename__ = "change_request"
    __table_args__ = (
        Index("uq_change_request_open", "kind", "key", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_change_request_owed", "id", postgresql_where=OWED, sqlite_where=OWED),
        Index("ix_change_request_live", "id", postgresql_where=LIVE, sqlite_where=LIVE),
        Index("ix_change_request_live_author", "author_id", "id", postgresql_where=LIVE, sqlite_where=LIVE),
        Index(None, "kind", "key", "id"),
        Index(None, "author_id", "id"),
        Index(None, "state", "id"),
        Index(None, "kind", "id"),
        Index(None, "created_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[Origin] = mapped_column(wire_enum(Origin))
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    payload: Mapped[str | None] = mapped_column(Text)  # canonical JSON; None: the value shall be deleted
    base_version: Mapped[int] = mapped_column()  # the version that it was made from; 0: there was none
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(wire_enum(State), default=State.PENDING)
    approvals_needed: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    author_name: Mapped[str] = mapped_column(String(150))
    title: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    confirmed: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes of the cautions that the author has read
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), index=True)
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    apply_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    emergency: Mapped[bool] = mapped_column(default=False)
    reverts_version: Mapped[int | None]
    batch: Mapped[str] = mapped_column(String(32), default="")  # changes that were filed together carry the same
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # an emergency that somebody else has looked at
    reviewed_by: Mapped[str] = mapped_column(String(150), default="")

    undone_by: Mapped[int | None] = column_property(_undoing(kind, key, base_version, emergency))

    contributors: Mapped[list["Contributor"]] = relationship()
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.at")

    @property
    def owes_review(self) -> bool:
        """True where an emergency made it live, and nobody else has looked at it or led back to before it (I15)."""
        looked_at = self.reviewed_at is not None or self.undone_by is not None
        return self.emergency and self.state is State.APPLIED and not looked_at


class Contributor(Model):
    """Somebody who wrote on a change request, and so may not approve it: its author, and whoever edited or rebased it."""

    __tablename__ = "contributor"
    __table_args__ = {"sqlite_with_rowid": False}
    change_id: Mapped[int] = mapped_column(ForeignKey("change_request.id", ondelete="RESTRICT"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True)
    account_name: Mapped[str] = mapped_column(String(150))


class Decision(Model):
    """What somebody decided on one revision of a change request."""

    __tablename__ = "decision"
    __table_args__ = {"sqlite_with_rowid": False}
    change_id: Mapped[int] = mapped_column(ForeignKey("change_request.id", ondelete="RESTRICT"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True)
    account_name: Mapped[str] = mapped_column(String(150))
    verdict: Mapped[Verdict] = mapped_column(wire_enum(Verdict))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
