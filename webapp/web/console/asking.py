"""A learner asks for their certificate, on the page that lists what they hold."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.base import unit_of_work
from webapp.models.learners import Learner
from webapp.services.certificates.own import asking
from webapp.services.generation import acts
from webapp.services.generation.orders import order_of
from webapp.web import auth, installation
from webapp.web.auth import signed_in_only
from webapp.web.auth.platform import own_page
from webapp.web.console.blueprint import bp
from webapp.web.language import flash
from webapp.web.own_words import NOT_EARNED, PLAIN_WORDS
from webapp.wording import phrase

SHUT = phrase("This course takes no requests at the moment. What you hold and what is being made stands below.")
NOBODY = phrase("Your account is tied to no learner, so that there is nobody to be judged.")
GOOD = (Status.DOWNLOADABLE, Status.GENERATING, Status.REGENERATING)


@bp.post("/ask")
@own_page
@signed_in_only
def ask() -> ResponseReturnValue:
    """Judge the learner by the same rules as `/request_certificate`, and say in words what came of it."""
    settings = installation.settings()
    learner_id, course_id = current_user.signed_in.learner_id, request.form.get("course_id", "")
    if learner_id is None:
        flash(NOBODY, "warning")
        return redirect(url_for("console.home"), 303)
    with unit_of_work() as session:
        name = asking.list_open(session, learner_id).get(course_id)
        if name is None:
            flash(SHUT, "warning")
            return redirect(url_for("console.home"), 303)
        order = order_of(settings, auth.actor(), GenerationMode.SELF)
        status = acts.request(session, order, session.get_one(Learner, learner_id).username, CourseId(course_id))
    words = PLAIN_WORDS.get(status, NOT_EARNED) if status else NOT_EARNED
    flash(phrase("{course}: {what}", course=name, what=words), "success" if status in GOOD else "info")
    return redirect(url_for("console.home"), 303)
