"""What came of the learners of a run, one by one and in sums?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GenerationRunRow
from webapp.models.learners import Learner
from webapp.services.exports.sources import PAGE, Row, Source

RESULT_HEADS = ("username", "status_before", "status_after", "refused_by", "queued")
"""What is told of each learner."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many learners ended in a status, by the check that refused them; None where there is no certificate."""

    status: Status | None
    refused_by: str
    learners: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one learner, or would come."""

    learner_id: int
    username: str
    status_before: Status | None
    status_after: Status | None
    refused_by: str
    queued: bool


def summarise(session: Session, run_id: int) -> list[Sum]:
    """Give what came of a run's learners so far, by status and reason, in their order."""
    row = GenerationRunRow
    query = (
        select(row.status_after, row.refused_by, func.count())
        .where(row.run_id == run_id)
        .group_by(row.status_after, row.refused_by)
    )
    found = [Sum(*values) for values in session.execute(query)]
    return sorted(found, key=lambda one: (one.status or "", one.refused_by))


def list_results(session: Session, run_id: int, *, after: int = 0, at_most: int = PAGE) -> list[Result]:
    """Give what came of a run's learners, from the number of a learner on."""
    row = GenerationRunRow
    query = (
        select(row.learner_id, Learner.username, row.status_before, row.status_after, row.refused_by, row.queued)
        .join(Learner, Learner.id == row.learner_id)
        .where(row.run_id == run_id, row.learner_id > after)
        .order_by(row.learner_id)
        .limit(at_most)
    )
    return [Result(*values) for values in session.execute(query)]


def results_of(run_id: int) -> Source:
    """Give what came of each of a run's learners, to be taken elsewhere, in the order of the learners' numbers."""

    def read(session: Session, after: int | None, limit: int) -> list[Result]:
        return list_results(session, run_id, after=after or 0, at_most=limit)

    def told(_: Session, results: Sequence[Result]) -> Iterator[Row]:
        return ({head: getattr(one, head) for head in RESULT_HEADS} for one in results)

    return Source(f"run-{run_id}", RESULT_HEADS, read, lambda one: one.learner_id, told)
