"""The pages of runs: all of them, and one with its progress and what came of its learners."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.roles import Permission
from webapp.domain.runs import GOING, RunMove, RunState, after_move
from webapp.models.base import db
from webapp.models.certificates import GenerationRun
from webapp.models.courses import CourseRun
from webapp.services.events import held_back
from webapp.services.generation import runs
from webapp.web import cells
from webapp.web.auth import requires
from webapp.web.details import Button, Fact, copied_fact
from webapp.web.exports import export
from webapp.web.paging import read_page
from webapp.web.runs import rights, words
from webapp.web.runs.blueprint import bp
from webapp.web.runs.forms import StartForm

_BUTTONS: tuple[tuple[RunMove, str, str | None], ...] = (
    (RunMove.PAUSE, "Pause", None),
    (RunMove.RESUME, "Resume", None),
    (RunMove.CANCEL, "Cancel the run", "What it did stays. A cancelled run cannot be resumed."),
)


@bp.get("/runs")
@requires(Permission.READ_DESK)
def list_runs() -> ResponseReturnValue:
    """List runs, newest first, and let support begin one."""
    form = StartForm(formdata=None, course_id=request.args.get("course", "")[:255])
    return show_list(form)


def show_list(form: StartForm, problem: str | None = None) -> str:
    """Draw the list beside the form that begins a run."""
    page = read_page(
        db.session(),
        select(GenerationRun),
        [],
        [GenerationRun.id],
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "runs/list.html",
        runs=page.rows,
        names=_names_of(page.rows),
        older_url=url_for("runs.list_runs", after=page.older) if page.older else None,
        newer_url=url_for("runs.list_runs", before=page.newer) if page.newer else None,
        going=any(run.state in GOING for run in page.rows),
        words=words,
        form=form,
        problem=problem,
        may_start=current_user.may(Permission.SUPPORT_LEARNERS),
        held_back=held_back.by_course(db.session()),
        regenerate=Purpose.REGENERATE.value,
    )


@bp.get("/runs/<int(max=2147483647):run_id>")
@requires(Permission.READ_DESK)
def show(run_id: int) -> ResponseReturnValue:
    """Show how far a run is, what came of its learners so far, and what can be done."""
    run = runs.get_run(db.session(), run_id)
    course = db.session.scalar(select(CourseRun).where(CourseRun.course_id == run.course_id))
    ready = run.dry_run and run.state is RunState.DONE and rights.may_act(run)
    chosen = run.selection_id is not None
    return render_template(
        "runs/run.html",
        run=run,
        course=course,
        chosen=chosen,
        done_by=runs.find_for_real(db.session(), run.selection_id) if run.selection_id and run.dry_run else None,
        left=words.left_of(run, clock.now()),
        going=run.state in GOING,
        words=words,
        sums=runs.summarise(db.session(), run),
        facts=_facts(run),
        buttons=_buttons(run),
        for_real=ready,
    )


@bp.get("/runs/<int(max=2147483647):run_id>/results")
@requires(Permission.READ_DESK)
def results(run_id: int) -> ResponseReturnValue:
    """Give what came of each learner as CSV, a page at a time, so that memory does not grow with them."""
    run = runs.get_run(db.session(), run_id)
    return export(runs.results_of(run), "csv", {})


def _names_of(found: list[GenerationRun]) -> dict[str, str]:
    keys = {run.course_id for run in found}
    courses = db.session.scalars(select(CourseRun).where(CourseRun.course_id.in_(keys)))
    return {course.course_id: course.title for course in courses}


def _facts(run: GenerationRun) -> list[Fact]:
    left_out = f"{run.left_out:,} {'learner' if run.left_out == 1 else 'learners'} on the allowlist"
    why = "A run does not make their certificates anew; each learner’s own page does"
    return [
        *_about(run),
        Fact("Asked for by", cells.name(run.asked_by)),
        Fact("Asked for", cells.when(run.created_at)),
        Fact("Begun", cells.when(run.started_at)),
        Fact("Last step", cells.when(run.modified_at if run.done else None)),
        Fact("Ended", cells.when(run.finished_at)),
        *([Fact("Left out", cells.plain(left_out), why)] if run.left_out else []),
    ]


def _about(run: GenerationRun) -> list[Fact]:
    """Over what it goes."""
    if run.selection_id is None:
        return [copied_fact("Course key", run.course_id)]
    courses = runs.courses_of(db.session(), run)
    return [
        Fact(
            "Chosen by",
            cells.name(run.chosen),
            "As it was when they were chosen; the dry run and the real one share it",
        ),
        Fact("Course runs", cells.plain(f"{courses:,}")),
    ]


def _buttons(run: GenerationRun) -> list[Button]:
    role = None if rights.may_act(run) else "This needs the role support."
    return [
        Button(
            label,
            url_for(f"runs.{move.value}", run_id=run.id),
            "danger" if move is RunMove.CANCEL else "primary" if move is RunMove.RESUME else "normal",
            confirm=confirm,
            disabled_reason=role,
        )
        for move, label, confirm in _BUTTONS
        if after_move(run.state, move) is not None
    ]
