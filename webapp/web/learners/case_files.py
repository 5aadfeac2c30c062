"""How does the file of a case get to a ticket? As Markdown or PDF, by one click."""

from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.adapters.certificate_print import typeset
from webapp.adapters.certificate_print.cases import case_of
from webapp.domain.identifiers import row_number
from webapp.domain.roles import Permission
from webapp.domain.support.case_file import CaseFile, as_markdown
from webapp.models.base import db, unit_of_work
from webapp.models.learners import Learner
from webapp.ports import PageBroken
from webapp.services import course_runs, places
from webapp.services.support import case_files
from webapp.web import auth, installation
from webapp.web.addresses import explanation_url
from webapp.web.auth import requires
from webapp.web.language import flash
from webapp.web.learners.blueprint import bp
from webapp.wording import phrase

KINDS = {"markdown": ("md", "text/markdown"), "pdf": ("pdf", "application/pdf")}
UNPRINTED = phrase("The PDF could not be made. Take the Markdown instead: it says the same.")


@bp.post("/case-files")
@requires(Permission.READ_DESK)
def take_case() -> ResponseReturnValue:
    """Give the file of a case, and leave the event that tells who took it; 404 for nobody and nothing."""
    form = request.form.get("form", "")
    if form not in case_files.FORMS:
        abort(400)
    number, course_id = row_number(request.form.get("learner", "")), request.form.get("course_id", "")
    learner = None if number is None else db.session.get(Learner, number)
    key = places.find_course_id(course_id)
    course = course_runs.find_course(db.session(), key) if key else None
    if learner is None or key is None or course is None:
        abort(404)
    settings = installation.settings()
    case = case_files.read_case(
        db.session(),
        learner,
        course,
        now=clock.now(),
        base_url=settings.base_url,
        queue_configured=settings.xqueue_url is not None,
    )
    try:
        body = _body(case, form)
    except PageBroken:
        flash(UNPRINTED, "error")
        return redirect(explanation_url(learner.username, key), 303)
    with unit_of_work() as session:
        case_files.note_exported(session, auth.actor(), learner.username, key, form, now=clock.now())
    ending, mimetype = KINDS[form]
    answer = Response(body, mimetype=mimetype)
    name = f"case-{learner.id}-{case.made_at:%Y-%m-%d}.{ending}"  # nobody's name: files lie about
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _body(case: CaseFile, form: str) -> bytes:
    return typeset(case_of(case)) if form == "pdf" else as_markdown(case).encode()
