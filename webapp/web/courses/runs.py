"""How do support and the team of a course run have all its learners judged?"""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.identifiers import CourseId
from webapp.domain.roles import Permission
from webapp.domain.runs import Among
from webapp.errors import WebappError
from webapp.models.base import unit_of_work
from webapp.services.generation import runs
from webapp.web import auth
from webapp.web.courses import doors
from webapp.web.courses.blueprint import bp
from webapp.web.courses.views import Part, part_url, show_runs
from webapp.web.errors import STATUSES
from webapp.web.language import flash
from webapp.web.runs.forms import StartForm
from webapp.wording import phrase, words_of


@bp.post("/courses/run")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def start_run() -> ResponseReturnValue:
    """Begin a run over the course run, and lead to its progress."""
    course, form = doors.find_named(), StartForm()
    if not form.validate():
        return show_runs(course, form), 422
    try:
        with unit_of_work() as session:
            run = runs.start_run(
                session,
                auth.actor(),
                CourseId(course.course_id),
                Purpose(form.purpose.data),
                statuses=form.wanted_statuses,
                among=Among(form.among.data),
                dry_run=form.dry_run.data,
                now=clock.now(),
            )
    except WebappError as problem:
        return show_runs(course, form, words_of(problem)), STATUSES[type(problem)]
    if current_user.may(Permission.READ_DESK):
        return redirect(url_for("runs.show", run_id=run.id), 303)
    flash(phrase("Run {number} is begun.", number=run.id), "success")
    return redirect(part_url(course.course_id, Part.RUNS, run=run.id), 303)
