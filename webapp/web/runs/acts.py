"""What can support do about runs? Each button is one act in one transaction."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.roles import Permission
from webapp.domain.runs import Among, RunMove
from webapp.errors import UnknownRun, WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import GenerationRun
from webapp.services.generation import runs
from webapp.web import auth
from webapp.web.addresses import page_url
from webapp.web.auth import requires, signed_in_only
from webapp.web.errors import STATUSES
from webapp.web.language import flash
from webapp.web.runs import rights
from webapp.web.runs.blueprint import bp
from webapp.web.runs.forms import StartForm
from webapp.web.runs.views import show_form
from webapp.wording import phrase, words_of

_SAID = {
    RunMove.PAUSE: phrase("The run rests after the step that is under way. Resume it whenever you like."),
    RunMove.RESUME: phrase("The run goes on from where it was."),
    RunMove.CANCEL: phrase("The run is cancelled. What it did stays."),
}


@bp.post("/runs")
@requires(Permission.SUPPORT_LEARNERS)
def start() -> ResponseReturnValue:
    """Begin a run, and lead to its page."""
    form = StartForm()
    if not form.validate():
        return show_form(form), 422
    try:
        with unit_of_work() as session:
            run = runs.start_run(
                session,
                auth.actor(),
                form.wanted_course,
                Purpose(form.purpose.data),
                statuses=form.wanted_statuses,
                among=Among(form.among.data),
                dry_run=form.dry_run.data,
                now=clock.now(),
            )
    except WebappError as problem:
        return show_form(form, words_of(problem)), STATUSES[type(problem)]
    return redirect(url_for("runs.show", run_id=run.id), 303)


@bp.post("/runs/<row:run_id>/for-real")
@requires(Permission.READ_DESK)
def start_for_real(run_id: int) -> ResponseReturnValue:
    """Do what a dry run over chosen certificates foresaw, and lead to the page of the run that does it."""
    if not rights.may_act(db.session.get(GenerationRun, run_id)):
        abort(403)
    with unit_of_work() as session:
        begun = runs.start_for_real(session, auth.actor(), run_id, team_of=rights.team_of(), now=clock.now())
    return redirect(url_for("runs.show", run_id=begun.id), 303)


@bp.post("/runs/<row:run_id>/pause")
@signed_in_only
def pause(run_id: int) -> ResponseReturnValue:
    """Let a run rest."""
    return _move(run_id, RunMove.PAUSE)


@bp.post("/runs/<row:run_id>/resume")
@signed_in_only
def resume(run_id: int) -> ResponseReturnValue:
    """Let a run go on."""
    return _move(run_id, RunMove.RESUME)


@bp.post("/runs/<row:run_id>/cancel")
@signed_in_only
def cancel(run_id: int) -> ResponseReturnValue:
    """End a run."""
    return _move(run_id, RunMove.CANCEL)


def _move(run_id: int, move: RunMove) -> ResponseReturnValue:
    if not rights.may_act(db.session.get(GenerationRun, run_id)):
        abort(403)
    try:
        with unit_of_work() as session:
            runs.move(session, auth.actor(), run_id, move, now=clock.now())
    except UnknownRun:
        raise
    except WebappError as problem:
        flash(phrase("Nothing was changed. {problem}", problem=words_of(problem)), "error")
    else:
        flash(_SAID[move], "success")
    return redirect(_page_of(run_id), 303)


def _page_of(run_id: int) -> str:
    """Give the address at which whoever asks sees a run: the team of a course run has only the page of that."""
    if current_user.may(Permission.READ_DESK):
        return url_for("runs.show", run_id=run_id)
    course_id = runs.get_run(db.session(), run_id).course_id
    return (
        url_for("course.show", course_id=course_id, part="runs", run=run_id) if course_id else page_url("console.home")
    )
