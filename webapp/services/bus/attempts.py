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
_RECORD = "record"
"""Stands for the number of a try where an import told how things are; the platform's are whole numbers."""
_SET_ASIDE = ""
"""The word of a try that no longer counts, until a newer one is told of it."""

Tries = dict[str, IdAttempt]


def write(session: Session, batch: Batch, told: Iterable[tuple[News, datetime]]) -> None:
    """Keep the newest word of each try, and say of each learner what follows from all of theirs.

    A new try that is under way, or fails, takes nothing from an approval of before, be it another try's or an
    import's: the platform counts those that have not run out.
    """
    said: dict[int, list[tuple[Attempt, datetime]]] = {}
    for news, at in told:
        assert news.learner is not None, "an attempt is somebody's"
        assert news.attempt is not None, "it is one"
        row = batch.learners.find(news.learner.natural_key)
        assert row is not None, "the learner was introduced"
        said.setdefault(row.id, []).append((news.attempt, at))
    for learner_id, words in said.items():
        _settle(session, learner_id, words, batch.now)


def _settle(session: Session, learner_id: int, words: Iterable[tuple[Attempt, datetime]], now: datetime) -> None:
    known = session.scalar(select(IdVerification).where(IdVerification.learner_id == learner_id))
    found = session.scalars(select(IdAttempt).where(IdAttempt.learner_id == learner_id))
    tries = {one.attempt_id: one for one in found}
    if known is not None and not _says(known, _counting(tries)):
        _take_over(tries, known, now)
    for attempt, at in words:
        _keep(tries, learner_id, attempt, at)
    session.add_all(tries.values())
    counts = _counting(tries)
    if counts is None:
        return  # all are set aside: what the import told stands
    if known is None:
        known = IdVerification(learner_id=learner_id)
        session.add(known)
    if not _says(known, counts):
        known.status, known.expires_at, known.modified_at = counts.status, counts.expires_at, now


def _take_over(tries: Tries, known: IdVerification, now: datetime) -> None:
    """Keep what an import told as one more try; it told how things are, so that the tries known till then no longer count.

    That it was an import shows by what is known being another thing than follows from the tries.
    """
    for one in tries.values():
        one.status = _SET_ASIDE
    record = _try(tries, known.learner_id, _RECORD)
    over = known.status == APPROVED and known.expires_at is not None and known.expires_at <= now
    record.status = _SET_ASIDE if over else known.status
    record.expires_at, record.event_at = known.expires_at, known.modified_at


def _keep(tries: Tries, learner_id: int, attempt: Attempt, at: datetime) -> None:
    kept = tries.get(attempt.attempt_id)
    older = kept is not None and at <= kept.event_at
    if kept is not None and older and kept.status == _SET_ASIDE:
        return
    record = tries.get(_RECORD)
    if record is not None and attempt.status == APPROVED and _says(record, attempt):
        # The import told this very approval. It ends with the try, even where that was told first.
        record.status = _SET_ASIDE
    if not older:
        kept = _try(tries, learner_id, attempt.attempt_id)
        kept.status, kept.expires_at, kept.event_at = attempt.status, attempt.expires_at, at


def _try(tries: Tries, learner_id: int, attempt_id: str) -> IdAttempt:
    if attempt_id not in tries:
        tries[attempt_id] = IdAttempt(learner_id=learner_id, attempt_id=attempt_id)
    return tries[attempt_id]


def _counting(tries: Tries) -> IdAttempt | None:
    standing = [one for one in tries.values() if one.status != _SET_ASIDE]
    approved = [one for one in standing if one.status == APPROVED]
    if approved:
        return max(approved, key=lambda one: (one.expires_at or _FOR_EVER, one.event_at))
    return max(standing, key=lambda one: (one.event_at, one.attempt_id), default=None)


def _says(one: IdVerification | IdAttempt, other: IdAttempt | Attempt | None) -> bool:
    return other is not None and (one.status, one.expires_at) == (other.status, other.expires_at)
