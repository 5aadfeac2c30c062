"""What should staff look at first? Counted no further than a thousand, so that no count costs more than a page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.bus.letters import Why
from webapp.domain.certificates.statuses import Status
from webapp.models.bus import HeldBack
from webapp.models.bus.letters import OPEN, DeadLetter
from webapp.models.certificates import NOT_ISSUED, WITH_QUEUE, GeneratedCertificate
from webapp.models.messages import WAITING, CallbackInbox
from webapp.services.events import held_back

COUNTED = 1_000
RECENT = 10


@dataclass(frozen=True, slots=True)
class Attention:
    """How many things wait, up to 1,001, which stands for "more than 1,000"."""

    refused_deliveries: int
    stuck: int
    errors: int
    in_flight: int
    certificates: int
    unsent: int
    """Certificates whose job could not be handed to XQueue, and is tried again."""
    unsent_reason: str
    """Why, of the newest of them; empty where there is none."""
    dead_letters: int
    """Events of the bus that somebody has to look at; those that wait for their learner do not count."""
    held_back: int
    """Learners who passed before we listened, and wait for a run (decision 44)."""


def attention(session: Session, *, now: datetime, stuck_minutes: int) -> Attention:
    """Count what waits for staff."""
    since = now - timedelta(minutes=stuck_minutes)
    certificate = GeneratedCertificate
    unsent = select(certificate.error_reason).where(is_unsent())
    return Attention(
        refused_deliveries=_count(
            session,
            select(CallbackInbox.id).where(WAITING),
        ),
        stuck=_count(
            session, select(GeneratedCertificate.id).where(WITH_QUEUE, GeneratedCertificate.submitted_at <= since)
        ),
        errors=_count(
            session, select(GeneratedCertificate.id).where(NOT_ISSUED, GeneratedCertificate.status == Status.ERROR)
        ),
        in_flight=_count(session, select(GeneratedCertificate.id).where(WITH_QUEUE)),
        certificates=_count(session, select(GeneratedCertificate.id)),
        unsent=_count(session, unsent),
        unsent_reason=session.scalar(unsent.order_by(certificate.id.desc()).limit(1)) or "",
        dead_letters=_count(session, select(DeadLetter.id).where(OPEN, DeadLetter.why != Why.WAITING)),
        held_back=_count(session, select(HeldBack.learner_id).where(held_back.waits())),
    )


def is_unsent() -> ColumnElement[bool]:
    """The condition of a certificate whose job has not reached XQueue, though it was tried (decisions 39, 40)."""
    certificate = GeneratedCertificate
    return and_(WITH_QUEUE, certificate.submitted_at.is_(None), certificate.error_reason != "")


def recent_deliveries(session: Session) -> list[CallbackInbox]:
    """Give the last deliveries, newest first."""
    return list(session.scalars(select(CallbackInbox).order_by(CallbackInbox.id.desc()).limit(RECENT)))


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.limit(COUNTED + 1).subquery())) or 0
