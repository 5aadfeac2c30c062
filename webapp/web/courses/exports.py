"""What of a course run can be taken elsewhere as CSV, by whoever may see its page?"""

from flask import abort, current_app
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.domain.identifiers import CourseId
from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.services.courses import figures
from webapp.services.exceptions.listing import Wanted
from webapp.services.exports import course_runs, lists
from webapp.services.exports.sources import Source
from webapp.services.generation import runs
from webapp.web.courses import doors
from webapp.web.courses.blueprint import bp
from webapp.web.courses.views import find_run
from webapp.web.exports import export


@bp.get("/courses/figures.csv")
@doors.opens_to_team(Permission.READ_DESK)
def export_figures() -> ResponseReturnValue:
    """Send the sums, counted anew where they are not known."""
    course_id, cache = _course_id(), current_app.extensions["ports"].cache
    session, now = db.session(), clock.now()
    found = figures.find(session, cache, course_id, now=now)
    if found is None:
        found = figures.count_and_keep(session, cache, course_id, now=now)
    return _sent(course_id, course_runs.figures(found))


@bp.get("/courses/learners.csv")
@doors.opens_to_team(Permission.READ_DESK)
def export_learners() -> ResponseReturnValue:
    """Send the grade report's word on each learner: eligible, delivered, and of which type."""
    course_id = _course_id()
    return _sent(course_id, course_runs.learners(course_id))


@bp.get("/courses/allowlist.csv")
@doors.opens_to_team(Permission.READ_DESK)
def export_allowlist() -> ResponseReturnValue:
    """Send who is on the allowlist."""
    course_id = _course_id()
    return _sent(course_id, lists.allowlist(Wanted(course_id=course_id).of_allowlist()))


@bp.get("/courses/invalidations.csv")
@doors.opens_to_team(Permission.READ_DESK)
def export_invalidations() -> ResponseReturnValue:
    """Send whose certificate is invalidated."""
    course_id = _course_id()
    return _sent(course_id, lists.invalidations(Wanted(course_id=course_id).of_invalidations()))


@bp.get("/courses/run.csv")
@doors.opens_to_team(Permission.READ_DESK)
def export_run() -> ResponseReturnValue:
    """Send what came of each learner of one of its runs; 404 for a run that is not the course run's."""
    course_id = _course_id()
    run = find_run(course_id)
    if run is None:
        abort(404)
    return _sent(course_id, runs.results_of(run))


def _sent(course_id: CourseId, source: Source) -> ResponseReturnValue:
    return export(source, "csv", {"course": course_id})


def _course_id() -> CourseId:
    return CourseId(doors.find_named().course_id)
