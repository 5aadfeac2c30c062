"""How do support and the team of a course run make exceptions, and take them back, on its page?"""

from base64 import b64encode
from collections.abc import Callable

from flask import abort, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.identifiers import CourseId, row_number
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.learners import Learner
from webapp.services.exceptions import intake
from webapp.services.exceptions.intake import Act, Result, RowResult
from webapp.services.generation import acts, allowlist, invalidations
from webapp.services.generation.orders import Order, order_of
from webapp.web import auth, installation
from webapp.web.admin.exceptions.import_page import COLUMNS, result_row
from webapp.web.cells import Column
from webapp.web.courses import doors
from webapp.web.courses.blueprint import bp
from webapp.web.courses.forms import LearnersForm, UndoForm
from webapp.web.courses.views import Part, part_url, show_exceptions
from webapp.web.errors import STATUSES
from webapp.web.language import flash
from webapp.web.learners import outcomes
from webapp.web.learners.outcomes import Said
from webapp.wording import phrase, words_of

Undo = Callable[[Session, Order, str, CourseId, UndoForm], Said]


@bp.post("/courses/allow")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def allow() -> ResponseReturnValue:
    """Put the learners who are named on the allowlist, each by themselves; their certificates follow a moment later."""
    return _take_learners(Part.EXCEPTIONS, allowlist.allow)


@bp.post("/courses/invalidate")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def invalidate() -> ResponseReturnValue:
    """Declare the certificates of the learners who are named void, each by itself."""
    return _take_learners(Part.INVALIDATIONS, invalidations.invalidate)


@bp.post("/courses/disallow")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def disallow() -> ResponseReturnValue:
    """Take a learner off the allowlist, and judge them anew (decision 50)."""

    def undo(session: Session, order: Order, username: str, course_id: CourseId, _form: UndoForm) -> Said:
        return outcomes.of_judging(allowlist.disallow(session, order, username, course_id))

    return _undo(Part.EXCEPTIONS, undo)


@bp.post("/courses/end-invalidation")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def end_invalidation() -> ResponseReturnValue:
    """Take an invalidation back, and make the certificate anew in the same transaction where that was ticked (B6)."""

    def undo(session: Session, order: Order, username: str, course_id: CourseId, form: UndoForm) -> Said:
        invalidations.end(session, order, username, course_id)
        if not form.again.data:
            return Said(phrase("The invalidation is ended. The certificate is issued again by generating it."))
        made = outcomes.of_making(acts.regenerate(session, order, username, course_id), ended_invalidation=True)
        if made.category == "warning":
            return made
        return Said(phrase("The invalidation is ended. {what}", what=made.text), made.category)

    return _undo(Part.INVALIDATIONS, undo)


def _take_learners(part: Part, act: Act) -> ResponseReturnValue:
    course, form = doors.find_named(), LearnersForm()
    if not form.validate():
        return show_exceptions(course, part, form), 422
    order = order_of(installation.settings(), auth.actor(), GenerationMode.SUPPORT, note=form.note.data)
    course_id = CourseId(course.course_id)
    try:
        results = intake.take_file(db.session(), unit_of_work, order, course_id, form.content, act)
    except WebappError as problem:
        return show_exceptions(course, part, form, problem=words_of(problem)), STATUSES[type(problem)]
    if len(results) == 1 and results[0].result is Result.ADDED:
        flash(_done(part, results[0].name), "success")
        return redirect(part_url(course_id, part), 303)
    return show_exceptions(course, part, None, results=_shown(results))


def _done(part: Part, name: str) -> str:
    if part is Part.EXCEPTIONS:
        return phrase("{name} is on the allowlist now.", name=name)
    return phrase("The certificate of {name} is invalidated now.", name=name)


def _shown(results: list[RowResult]) -> dict[str, object]:
    """What the page shows of results: those that were refused first, and all of them as a file in the order they came."""
    ordered = sorted(results, key=lambda one: one.result is not Result.FAILED)
    content = b64encode(intake.csv_of(results).encode()).decode()
    return {
        "columns": [Column(label) for label in COLUMNS],
        "rows": [result_row(one) for one in ordered],
        "counts": {result.value: sum(one.result is result for one in results) for result in Result},
        "url": f"data:text/csv;charset=utf-8;base64,{content}",
    }


def _undo(part: Part, undo: Undo) -> ResponseReturnValue:
    course, form = doors.find_named(), UndoForm()
    number, course_id = row_number(form.learner.data or ""), CourseId(course.course_id)
    learner = None if number is None else db.session.get(Learner, number)
    if learner is None:
        abort(404)
    said = _do(form, undo, learner.username, course_id)
    flash(said.text, said.category)
    return redirect(part_url(course_id, part), 303)


def _do(form: UndoForm, undo: Undo, username: str, course_id: CourseId) -> Said:
    if not form.validate():
        problems = [problem for of_field in form.errors.values() for problem in of_field]
        return outcomes.of_nothing(problems[0])
    try:
        with unit_of_work() as session:
            order = order_of(installation.settings(), auth.actor(), GenerationMode.SUPPORT, note=form.note.data)
            return undo(session, order, username, course_id, form)
    except WebappError as problem:
        return outcomes.of_nothing(words_of(problem))
