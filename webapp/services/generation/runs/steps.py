"""How does a run go on: some hundred learners in one transaction, and the run's own place with them?"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby, islice
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, exists, false, insert, null, select
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import GOING, LEFT_OUT, Among, RunState
from webapp.models.certificates import GOING as IS_GOING
from webapp.models.certificates import GeneratedCertificate, GenerationRun, GenerationRunRow
from webapp.models.desk.selections import SelectedCertificate, SelectedResult
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import Enrollment
from webapp.services.generation import acts, facts
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order

log = structlog.get_logger(__name__)
CHUNK = 500
"""How many learners are dealt with in one transaction: a fraction of a second, for which other writers may wait."""
COURSES = 20
"""Of how many course runs chosen certificates are dealt with in one transaction: each costs its own questions."""
BREATH_S = 0.02
"""So long whoever carries a run forward waits between two steps: on SQLite others who want to write look only now and then."""
PROBLEM_LENGTH = 512
_INSERT_ROW, _INSERT_SELECTED = insert(GenerationRunRow), insert(SelectedResult)
Ahead = Sequence[Any]
"""Rows as `everybody` gives them."""

OrderBy = Callable[[Actor], Order]
"""Gives the order of whoever asked for a run, as of now."""
Begin = Callable[[], AbstractContextManager[Session]]
"""Begins a transaction: `unit_of_work`."""


def list_going(session: Session) -> Sequence[int]:
    """Give the numbers of the runs that are to be carried forward, those first that have waited longest."""
    query = select(GenerationRun.id).where(IS_GOING).order_by(GenerationRun.modified_at, GenerationRun.id)
    return session.scalars(query).all()


def carry_on(begin: Begin, run_id: int, order_by: OrderBy, *, at_most: int = CHUNK) -> GenerationRun | None:
    """Take a step in a transaction of its own; a run that cannot go on is left with the reason.

    Where the database fails, that is raised and the run stays as it is: the step is taken again by whoever comes next.
    """
    try:
        return _step_twice_at_most(begin, run_id, order_by, at_most)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        log.exception("run.failed", run=run_id)
        with begin() as session:
            return _fail(session, run_id, _reason(problem), order_by)


def take_step(session: Session, run_id: int, order_by: OrderBy, *, at_most: int = CHUNK) -> GenerationRun | None:
    """Deal with the next learners of a run, all in this transaction: the run's own place among them.

    Whoever is killed has done all of a step or nothing of it. Gives None where somebody else is taking a step of this
    run just now, or there is no such run; a run that is not going stays as it is. `order_by` gives the order of
    whoever asked for the run.
    """
    run = session.scalar(
        select(GenerationRun).where(GenerationRun.id == run_id).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    )
    if run is None:
        return None
    if run.state in GOING:
        _go_on(session, run, order_by(_asker(run)), at_most)
    return run


def everybody(run: GenerationRun) -> Select[*tuple[Any, ...]]:
    """Places and learners after the run's own place, in order: whoever comes while it runs comes at the end.

    Of those whose certificate is to be made anew also its status, and whether they are left out (domain note §8.5).
    """
    if run.selection_id is not None:
        return _chosen(run)
    if run.purpose is Purpose.GENERATE and run.among is not Among.EVERYBODY:
        return _allowlisted(run)
    if run.purpose is Purpose.GENERATE:
        enrolled = Enrollment
        query = select(enrolled.id, enrolled.learner_id, null().label("status"), false().label("left_out"))
        return query.where(enrolled.course_id == run.course_id, enrolled.id > run.place).order_by(enrolled.id)
    held = GeneratedCertificate
    in_status = held.status.in_([Status(status) for status in run.statuses])
    query = select(held.id, held.learner_id, held.status, _exempt().label("left_out"))
    return query.where(held.course_id == run.course_id, held.id > run.place, in_status).order_by(held.id)


def _exempt() -> ColumnElement[bool]:
    held, entry = GeneratedCertificate, AllowlistEntry
    return exists().where(entry.learner_id == held.learner_id, entry.course_id == held.course_id, entry.allowlisted)


def _chosen(run: GenerationRun) -> Select[*tuple[Any, ...]]:
    kept, held = SelectedCertificate, GeneratedCertificate
    left_out = _exempt() if run.purpose is Purpose.REGENERATE else false()
    query = select(kept.place.label("id"), held.learner_id, held.course_id, held.status, left_out.label("left_out"))
    query = query.join(held, held.id == kept.certificate_id)
    return query.where(kept.selection_id == run.selection_id, kept.place > run.place).order_by(kept.place)


def _allowlisted(run: GenerationRun) -> Select[*tuple[Any, ...]]:
    entry, held = AllowlistEntry, GeneratedCertificate
    query = select(entry.id, entry.learner_id, null().label("status"), false().label("left_out"))
    query = query.where(entry.course_id == run.course_id, entry.id > run.place, entry.allowlisted)
    if run.among is Among.ALLOWLISTED_NOT_GENERATED:
        issued = exists().where(
            held.learner_id == entry.learner_id, held.course_id == entry.course_id, held.status == Status.DOWNLOADABLE
        )
        query = query.where(~issued)
    return query.order_by(entry.id)


def _step_twice_at_most(begin: Begin, run_id: int, order_by: OrderBy, at_most: int) -> GenerationRun | None:
    try:
        with begin() as session:
            return take_step(session, run_id, order_by, at_most=at_most)
    except (
        IntegrityError
    ):  # somebody else made a row of the same learner, an import perhaps: it is there to be read now
        with begin() as session:
            return take_step(session, run_id, order_by, at_most=at_most)


def _go_on(session: Session, run: GenerationRun, order: Order, at_most: int) -> None:
    ahead = session.execute(everybody(run).limit(at_most)).all()
    parts = _parts(run, ahead)
    run.started_at = run.started_at or order.now
    if run.paced_since is None:
        run.paced_since, run.paced_from = order.now, run.done
    run.modified_at, run.state = order.now, RunState.RUNNING
    if len(ahead) < at_most and sum(len(rows) for _, rows in parts) == len(ahead):
        run.finished_at, run.state = order.now, RunState.DONE
    if len(parts) > 1 and not run.dry_run:
        facts.lock_parts(session, [(course_id, [row.learner_id for row in rows]) for course_id, rows in parts])
    for course_id, rows in parts:
        _judge(session, run, order, course_id, rows)


def _parts(run: GenerationRun, ahead: Ahead) -> list[tuple[CourseId, Ahead]]:
    """Cut what is ahead by course run, and no further than COURSES of them."""
    if run.selection_id is None:
        return [(CourseId(run.course_id), ahead)] if ahead else []
    by_course = groupby(ahead, key=lambda row: CourseId(row.course_id))
    return [(course_id, list(rows)) for course_id, rows in islice(by_course, COURSES)]


def _judge(session: Session, run: GenerationRun, order: Order, course_id: CourseId, ahead: Ahead) -> None:
    spared = [row for row in ahead if row.left_out]
    places = {row.learner_id: row.id for row in ahead}

    def keep(made: Sequence[Made]) -> None:
        run.place, run.done = ahead[-1].id, run.done + len(made) + len(spared)
        run.left_out += len(spared)
        run.total = max(run.total, run.done)
        session.flush()
        rows = [_row(one) for one in made] + [_row_of_spared(row.learner_id, row.status) for row in spared]
        if rows and run.selection_id is None:
            session.connection().execute(_INSERT_ROW, [{"run_id": run.id, **row} for row in rows])
        elif rows:
            of_course = {"run_id": run.id, "course_id": course_id}
            found = [{**of_course, "place": places[row["learner_id"]], **row} for row in rows]
            session.connection().execute(_INSERT_SELECTED, found)

    learner_ids = [row.learner_id for row in ahead if not row.left_out]
    if run.dry_run:
        keep(acts.foresee(session, order, course_id, learner_ids, run.purpose))
    else:
        acts.generate_many(session, order, course_id, learner_ids, run.purpose, told=keep)


def _row(made: Made) -> dict[str, Any]:
    return {
        "learner_id": made.decision.facts.learner_id,
        "status_before": made.before,
        "status_after": made.status,
        "refused_by": made.decision.refused_by or "",
        "queued": made.queued,
    }


def _row_of_spared(learner_id: int, status: Status) -> dict[str, Any]:
    """What is kept of somebody on the allowlist: their certificate stays as it is."""
    return {
        "learner_id": learner_id,
        "status_before": status,
        "status_after": status,
        "refused_by": LEFT_OUT,
        "queued": False,
    }


def _asker(run: GenerationRun) -> Actor:
    return Actor(run.asked_by, run.asked_by_id, request_id=run.request_id)


def _fail(session: Session, run_id: int, problem: str, order_by: OrderBy) -> GenerationRun | None:
    run = session.get(GenerationRun, run_id, with_for_update=True)
    if run is not None and run.state in GOING:
        run.state, run.problem, run.modified_at = RunState.FAILED, problem, order_by(_asker(run)).now
    return run


def _reason(problem: Exception) -> str:
    """What went wrong, in one line; of the database's errors the kind alone, since their texts name people."""
    said = "" if isinstance(problem, SQLAlchemyError) else str(problem).strip().partition("\n")[0]
    return f"{type(problem).__name__}: {said}".removesuffix(": ")[:PROBLEM_LENGTH]
