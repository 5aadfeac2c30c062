"""How do people ask for a run over a whole course run, pause it, go on with it and end it?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import OPEN, PURPOSES, STANDS, Among, RunMove, RunState, after_move
from webapp.errors import RunMoveRefused, RunOpen, StatusMissing, StatusNotPresent, UnknownRun
from webapp.models.certificates import GeneratedCertificate, GenerationRun
from webapp.services import audit
from webapp.services.course_runs import get_course
from webapp.services.generation.runs.steps import everybody
from webapp.wording import phrase

NONE_CHOSEN = phrase("Please select one or more certificate statuses that require certificate regeneration.")
ELSEWHERE = phrase("Please select certificate statuses from the list only.")
"""The words of the old form (decision 48)."""
_ACTIONS = {RunMove.PAUSE: "run.paused", RunMove.RESUME: "run.resumed", RunMove.CANCEL: "run.cancelled"}


def start_run(
    session: Session,
    actor: Actor,
    course_id: CourseId,
    purpose: Purpose,
    *,
    statuses: Iterable[Status] = (),
    among: Among = Among.EVERYBODY,
    dry_run: bool = False,
    now: datetime,
) -> GenerationRun:
    """Ask for a run: to generate for whoever is or was enrolled, or is on the allowlist, or to make anew what is in some statuses.

    `among` says for whom it generates. A certificate of somebody on the allowlist is not made anew by a run (domain
    note §8.5), which says so of each. A dry run says what would happen, and changes nothing. Raises UnknownCourse, StatusMissing, StatusNotPresent, RunOpen, and ValueError for
    another purpose.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"a run cannot {purpose}")
    get_course(session, course_id)
    chosen = sorted(set(statuses)) if purpose is Purpose.REGENERATE else []
    if purpose is Purpose.REGENERATE:
        _require_present(session, course_id, chosen)
    run = GenerationRun(
        course_id=course_id, purpose=purpose, statuses=[status.value for status in chosen], dry_run=dry_run
    )
    run.asked_by, run.asked_by_id, run.request_id = actor.name, actor.id, actor.request_id
    run.created_at = run.modified_at = now
    run.state, run.place, run.left_out = RunState.WAITING, 0, 0
    run.among = among if purpose is Purpose.GENERATE else Among.EVERYBODY
    run.total = session.scalar(select(func.count()).select_from(everybody(run).subquery())) or 0
    _refuse_second(session, run)
    session.add(run)
    _flush(session, run)
    tell(session, actor, run, "run.started", now=now)
    return run


def move(session: Session, actor: Actor, run_id: int, wanted: RunMove, *, now: datetime) -> GenerationRun:
    """Pause, resume or cancel a run for a person; raises UnknownRun, RunMoveRefused, RunOpen.

    A step that is under way is waited for: what it did stays.
    """
    run = session.get(GenerationRun, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise UnknownRun(phrase("There is no run {number}.", number=run_id))
    state = after_move(run.state, wanted)
    if state is None:
        raise RunMoveRefused(_why_not(run, wanted))
    if wanted is RunMove.RESUME:
        _refuse_second(session, run)
    before, run.state = run.state, state
    run.paced_since = None
    run.modified_at, run.problem = now, ""
    run.finished_at = now if state is RunState.CANCELLED else None
    _flush(session, run)
    tell(session, actor, run, _ACTIONS[wanted], before, now=now)
    return run


def get_run(session: Session, run_id: int) -> GenerationRun:
    """Give a run; raises UnknownRun."""
    run = session.get(GenerationRun, run_id, populate_existing=True)
    if run is None:
        raise UnknownRun(phrase("There is no run {number}.", number=run_id))
    return run


def find_open_run(session: Session, course_id: str, *, but: int | None = None) -> GenerationRun | None:
    """Give the run of a course run, `but` one, that is under way or paused; another cannot begin before it has ended.

    A dry run changes nothing, and stands in nobody's way.
    """
    run = GenerationRun
    query = select(run).where(run.course_id == course_id, run.state.in_(sorted(OPEN)), run.dry_run.is_(False))
    return session.scalar(query.where(run.id != (but or 0)).order_by(run.id.desc()).limit(1))


def list_runs(
    session: Session,
    *,
    course_id: CourseId | None = None,
    state: RunState | None = None,
    below: int | None = None,
    at_most: int,
) -> Sequence[GenerationRun]:
    """Give runs, newest first; of one course run, in one state, or with lower numbers alone where that is said."""
    query = select(GenerationRun).order_by(GenerationRun.id.desc()).limit(at_most)
    if course_id is not None:
        query = query.where(GenerationRun.course_id == course_id)
    if state is not None:
        query = query.where(GenerationRun.state == state)
    if below is not None:
        query = query.where(GenerationRun.id < below)
    return session.scalars(query).all()


def as_object(run: GenerationRun) -> dict[str, Any]:
    """Give a run as programs read it."""
    return {
        "id": run.id,
        "course_id": run.course_id or None,
        "chosen": run.chosen or None,
        "purpose": run.purpose.value,
        "among": run.among.value,
        "statuses": run.statuses,
        "dry_run": run.dry_run,
        "state": run.state.value,
        "done": run.done,
        "total": run.total,
        "left_out": run.left_out,
        "asked_by": run.asked_by,
        "created_at": _iso(run.created_at),
        "started_at": _iso(run.started_at),
        "finished_at": _iso(run.finished_at),
        "problem": run.problem,
    }


def tell(
    session: Session, actor: Actor, run: GenerationRun, action: str, before: RunState | None = None, *, now: datetime
) -> None:
    """Leave the event of what somebody did with a run."""
    details = {
        "before": {"state": before} if before else None,
        "after": {"state": run.state},
        "course_id": run.course_id or None,
        "purpose": run.purpose,
        "statuses": run.statuses,
        **({"chosen": run.chosen} if run.chosen else {}),
        **({} if run.among is Among.EVERYBODY else {"among": run.among}),
        "dry_run": run.dry_run,
        "done": run.done,
        "total": run.total,
    }
    audit.append(session, actor, action, "run", str(run.id), now=now, details=details)


def statuses_of(session: Session, course_id: CourseId) -> dict[Status, int]:
    """Give how many certificates of a course run are in which status."""
    held = GeneratedCertificate
    query = select(held.status, func.count()).where(held.course_id == course_id).group_by(held.status)
    return dict(sorted((status, number) for status, number in session.execute(query)))


def _why_not(run: GenerationRun, wanted: RunMove) -> str:
    state = STANDS[run.state]
    if wanted is RunMove.PAUSE:
        return phrase("Run {number} is {state}; it cannot be paused.", number=run.id, state=state)
    if wanted is RunMove.RESUME:
        return phrase("Run {number} is {state}; it cannot be resumed.", number=run.id, state=state)
    return phrase("Run {number} is {state}; it cannot be cancelled.", number=run.id, state=state)


def _require_present(session: Session, course_id: CourseId, statuses: Sequence[Status]) -> None:
    if not statuses:
        raise StatusMissing(NONE_CHOSEN)
    absent = sorted(set(statuses) - set(statuses_of(session, course_id)))
    if absent:
        raise StatusNotPresent(
            phrase("{advice} None here is {statuses}.", advice=ELSEWHERE, statuses=", ".join(absent))
        )


def _refuse_second(session: Session, run: GenerationRun) -> None:
    if run.dry_run or run.selection_id is not None:
        return
    other = find_open_run(session, run.course_id, but=run.id)
    if other is not None:
        raise RunOpen(
            phrase(
                "Run {number} of {course_id} is under way or paused: let it end, or cancel it first.",
                number=other.id,
                course_id=run.course_id,
            )
        )


def _flush(session: Session, run: GenerationRun) -> None:
    """Write the run; of two that begin in the same moment the database lets one through."""
    course_id = run.course_id
    try:
        session.flush()
    except IntegrityError as problem:
        raise RunOpen(phrase("Another run of {course_id} has begun just now.", course_id=course_id)) from problem


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
