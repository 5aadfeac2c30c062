"""Whom does a topic's past leave without a certificate, until somebody has a run made for them (decision 44)?"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.runs import Among, RunState
from webapp.models.bus import HeldBack
from webapp.models.certificates import GeneratedCertificate, GenerationRun

COUNTED = 10_000
"""So many are counted; whoever is behind them waits for the next look."""


def keep(session: Session, places: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """Write down learners, each in a course run; who stands there already stays."""
    rows = [{"learner_id": learner_id, "course_id": course_id, "at": now} for learner_id, course_id in sorted(places)]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(HeldBack).on_conflict_do_nothing(), rows)


def waits() -> ColumnElement[bool]:
    """The condition of those who hold no certificate, and for whose course run no run was made since."""
    held, run = GeneratedCertificate, GenerationRun
    served = exists().where(
        held.learner_id == HeldBack.learner_id,
        held.course_id == HeldBack.course_id,
        held.status.in_({Status.DOWNLOADABLE, *IN_FLIGHT}),
    )
    judged = exists().where(
        run.course_id == HeldBack.course_id,
        run.purpose == Purpose.GENERATE,
        run.among == Among.EVERYBODY,
        run.dry_run.is_(False),
        run.state == RunState.DONE,
        run.created_at >= HeldBack.at,
    )
    return and_(not_(served), not_(judged))


def by_course(session: Session) -> dict[str, int]:
    """Give how many of them wait in each course run, of the first 10,000."""
    some = select(HeldBack.course_id).where(waits()).order_by(HeldBack.course_id).limit(COUNTED).subquery()
    counted = select(some.c.course_id, func.count()).group_by(some.c.course_id).order_by(some.c.course_id)
    return {course_id: number for course_id, number in session.execute(counted)}  # noqa: C416 - rows are no pairs to mypy


def count_in(session: Session, course_id: str) -> int:
    """Give how many of them wait in a course run, 10,000 at most."""
    some = select(HeldBack.learner_id).where(HeldBack.course_id == course_id, waits()).limit(COUNTED)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def purge(session: Session, *, at_most: int = 5_000) -> int:
    """Forget those who wait no more, and give how many."""
    over = select(HeldBack.course_id, HeldBack.learner_id).where(not_(waits())).limit(at_most)
    place = tuple_(HeldBack.course_id, HeldBack.learner_id)
    gone = session.execute(delete(HeldBack).where(place.in_(over)).returning(HeldBack.learner_id))
    return len(gone.all())
