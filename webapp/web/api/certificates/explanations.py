"""Why has a learner a certificate, or none? The answer that support reads, for programs (interface §6)."""

import msgspec
from flask import Response, current_app

from webapp import clock
from webapp.domain.roles import Permission, Scope
from webapp.errors import UnknownCourse
from webapp.models.base import db
from webapp.services import learners, places
from webapp.services.certificates import explanation
from webapp.settings import Settings
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.certificates.certificates import Certificate, TimelineEntry
from webapp.web.auth import allows


class Verdict(msgspec.Struct, frozen=True):
    """Whether the certificate is earned by the rules, else by which check it is refused; and its status now."""

    earned: bool
    refused_by: str | None
    rules: str
    status: str | None


class CheckSeen(msgspec.Struct, frozen=True):
    """One check: its code, whether it passed, the fact that it saw, and what to do where it did not."""

    code: str
    passed: bool
    fact: str
    advice: str | None


class Explanation(msgspec.Struct, frozen=True):
    """The verdict with every check in its order, the certificate if there is one, and what happened."""

    decision: Verdict
    checks: list[CheckSeen]
    certificate: Certificate | None
    timeline: list[TimelineEntry]


@bp.get("/learners/<string:username>/courses/<path:course_id>/explanation")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: Explanation})
def explain(username: str, course_id: str) -> Response:
    """Say why a learner has, or has not, a certificate: judged as generation would, and nothing is changed."""
    settings: Settings = current_app.extensions["settings"]
    course = places.find_course_id(course_id)
    if course is None:
        raise UnknownCourse(f"There is no course run “{course_id}”.")
    session = db.session()
    found = explanation.explain(
        session,
        learners.find_username(session, username),
        course,
        now=clock.now(),
        queue_configured=settings.xqueue_url is not None,
    )
    return answer(explanation.as_object(found, settings.base_url))
