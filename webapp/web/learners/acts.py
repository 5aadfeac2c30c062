"""What can support do about a certificate? Each button is one act in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.identifiers import CourseId, row_number
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.learners import Learner
from webapp.services import places
from webapp.services.exceptions import dates
from webapp.services.generation import acts, allowlist, deletion, invalidations
from webapp.services.generation.orders import Order, order_of
from webapp.web import auth, installation
from webapp.web.addresses import explanation_url
from webapp.web.auth import requires
from webapp.web.language import flash
from webapp.web.learners import outcomes
from webapp.web.learners.blueprint import bp
from webapp.web.learners.forms import ActForm, DatedForm, NotedForm, RegenerateForm
from webapp.web.learners.outcomes import Said
from webapp.wording import phrase, words_of


@dataclass(frozen=True, slots=True)
class _Work:
    """One act: its transaction, by whose order, and whom it is about."""

    session: Session
    order: Order
    username: str
    course_id: CourseId


@bp.post("/learners/generate")
@requires(Permission.SUPPORT_LEARNERS)
def generate() -> ResponseReturnValue:
    """Judge a learner, and make what they have earned."""

    def act(work: _Work) -> Said:
        return outcomes.of_making(acts.generate(work.session, work.order, work.username, work.course_id))

    return _carry_out(ActForm(), act)


@bp.post("/learners/regenerate")
@requires(Permission.SUPPORT_LEARNERS)
def regenerate() -> ResponseReturnValue:
    """Make a certificate anew under its link; ends an invalidation first only where that was ticked (decision 9)."""
    form = RegenerateForm()

    def act(work: _Work) -> Said:
        end = bool(form.end_invalidation.data)
        made = acts.regenerate(work.session, work.order, work.username, work.course_id, end_invalidation=end)
        return outcomes.of_making(made, ended_invalidation=end)

    return _carry_out(form, act)


@bp.post("/learners/delete")
@requires(Permission.SUPPORT_LEARNERS)
def delete() -> ResponseReturnValue:
    """End a certificate for good."""

    def act(work: _Work) -> Said:
        through_queue = installation.settings().queue_removes
        made = deletion.delete(work.session, work.order, work.username, work.course_id, through_queue=through_queue)
        return outcomes.of_deletion(made)

    return _carry_out(NotedForm(), act)


@bp.post("/learners/allow")
@requires(Permission.SUPPORT_LEARNERS)
def allow() -> ResponseReturnValue:
    """Put a learner on the allowlist; where certificates are made by themselves, theirs follows a moment later."""

    def act(work: _Work) -> Said:
        allowlist.allow(work.session, work.order, work.username, work.course_id)
        if work.order.judged_after is None:
            return Said(phrase("On the allowlist. Generate the certificate now, if the checks below let it be made."))
        return Said(phrase("On the allowlist, and judged by its rules in a moment. Generate does it at once."))

    return _carry_out(NotedForm(), act)


@bp.post("/learners/disallow")
@requires(Permission.SUPPORT_LEARNERS)
def disallow() -> ResponseReturnValue:
    """Take a learner off the allowlist, and judge them anew (decision 50)."""

    def act(work: _Work) -> Said:
        return outcomes.of_judging(allowlist.disallow(work.session, work.order, work.username, work.course_id))

    return _carry_out(NotedForm(), act)


@bp.post("/learners/invalidate")
@requires(Permission.SUPPORT_LEARNERS)
def invalidate() -> ResponseReturnValue:
    """Declare a certificate void."""

    def act(work: _Work) -> Said:
        return outcomes.of_invalidation(
            invalidations.invalidate(work.session, work.order, work.username, work.course_id)
        )

    return _carry_out(NotedForm(), act)


@bp.post("/learners/end-invalidation")
@requires(Permission.SUPPORT_LEARNERS)
def end_invalidation() -> ResponseReturnValue:
    """Take an invalidation back."""

    def act(work: _Work) -> Said:
        invalidations.end(work.session, work.order, work.username, work.course_id)
        return Said(phrase("The invalidation is ended. Generate or regenerate the certificate to issue it again."))

    return _carry_out(NotedForm(), act)


@bp.post("/learners/override-date")
@requires(Permission.SUPPORT_LEARNERS)
def override_date() -> ResponseReturnValue:
    """Have a certificate show another day than its own."""
    form = DatedForm()

    def act(work: _Work) -> Said:
        dates.override(work.session, work.order, work.username, work.course_id, form.day.data)
        return Said(phrase("Its page shows {day} as the day of issue.", day=form.day.data.isoformat()))

    return _carry_out(form, act)


@bp.post("/learners/end-date-override")
@requires(Permission.SUPPORT_LEARNERS)
def end_date_override() -> ResponseReturnValue:
    """Have a certificate show its own day again."""

    def act(work: _Work) -> Said:
        dates.end(work.session, work.order, work.username, work.course_id)
        return Said(phrase("Its page shows its own day of issue again."))

    return _carry_out(NotedForm(), act)


def _carry_out(form: ActForm, act: Callable[[_Work], Said]) -> ResponseReturnValue:
    """Do one act and lead back to its page, which says what came of it; 404 for nobody and nothing."""
    number, course_id = row_number(form.learner.data or ""), places.find_course_id(form.course_id.data or "")
    learner = None if number is None else db.session.get(Learner, number)
    if learner is None or course_id is None:
        abort(404)
    said = _do(form, act, learner.username, course_id)
    flash(said.text, said.category)
    return redirect(explanation_url(learner.username, course_id), 303)


def _do(form: ActForm, act: Callable[[_Work], Said], username: str, course_id: CourseId) -> Said:
    if not form.validate():
        problems = [problem for of_field in form.errors.values() for problem in of_field]
        return outcomes.of_nothing(problems[0])
    try:
        with unit_of_work() as session:
            order = order_of(installation.settings(), auth.actor(), GenerationMode.SUPPORT, note=form.note.data)
            return act(_Work(session, order, username, course_id))
    except WebappError as problem:
        return outcomes.of_nothing(words_of(problem))
