"""Why has a learner a certificate, or none? The answer that support reads, for programs (interface §6)."""

from typing import Annotated

import msgspec
from flask import Response
from msgspec import Meta

from webapp import clock
from webapp.domain.certificates.eligibility import CHECKS, Path
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.roles import Permission, Scope
from webapp.errors import AmbiguousLearner, UnknownCourse, UnknownLearner
from webapp.models.base import db
from webapp.services import learners, places
from webapp.services.certificates import explanation
from webapp.services.course_runs import unknown_course
from webapp.web import installation
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.certificates.certificates import Certificate, TimelineEntry
from webapp.web.api.lists import Asked, bad_filter
from webapp.web.auth import allows

WORD = "/courses/"
WHOSE = {
    "username": "The learner's user name, or e-mail address, letter for letter.",
    "course_id": "The course run's key, in either spelling.",
}
WHO = (UnknownLearner, AmbiguousLearner)


TITLES = {check.code: check.title for checks in CHECKS.values() for check in checks}
CODES = sorted(TITLES)
CheckCode = Annotated[str, Meta(description="The code of a check.", extra_json_schema={"enum": CODES})]
_PASSES = " ".join(f"`{code}`: {TITLES[code]}." for code in CODES)
Checked = Annotated[
    str,
    Meta(description=f"What was checked; where it passed, this is so. {_PASSES}", extra_json_schema={"enum": CODES}),
]
Rules = Annotated[
    str, Meta(description="By which rules it was judged.", extra_json_schema={"enum": [path.value for path in Path]})
]


class Verdict(msgspec.Struct, frozen=True):
    """Whether the certificate is earned by the rules, else by which check it is refused; and its status now."""

    earned: bool
    """Whether no check refuses it."""
    refused_by: CheckCode | None
    rules: Rules
    status: Status | None
    """The status of the certificate now; null where there is none."""


class CheckSeen(msgspec.Struct, frozen=True):
    """One check: its code, whether it passed, the fact that it saw, and what to do where it did not."""

    code: Checked
    passed: bool
    """Whether it lets the certificate pass."""
    fact: str
    """The fact that it saw, in a sentence."""
    advice: str | None
    """What to do, in a sentence; null where it passed."""


class Explanation(msgspec.Struct, frozen=True):
    """The verdict with every check in its order, the certificate if there is one, and what happened."""

    decision: Verdict
    """The verdict."""
    checks: list[CheckSeen]
    """Every check, in its order."""
    certificate: Certificate | None
    """The certificate; null where there is none."""
    timeline: list[TimelineEntry]
    """What happened to it and to the learner's place on the allowlist, the newest first."""


@bp.get("/learners/<path:username>/courses/<path:course_id>/explanation")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: Explanation}, refuses=(UnknownCourse, *WHO))
def explain(username: str, course_id: str) -> Response:
    """Say why a learner has, or has not, a certificate: judged as generation would, and nothing is changed.

    A user name that begins with a slash, or is one dot or two, has no place in a path: ask at `/learners/explanation`.
    """
    return _explained(*_cut(username, course_id))


@bp.get("/learners/explanation")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(filters=WHOSE, needs=tuple(WHOSE), gives={200: Explanation}, refuses=WHO)
def explain_by_query() -> Response:
    """Say the same of a learner whatever their user name is: it stands behind the question mark."""
    asked = Asked(WHOSE).needs(*WHOSE)
    course = asked.course_id("course_id")
    if course is None:
        raise bad_filter("course_id", "Is no course key.")
    return _explained(asked.given("username") or "", course)


def _explained(username: str, course: CourseId) -> Response:
    settings = installation.settings()
    session = db.session()
    found = explanation.explain(
        session,
        learners.find_username(session, username),
        course,
        now=clock.now(),
        queue_configured=settings.xqueue_url is not None,
    )
    return answer(explanation.as_object(found, settings.base_url))


def _cut(username: str, text: str) -> tuple[str, CourseId]:
    """Give the name and the course key that a path means; raises UnknownCourse.

    A name may hold slashes, and servers decode them, so that any `/courses/` may be the one of the address: the first
    behind which a course key stands is taken.
    """
    steps = [username, *text.split(WORD)]
    for place in range(1, len(steps)):
        course = places.find_course_id(WORD.join(steps[place:]))
        if course is not None:
            return WORD.join(steps[:place]), course
    raise unknown_course(text)
