"""The instructor dashboard's buttons over a whole course run, and what became of them (B2, B7, B8, B9)."""

import json
from typing import Any

from flask import Response

from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.configs.kinds import Kind
from webapp.domain.platform import instructor_answers as answers
from webapp.domain.platform.instructor_answers import TASK_STATES, candidates
from webapp.domain.roles import Scope
from webapp.domain.runs import Among
from webapp.errors import RunOpen, StatusNotPresent, UnknownCourse
from webapp.errors.governance import InvalidPayload, OpenRequest
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import GenerationRun
from webapp.services.generation import runs
from webapp.services.governance.refused import recorded
from webapp.services.platform import history, switch
from webapp.web import auth
from webapp.web.api.blueprint import tells
from webapp.web.api.compat.blueprint import bp, get_course, iso, told
from webapp.web.api.compat.instructor.sent import BASE, PAGED, PAGES, BadField, body, paged
from webapp.web.api.compat.objects import GenerationEntry, InstructorTask, RunBegun, RunWanted, Switch, numbered_page_of
from webapp.web.auth.guards import Door
from webapp.web.auth.platform import opens_to
from webapp.web.errors import legacy
from webapp.web.errors.problems import Refused
from webapp.web.installation import terms_of

STARTED = "Certificate regeneration task has been started"


@bp.post(f"{BASE}/certificates/toggle_generation")
@opens_to(Door.COURSE, Scope.CONFIGS_PROPOSE)
@tells(
    takes=Switch,
    gives={200: Switch},
    refuses=(UnknownCourse, OpenRequest),
    fields=("enabled",),
    codes={403: ("account",)},
)
def toggle_generation(course_id: str) -> Response:
    """Ask that learners may generate for themselves, or may not: files a change request, and answers how it stands now."""
    key, _ = get_course(course_id)
    enabled = body().get("enabled")
    if not isinstance(enabled, bool):
        raise BadField("enabled", "Must be true or false.")
    actor, now = auth.actor(), clock.now()
    if actor.id is None:
        raise Refused(403, "account", "A change request has an author: ask for an account of Certdesk first.")
    db.session.rollback()
    try:
        with recorded(unit_of_work, actor, Kind.COURSE, key, now=now) as session:
            stands = switch.ask_for_switch(session, terms_of(actor, now), key, enabled=enabled)
    except InvalidPayload as problem:
        raise BadField("enabled", "; ".join(reason for _, reason in problem.problems)) from None
    return told({"enabled": stands})


@bp.post(f"{BASE}/certificates/regenerate")
@opens_to(Door.COURSE, Scope.CERTIFICATES_WRITE)
@tells(
    takes=RunWanted,
    gives={200: RunBegun},
    refuses=(UnknownCourse, StatusNotPresent),
    fields=("statuses", "student_set"),
    codes={400: (RunOpen.code,)},
    words={400: (answers.NONE_CHOSEN, answers.ELSEWHERE)},
)
def start_run(course_id: str) -> Response:
    """Begin a run: anew for what is in some statuses, or for everybody, or for those on the allowlist; one at a time."""
    key, _ = get_course(course_id)
    said = body()
    among, statuses = _among(said), _statuses(said)
    if among is not None and among is not Among.EVERYBODY:
        statuses = []  # as ever: the allowlist comes first
    if among is None and not statuses:
        raise BadField("statuses", answers.NONE_CHOSEN)
    if statuses:
        statuses = [one for one in statuses if one in runs.statuses_of(db.session(), key)]
        if not statuses:
            raise BadField("statuses", answers.ELSEWHERE)
    purpose = Purpose.REGENERATE if statuses else Purpose.GENERATE
    db.session.rollback()
    try:
        with unit_of_work() as session:
            run = runs.start_run(
                session,
                auth.actor(),
                key,
                purpose,
                statuses=statuses,
                among=among or Among.EVERYBODY,
                now=clock.now(),
            )
    except RunOpen as problem:
        return legacy.answer(400, str(problem), code=problem.code)
    return told({"task_id": str(run.id), "message": STARTED})


@bp.get(f"{BASE}/certificates/generation_history")
@opens_to(Door.COURSE, Scope.CERTIFICATES_READ)
@tells(filters=PAGES, gives={200: numbered_page_of(GenerationEntry)}, **PAGED)
def list_history(course_id: str) -> Response:
    """List what was generated and regenerated for a whole course run, the newest first."""
    key, _ = get_course(course_id)
    session = db.session()
    return paged(
        history.count(session, key),
        lambda start, size: [_entry(one) for one in history.list_page(session, key, offset=start, limit=size)],
    )


@bp.get(f"{BASE}/instructor_tasks")
@opens_to(Door.COURSE, Scope.CERTIFICATES_READ)
@tells(filters=PAGES, gives={200: numbered_page_of(InstructorTask)}, **PAGED)
def list_tasks(course_id: str) -> Response:
    """List the runs of a course run with how far they are, the newest first."""
    key, _ = get_course(course_id)
    session = db.session()
    return paged(
        history.count(session, key),
        lambda start, size: [_task(one) for one in history.list_page(session, key, offset=start, limit=size)],
    )


def _among(said: dict[str, Any]) -> Among | None:
    if said.get("student_set") is None:
        return None
    try:
        return Among(said["student_set"])
    except ValueError:
        raise BadField("student_set", f"Must be one of {', '.join(Among)}.") from None


def _statuses(said: dict[str, Any]) -> list[Status]:
    value = said.get("statuses") or []
    try:
        return [Status(one) for one in value] if isinstance(value, list) else [Status("")]
    except ValueError:
        raise BadField("statuses", answers.ELSEWHERE) from None


def _entry(run: GenerationRun) -> dict[str, Any]:
    task = "Regenerated" if run.purpose is Purpose.REGENERATE else "Generated"
    return {"task_name": task, "date": iso(run.created_at), "details": candidates(run.statuses, run.among)}


def _task(run: GenerationRun) -> dict[str, Any]:
    ends = run.finished_at or clock.now()
    progress = f"{run.done:,} of {run.total:,} learners"
    return {
        "task_id": str(run.id),
        "task_type": "regenerate_certificates" if run.purpose is Purpose.REGENERATE else "generate_certificates",
        "task_input": json.dumps({"statuses_to_regenerate": run.statuses, "student_set": run.among.value}),
        "task_output": json.dumps({"attempted": run.done, "total": run.total, "skipped": run.left_out}),
        "task_state": TASK_STATES[run.state],
        "task_message": f"{progress}. {run.problem}".strip() if run.problem else progress,
        "status": "Complete" if run.finished_at else "Incomplete",
        "requester": run.asked_by,
        "created": iso(run.created_at),
        "duration_sec": int((ends - run.started_at).total_seconds()) if run.started_at else 0,
    }
