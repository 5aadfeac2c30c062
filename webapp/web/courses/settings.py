"""How are the examples of a course run made, and its switch asked for, on its page?"""

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import CourseId
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.errors.governance import InvalidPayload
from webapp.models.base import db, unit_of_work
from webapp.services.configs.current import Current
from webapp.services.generation import examples
from webapp.services.generation.orders import order_of
from webapp.services.governance.refused import recorded
from webapp.services.platform import switch
from webapp.web import auth, installation
from webapp.web.addresses import course_url
from webapp.web.courses import doors
from webapp.web.courses.blueprint import bp
from webapp.web.installation import terms_of
from webapp.web.language import flash
from webapp.wording import SPACE, joined, phrase, words_of


@bp.post("/courses/examples")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def make_examples() -> ResponseReturnValue:
    """Make one example of each mode that the course run offers: web pages at once, PDFs through the queue."""
    settings = installation.settings()
    current: Current = current_app.extensions["current"]
    course_id = CourseId(doors.find_named().course_id)
    order = order_of(settings, auth.actor(), GenerationMode.SUPPORT)
    db.session.rollback()
    try:
        with unit_of_work() as session:
            examples.create_set(session, order, course_id, render=render_certificate, html_view=current.html_view())
            found = [one.status for one in examples.list_latest(session, course_id) or ()]
    except WebappError as problem:
        flash(phrase("No example was made. {problem}", problem=words_of(problem)), "error")
    else:
        flash(*_said(found))
    return redirect(f"{course_url(course_id)}#examples", 303)


@bp.post("/courses/switch")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def ask_for_switch() -> ResponseReturnValue:
    """Ask that learners may ask for their certificates themselves, or may not: files a change request (interface §5)."""
    course_id, enabled = CourseId(doors.find_named().course_id), request.form.get("enabled") == "yes"
    actor, now = auth.actor(), clock.now()
    db.session.rollback()
    try:
        with recorded(unit_of_work, actor, Kind.COURSE, course_id, now=now) as session:
            switch.ask_for_switch(session, terms_of(actor, now), course_id, enabled=enabled)
    except InvalidPayload as problem:
        reasons = joined((reason for _, reason in problem.problems), SPACE)
        flash(phrase("Nothing was filed. {problem}", problem=reasons), "error")
    except WebappError as problem:
        flash(phrase("Nothing was filed. {problem}", problem=words_of(problem)), "error")
    else:
        flash(phrase("The change request waits for approval. Nothing has changed yet."), "success")
    return redirect(f"{course_url(course_id)}#settings", 303)


def _said(found: list[ExampleStatus]) -> tuple[str, str]:
    if ExampleStatus.ERROR in found:
        return phrase("The examples are made, and not all of them came out well: see why below."), "warning"
    if ExampleStatus.STARTED in found:
        return phrase("The queue was asked. Its answers arrive here by themselves, usually within minutes."), "success"
    return phrase("The examples came out well."), "success"
