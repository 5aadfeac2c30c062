"""The learner's own request, as the learning MFE and the learner's pages of the platform send it (D3)."""

from flask import Response
from flask_login import current_user

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.platform.learner_answers import EVERY_ANSWER, NOT_SIGNED_IN
from webapp.models.base import unit_of_work
from webapp.services.platform import asking
from webapp.web.api.blueprint import tells
from webapp.web.api.compat.blueprint import bp, ordered, text
from webapp.web.auth import public
from webapp.web.auth.platform import knows_learners, require_form_token


@bp.post("/courses/<path:course_id>/generate_user_cert")
@knows_learners()
@public("who has not signed in is told so with status 400, as ever (domain note §8.6)")
@tells(gives={200: "text/plain", 400: "text/plain"}, words={400: EVERY_ANSWER})
def generate_user_cert(course_id: str) -> Response:
    """Judge the learner who asks, and make what they have earned; 400 with the reason where nothing is begun."""
    learner_id = current_user.signed_in.learner_id if current_user.is_authenticated else None
    if learner_id is None:
        return text(NOT_SIGNED_IN, 400)
    require_form_token()
    with unit_of_work() as session:
        refusal = asking.ask(session, ordered(GenerationMode.SELF), learner_id, course_id)
    return text("") if refusal is None else text(refusal, 400)
