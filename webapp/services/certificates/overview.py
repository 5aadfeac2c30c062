"""What should staff look at first? Counted no further than a thousand, so that no count costs more than a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.badges.states import BadgeState
from webapp.domain.bus.letters import Why
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import RunState
from webapp.models.badges import BadgeAward
from webapp.models.bus import HeldBack
from webapp.models.bus.letters import OPEN, DeadLetter
from webapp.models.certificates import HALTED, NOT_ISSUED, WITH_QUEUE, GeneratedCertificate, GenerationRun
from webapp.models.messages import GIVEN_UP, WAITING, CallbackInbox, JobLease, Outbox
from webapp.services.bus import held_back
from webapp.services.messages.outbox import UNWANTED, Channel
from webapp.services.messages.submissions import SUPERSEDED, is_stuck

COUNTED = 1_000
RECENT = 10
GIVEN_UP_LATELY = timedelta(days=7)
"""What was given up before that is old news: nobody can send it any more."""
_TRIED_LATELY = timedelta(days=1)
"""A job that nobody has begun for so long is no job of this installation any more."""
_TOLD_ELSEWHERE = (Channel.XQUEUE.value, Channel.EXAMPLE.value, Channel.BADGE_SERVER.value)
"""What is given up of these stands on its certificate, its example or its badge."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How many things wait, up to 1,001, which stands for "more than 1,000"."""

    refused_deliveries: int
    stuck: int
    errors: int
    in_flight: int
    unsent: int
    """Certificates whose job could not be handed to XQueue, and is tried again."""
    dead_letters: int
    """Events of the bus that somebody has to look at; those that wait for their learner do not count."""
    held_back: int
    """Learners who passed before we listened, and wait for a run (decision 44)."""
    failed_runs: int
    paused_runs: int
    failed_badges: int
    """Badges that the badge server refused."""
    waiting_badges: int
    """Badges that wait for an image (decision 32)."""
    given_up: int
    """Mails, bus events and tracking events of the last seven days that will never leave."""
    unsent_reason: str
    """Why, of the newest certificate that is unsent; empty where there is none."""
    given_up_reason: str
    """Why, of the last that was given up; empty where there is none."""


def attention(session: Session, *, now: datetime, stuck_minutes: int) -> Attention:
    """Count what waits for staff, in one question."""
    certificate, run, award = GeneratedCertificate, GenerationRun, BadgeAward
    unsent = select(certificate.error_reason).where(is_unsent())
    lost = select(Outbox.last_problem).where(*_given_up(now))
    query = select(
        _count(select(CallbackInbox.id).where(WAITING)),
        _count(select(certificate.id).where(is_stuck(now - timedelta(minutes=stuck_minutes)))),
        _count(select(certificate.id).where(NOT_ISSUED, certificate.status == Status.ERROR)),
        _count(select(certificate.id).where(WITH_QUEUE)),
        _count(unsent),
        _count(select(DeadLetter.id).where(OPEN, DeadLetter.why != Why.WAITING)),
        _count(select(HeldBack.learner_id).where(held_back.waits())),
        _count(select(run.id).where(HALTED, run.state == RunState.FAILED)),
        _count(select(run.id).where(HALTED, run.state == RunState.PAUSED)),
        _count(select(award.id).where(award.state == BadgeState.FAILED)),
        _count(select(award.id).where(award.state == BadgeState.WAITING)),
        _count(lost),
        func.coalesce(unsent.order_by(certificate.id.desc()).limit(1).scalar_subquery(), ""),
        func.coalesce(lost.order_by(Outbox.failed_at.desc()).limit(1).scalar_subquery(), ""),
    )
    found: Any = session.execute(query).one()
    return Attention(*found)


def failing_jobs(session: Session, *, now: datetime) -> Sequence[tuple[str, datetime | None]]:
    """Give the scheduled jobs whose last run ended in a failure or with its process, and when each was last done.

    Whoever finishes a run gives its lease back, which then ends before the run did.
    """
    undone = or_(JobLease.finished_at.is_(None), JobLease.finished_at < JobLease.until)
    lately = and_(JobLease.until <= now, JobLease.until > now - _TRIED_LATELY)
    found = session.execute(select(JobLease.job, JobLease.finished_at).where(undone, lately).order_by(JobLease.job))
    return [(job, finished_at) for job, finished_at in found]


def _given_up(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        and_(GIVEN_UP, Outbox.failed_at > now - GIVEN_UP_LATELY),
        Outbox.channel.not_in(_TOLD_ELSEWHERE),
        Outbox.last_problem.not_in((SUPERSEDED, UNWANTED)),
    )


def is_unsent() -> ColumnElement[bool]:
    """The condition of a certificate whose job has not reached XQueue, though it was tried (decisions 39, 40)."""
    certificate = GeneratedCertificate
    return and_(WITH_QUEUE, certificate.submitted_at.is_(None), certificate.error_reason != "")


def recent_deliveries(session: Session) -> list[CallbackInbox]:
    """Give the last deliveries, newest first."""
    return list(session.scalars(select(CallbackInbox).order_by(CallbackInbox.id.desc()).limit(RECENT)))


def _count(query: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(query.limit(COUNTED + 1).subquery()).scalar_subquery()
