"""What follows from a learner's tries to show who they are? Each has its own word; any approval that holds is enough."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.bus.news import Attempt, News
from webapp.domain.certificates.facts import APPROVED
from webapp.models.learners import IdAttempt, IdVerification
from webapp.services.records.batch import Batch

_FOR_EVER = datetime.max.replace(tzinfo=UTC)


def write(session: Session, batch: Batch, told: Iterable[tuple[News, datetime]]) -> None:
    """Keep the newest word of each try, and say of each learner what follows from all of theirs.

    A new try that is under way, or fails, takes nothing from an approval of before: the platform counts those that
    have not run out.
    """
    learners: dict[int, None] = {}
    for news, at in told:
        assert news.learner is not None, "an attempt is somebody's"
        assert news.attempt is not None, "it is one"
        row = batch.learners.find(news.learner.natural_key)
        assert row is not None, "the learner was introduced"
        _keep(session, row.id, news.attempt, at)
        learners[row.id] = None
    session.flush()
    for learner_id in learners:
        _settle(session, learner_id, batch.now)


def _keep(session: Session, learner_id: int, attempt: Attempt, at: datetime) -> None:
    kept = session.scalar(
        select(IdAttempt).where(IdAttempt.learner_id == learner_id, IdAttempt.attempt_id == attempt.attempt_id)
    )
    if kept is None:
        kept = IdAttempt(learner_id=learner_id, attempt_id=attempt.attempt_id)
        session.add(kept)
    elif kept.event_at >= at:
        return
    kept.status, kept.expires_at, kept.event_at = attempt.status, attempt.expires_at, at


def _settle(session: Session, learner_id: int, now: datetime) -> None:
    found = session.scalars(select(IdAttempt).where(IdAttempt.learner_id == learner_id)).all()
    approved = [one for one in found if one.status == APPROVED]
    if approved:
        counts = max(approved, key=lambda one: (one.expires_at or _FOR_EVER, one.event_at))
    else:
        counts = max(found, key=lambda one: (one.event_at, one.attempt_id))
    known = session.scalar(select(IdVerification).where(IdVerification.learner_id == learner_id))
    if known is None:
        known = IdVerification(learner_id=learner_id, status="", modified_at=now)
        session.add(known)
    if (known.status, known.expires_at) != (counts.status, counts.expires_at):
        known.status, known.expires_at, known.modified_at = counts.status, counts.expires_at, now
