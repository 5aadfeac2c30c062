"""The pages of runs: all of them, and one with its progress and what came of its learners."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.roles import Permission
from webapp.domain.runs import GOING, RunMove, RunState, after_move
from webapp.models.base import db
from webapp.models.certificates import GenerationRun
from webapp.services.course_runs import find_course
from webapp.services.generation import runs
from webapp.web import cells
from webapp.web.auth import requires
from webapp.web.details import Button, Fact, copied_fact
from webapp.web.exports import export
from webapp.web.runs import rights, words
from webapp.web.runs.blueprint import bp
from webapp.web.runs.forms import StartForm
from webapp.wording import phrase, phrase_of

_BUTTONS: tuple[tuple[RunMove, str, str | None], ...] = (
    (RunMove.PAUSE, phrase("Pause"), None),
    (RunMove.RESUME, phrase("Resume"), None),
    (RunMove.CANCEL, phrase("Cancel the run"), phrase("What it did stays. A cancelled run cannot be resumed.")),
)


@bp.get("/runs/begin")
@requires(Permission.SUPPORT_LEARNERS)
def new() -> ResponseReturnValue:
    """Show the form that begins a run; the address may name the course run."""
    return show_form(StartForm(formdata=None, course_id=request.args.get("course", "")[:255]))


def show_form(form: StartForm, problem: str | None = None) -> str:
    """Draw the form that begins a run, and why it did not."""
    return render_template("runs/begin.html", form=form, problem=problem, regenerate=Purpose.REGENERATE.value)


@bp.get("/runs/<row:run_id>")
@requires(Permission.READ_DESK)
def show(run_id: int) -> ResponseReturnValue:
    """Show how far a run is, what came of its learners so far, and what can be done."""
    run = runs.get_run(db.session(), run_id)
    course = find_course(db.session(), run.course_id)
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
        buttons=buttons_of(run),
        for_real=ready,
    )


@bp.get("/runs/<row:run_id>/results")
@requires(Permission.READ_DESK)
def results(run_id: int) -> ResponseReturnValue:
    """Give what came of each learner as CSV, a page at a time, so that memory does not grow with them."""
    run = runs.get_run(db.session(), run_id)
    return export(runs.results_of(run), "csv", {})


def buttons_of(run: GenerationRun) -> list[Button]:
    """Give what can be done with a run as it stands, and why whoever looks may not."""
    role = None if rights.may_act(run) else phrase("This needs the role support.")
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


def _facts(run: GenerationRun) -> list[Fact]:
    left_out = phrase_of(run.left_out, "{number} learner on the allowlist", "{number} learners on the allowlist")
    why = phrase("A run does not make their certificates anew; each learner’s own page does")
    return [
        *_about(run),
        Fact(phrase("Asked for by"), cells.actor(run.asked_by)),
        Fact(phrase("Asked for"), cells.when(run.created_at)),
        Fact(phrase("Begun"), cells.when(run.started_at)),
        Fact(phrase("Last step"), cells.when(run.modified_at if run.done else None)),
        Fact(phrase("Ended"), cells.when(run.finished_at)),
        *([Fact(phrase("Left out"), cells.plain(left_out), why)] if run.left_out else []),
    ]


def _about(run: GenerationRun) -> list[Fact]:
    """Over what it goes."""
    if run.selection_id is None:
        return [copied_fact(phrase("Course key"), run.course_id)]
    courses = runs.courses_of(db.session(), run)
    return [
        Fact(
            phrase("Chosen by"),
            cells.name(run.chosen),
            phrase("As it was when they were chosen; the dry run and the real one share it"),
        ),
        Fact(phrase("Course runs"), cells.plain(f"{courses:,}")),
    ]
