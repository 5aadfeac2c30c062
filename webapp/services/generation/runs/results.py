"""What came of the learners of a run, one by one and in sums?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GenerationRun, GenerationRunRow
from webapp.models.desk.selections import SelectedResult
from webapp.models.learners import Learner
from webapp.services.exports.sources import PAGE, Row, Source

RESULT_HEADS = ("username", "status_before", "status_after", "refused_by", "queued")
"""What is told of each learner."""
CHOSEN_HEADS = ("username", "course_id", *RESULT_HEADS[1:])
"""What is told of each chosen certificate."""


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


def summarise(session: Session, run: GenerationRun) -> list[Sum]:
    """Give what came of a run's learners so far, by status and reason, in their order."""
    row = GenerationRunRow if run.selection_id is None else SelectedResult
    query = (
        select(row.status_after, row.refused_by, func.count())
        .where(row.run_id == run.id)
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


def results_of(run: GenerationRun) -> Source:
    """Give what came of each of a run's learners, to be taken elsewhere, in the order of the learners' numbers.

    Of chosen certificates in their own order: course run by course run.
    """
    run_id = run.id
    if run.selection_id is not None:
        return Source(f"run-{run_id}", CHOSEN_HEADS, _read_chosen(run_id), lambda row: row.place, _told_chosen)

    def read(session: Session, after: int | None, limit: int) -> list[Result]:
        return list_results(session, run_id, after=after or 0, at_most=limit)

    def told(_: Session, results: Sequence[Result]) -> Iterator[Row]:
        return ({head: getattr(one, head) for head in RESULT_HEADS} for one in results)

    return Source(f"run-{run_id}", RESULT_HEADS, read, lambda one: one.learner_id, told)


def _read_chosen(run_id: int) -> Callable[[Session, int | None, int], Sequence[Any]]:
    row = SelectedResult
    told = (row.course_id, row.status_before, row.status_after, row.refused_by, row.queued)
    query = select(row.place, Learner.username, *told).join(Learner, Learner.id == row.learner_id)

    def read(session: Session, after: int | None, limit: int) -> Sequence[Any]:
        page = query.where(row.run_id == run_id, row.place > (after or 0))
        return session.execute(page.order_by(row.place).limit(limit)).all()

    return read


def _told_chosen(_: Session, rows: Sequence[Any]) -> Iterator[Row]:
    return ({head: getattr(row, head) for head in CHOSEN_HEADS} for row in rows)
