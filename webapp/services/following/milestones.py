"""Which learners have passed a course run for the first time, and which milestones are there to be read (decision 46)?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain import tracking
from webapp.domain.certificates.statuses import PASSED
from webapp.domain.identifiers import folded
from webapp.models.certificates import CourseMilestone
from webapp.models.learners import Learner
from webapp.services.following.moves import Moved
from webapp.services.messages.outbox import Channel, Effect


def fulfil(session: Session, moves: Sequence[Moved]) -> list[Effect]:
    """Write the milestone of each move that leads to `generating` or `downloadable` for the first time, and give what is told of it.

    The caller holds the certificates' locks: nobody else comes between looking and writing.
    """
    passed: dict[tuple[int, str], Moved] = {}
    for moved in moves:
        if moved.status in PASSED:
            passed.setdefault((moved.learner_id, moved.course_id), moved)
    if not passed:
        return []
    learners = {learner_id for learner_id, _ in passed}
    there = select(CourseMilestone.learner_id, CourseMilestone.course_id).where(
        CourseMilestone.learner_id.in_(learners)
    )
    for learner_id, course_id in session.execute(there):
        passed.pop((learner_id, course_id), None)
    if passed:
        session.execute(insert(CourseMilestone), [row_of(moved) for moved in passed.values()])
    return [told(moved) for moved in passed.values()]


def row_of(moved: Moved) -> Mapping[str, Any]:
    """Give the row of the milestone that a move fulfils."""
    return {
        "learner_id": moved.learner_id,
        "course_id": moved.course_id,
        "fulfilled_at": moved.since or moved.at,
        "reason": moved.cause,
    }


def told(moved: Moved) -> Effect:
    """Give the analytics event of the milestone that a move fulfils."""
    event = tracking.milestone_fulfilled(
        user_id=moved.external_id, course_id=moved.course_id, reason=moved.cause, at=moved.since or moved.at
    )
    return Effect(Channel.TRACKING, event, moved.certificate_id)


def list_page(
    session: Session, *, username: str | None, course_id: str | None, below: int | None, limit: int
) -> Sequence[tuple[CourseMilestone, str]]:
    """Give milestones with their learner's user name, the newest number first; a user name is found whatever its case."""
    query = select(CourseMilestone, Learner.username).join(Learner, Learner.id == CourseMilestone.learner_id)
    if username is not None:
        query = query.where(Learner.username_folded == folded(username))
    if course_id is not None:
        query = query.where(CourseMilestone.course_id == course_id)
    if below is not None:
        query = query.where(CourseMilestone.id < below)
    return [(row, name) for row, name in session.execute(query.order_by(CourseMilestone.id.desc()).limit(limit))]
