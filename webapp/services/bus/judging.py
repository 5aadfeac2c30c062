"""Who is judged because of what events told, and in which direction (decisions 44, 50)?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from webapp.domain.bus.news import News
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.facts import APPROVED
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import CourseGrade
from webapp.services.bus import held_back
from webapp.services.generation import acts
from webapp.services.generation.orders import Order
from webapp.services.records.batch import Batch
from webapp.settings import Settings

Place = tuple[int, str]
"""A learner's number with us, and a course run."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What follows from events: `CERTDESK_AUTO_GENERATE`, `CERTDESK_AUTO_GENERATE_DAYS`, `CERTDESK_DELAY_SECONDS`."""

    issues: bool
    youngest: timedelta
    delay: timedelta


def terms_of(settings: Settings) -> Terms:
    """Give what follows from events as the settings say."""
    return Terms(
        settings.auto_generate,
        timedelta(days=settings.auto_generate_days),
        timedelta(seconds=settings.delay_seconds),
    )


def schedule(
    session: Session, order: Order, batch: Batch, heeded: Sequence[tuple[News, datetime]], terms: Terms
) -> None:
    """Have those judged a moment later of whom something new was told: passing ones for a certificate, others anew.

    What is older than the terms allow fills in facts and leads to nothing; whom it leaves without is kept for a run.
    """
    young = [news for news, at in heeded if at >= order.now - terms.youngest]
    old = [news for news, at in heeded if at < order.now - terms.youngest]
    places = _places(batch, young)
    earning = _earning(session, places, _verified(batch, young))
    if terms.issues:
        acts.schedule_many(session, order, sorted(earning - _served(session, earning)), delay=terms.delay)
    failing = _failing(session, _places(batch, [news for news in young if news.grade is not None]))
    acts.schedule_many(session, order, sorted(failing), delay=terms.delay, purpose=Purpose.JUDGE_ANEW)
    left = _earning(session, _places(batch, old), _verified(batch, old)) - earning
    left -= _served(session, left)
    held_back.keep(session, left, now=order.now)


def still_fails(session: Session, learner_id: int, course_id: str) -> bool:
    """Say whether a learner who is to be judged anew for a failing grade has it still; one that passed since judges nobody anew."""
    return bool(_failing(session, {(learner_id, course_id)}))


def _places(batch: Batch, told: Iterable[News]) -> set[Place]:
    found = set()
    for news in told:
        fact = news.grade or news.enrollment
        if fact is not None:
            row = batch.learners.find((fact.username,))
            assert row is not None, "the learner was introduced"
            found.add((row.id, fact.course_id))
    return found


def _verified(batch: Batch, told: Iterable[News]) -> set[int]:
    """Learners who have shown who they are: they may have earned something before they did."""
    names = [
        news.learner.natural_key for news in told if news.attempt and news.attempt.status == APPROVED and news.learner
    ]
    return {row.id for name in names if (row := batch.learners.find(name))}


def _earning(session: Session, places: set[Place], verified: set[int]) -> set[Place]:
    """Those who pass, or are on the allowlist: whether that is enough is judged later."""
    found: set[Place] = set()
    for model, counts in (
        (CourseGrade, CourseGrade.passed.is_(True)),
        (AllowlistEntry, AllowlistEntry.allowlisted.is_(True)),
    ):
        place = (model.learner_id, model.course_id)
        among = or_(tuple_(*place).in_(sorted(places)), model.learner_id.in_(sorted(verified)))
        found |= {
            (learner_id, course_id) for learner_id, course_id in session.execute(select(*place).where(among, counts))
        }
    return found


def _served(session: Session, places: set[Place]) -> set[Place]:
    """Those who have it, or will hear of it: nothing would come of judging them."""
    held = GeneratedCertificate
    place = (held.learner_id, held.course_id)
    query = select(*place).where(tuple_(*place).in_(sorted(places)), held.status.in_({Status.DOWNLOADABLE, *IN_FLIGHT}))
    return {(learner_id, course_id) for learner_id, course_id in session.execute(query)}


def _failing(session: Session, places: set[Place]) -> set[Place]:
    """Those who fail and hold something: nobody else has anything to lose. The allowlist stands above the grade."""
    held = GeneratedCertificate
    query = (
        select(held.learner_id, held.course_id)
        .join(
            CourseGrade,
            (CourseGrade.learner_id == held.learner_id) & (CourseGrade.course_id == held.course_id),
        )
        .outerjoin(
            AllowlistEntry,
            (AllowlistEntry.learner_id == held.learner_id)
            & (AllowlistEntry.course_id == held.course_id)
            & AllowlistEntry.allowlisted.is_(True),
        )
        .where(tuple_(held.learner_id, held.course_id).in_(sorted(places)))
        .where(CourseGrade.passed.is_(False), AllowlistEntry.id.is_(None))
    )
    return {(learner_id, course_id) for learner_id, course_id in session.execute(query)}
