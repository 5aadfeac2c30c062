"""What came in and what has to go out? Every delivery is kept, visits are counted, every effect leaves through one table."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.identifiers import COURSE_ID_LENGTH, USERNAME_LENGTH
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.base import BIG_ID, Model, UtcDateTime, folded_text, wire_enum
from webapp.models.certificates import GeneratedCertificate

# The conditions of partial indexes, for lists that want to be served by them (see models/certificates.py).
WAITING = text("callback_inbox.closed_at IS NULL AND callback_inbox.outcome NOT IN ('applied', 'duplicate')")
UNUSUAL = text("callback_inbox.outcome <> 'applied'")
GIVEN_UP = text("outbox.failed_at IS NOT NULL")
_UNSENT = text("sent_at IS NULL AND failed_at IS NULL")
_IN_ORDER = text("sent_at IS NULL AND failed_at IS NULL AND recipient <> ''")
_GIVEN_UP = text(str(GIVEN_UP).replace("outbox.", ""))
_WAITING, _UNUSUAL = (text(str(condition).replace("callback_inbox.", "")) for condition in (WAITING, UNUSUAL))
# Nearly every delivery is applied: an index that leaves those out costs the busy path nothing.
_OF_EXAMPLE = text("example_id IS NOT NULL")
AGENT_LENGTH = 500


class CallbackInbox(Model):
    """One delivery of XQueue, good or bad, as it came (decision 6)."""

    __tablename__ = "callback_inbox"
    __table_args__ = (
        Index(None, "certificate_id", "id"),
        Index("ix_callback_inbox_example_id", "example_id", postgresql_where=_OF_EXAMPLE, sqlite_where=_OF_EXAMPLE),
        Index("ix_callback_inbox_outcome_id", "outcome", "id", postgresql_where=_UNUSUAL, sqlite_where=_UNUSUAL),
        Index(None, "received_at"),
        Index("ix_callback_inbox_open", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index(None, "username", "id"),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(45))
    endpoint: Mapped[Endpoint] = mapped_column(wire_enum(Endpoint))
    header: Mapped[str | None] = mapped_column(Text)  # None: no such field came
    body: Mapped[str | None] = mapped_column(Text)
    whole: Mapped[bool]  # kept letter for letter; else it cannot be applied again
    digest: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(32), default="")
    username: Mapped[str] = mapped_column(String(USERNAME_LENGTH), default="")
    course_id: Mapped[str] = mapped_column(String(COURSE_ID_LENGTH), default="")
    outcome: Mapped[Outcome] = mapped_column(wire_enum(Outcome))
    content: Mapped[str] = mapped_column(String(512), default="")  # what the queue was told
    matched: Mapped[bool]  # the key was one of ours
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("generated_certificate.id", ondelete="SET NULL"))
    example_id: Mapped[int | None] = mapped_column(ForeignKey("example_certificate.id", ondelete="SET NULL"))
    request_id: Mapped[str] = mapped_column(String(128), default="")
    tries: Mapped[int] = mapped_column(default=1)  # 1 + how often staff applied it again
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(150), default="")
    note: Mapped[str] = mapped_column(String(512), default="")

    certificate: Mapped[GeneratedCertificate | None] = relationship()


class CallbackCount(Model):
    """How many unmatched deliveries one address sent in one hour: kept up to a limit, then counted only."""

    __tablename__ = "callback_count"
    __table_args__ = (UniqueConstraint("address", "hour"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(45))
    hour: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    unmatched: Mapped[int]


class UserAgentCount(Model):
    """How often one User-Agent visited the public pages on one day (UTC): nothing of who it was (decision 41)."""

    __tablename__ = "user_agent_count"
    __table_args__ = (UniqueConstraint("day", "agent"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    agent: Mapped[str] = mapped_column(folded_text(AGENT_LENGTH))  # case counts, as it does for the crawler list
    visits: Mapped[int]


class EventInbox(Model):
    """A bus event that was taken; its id is here once, so that it is never taken twice."""

    __tablename__ = "event_inbox"
    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    event_type: Mapped[str] = mapped_column(String(255))
    occurred_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Outbox(Model):
    """An effect that must leave after its transaction was committed (decision 31)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "next_try_at", postgresql_where=_UNSENT, sqlite_where=_UNSENT),
        Index("ix_outbox_due", "channel", "next_try_at", "id", postgresql_where=_UNSENT, sqlite_where=_UNSENT),
        Index(
            "ix_outbox_held", "channel", "recipient", "next_try_at", postgresql_where=_IN_ORDER, sqlite_where=_IN_ORDER
        ),
        Index(None, "certificate_id"),
        Index(None, "created_at"),  # what is old is looked for every ten minutes
        Index("ix_outbox_given_up", "failed_at", postgresql_where=_GIVEN_UP, sqlite_where=_GIVEN_UP),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(255), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("generated_certificate.id", ondelete="SET NULL"))
    event_seq: Mapped[int | None] = mapped_column(BIG_ID)  # the audit event that it follows from
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    last_problem: Mapped[str] = mapped_column(String(512), default="")
    request_id: Mapped[str] = mapped_column(String(128), default="", server_default="")  # for which it was put in


class IdempotencyKey(Model):
    """A request that a program sends under a key of its own, and its answer once there is one: it is carried out once."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("account_id", "key"),)
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    key: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))  # of the whole request
    holder: Mapped[str] = mapped_column(String(36))  # the request that is at it
    until: Mapped[datetime] = mapped_column(UtcDateTime)  # after this it counts as dead
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int | None]  # None while it is under way
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class JobLease(Model):
    """Which process runs a scheduled job just now, and until when nobody else may."""

    __tablename__ = "job_lease"
    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
