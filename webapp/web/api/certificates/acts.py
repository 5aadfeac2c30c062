"""What can a program do about one learner's certificate? Have it made, made anew, or ended (interface §6)."""

from dataclasses import replace
from typing import Annotated, Literal

import msgspec
from flask import Response
from msgspec import Meta
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId, storable
from webapp.domain.queue.requests import grade_label
from webapp.domain.roles import Permission, Scope
from webapp.errors import AmbiguousLearner, MoveRefused, NoCertificate, NoteMissing, UnknownCourse, UnknownLearner
from webapp.models.base import unit_of_work
from webapp.services import learners
from webapp.services.certificates import explanation
from webapp.services.course_runs import get_course
from webapp.services.generation import acts, deletion
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order
from webapp.web import installation
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import Body, CourseKey, Named, read_body
from webapp.web.api.certificates.explanations import CheckCode, CheckSeen
from webapp.web.api.exceptions.acting import Note, order_with, read_course
from webapp.web.auth import allows
from webapp.web.errors.problems import Fault, Refused

WHO = (UnknownLearner, AmbiguousLearner)
TEXT_LENGTH = 255
"""As much as has room in a message to the queue."""
REMAKING = ("end_invalidation", "grade", "template")
AtOnce = Literal["support", "batch", "self"]
"""By whose wish something is done at once; what an `event` leads to comes a moment later, of events alone (decision 24)."""
Text = Annotated[str, Meta(max_length=TEXT_LENGTH)]


class Wished(Body, frozen=True):
    """For whom something is done about a certificate, by user name or e-mail address, and how.

    `end_invalidation`, `grade` and `template` are for making one anew.
    """

    username: Named
    """The learner's user name, or their e-mail address, letter for letter."""
    course_id: CourseKey
    """The course run's key, in either spelling."""
    generation_mode: AtOnce = "support"
    """By whose wish, as it is written down: support's, of many at once, or the learner's own."""
    end_invalidation: bool = False
    """Whether an active invalidation is ended first; for making one anew alone."""
    grade: Text = ""
    """What its PDF shall show as the grade, which counts as passing; for making one anew alone."""
    template: Text = ""
    """The name of the file that its PDF shall be made from; for making one anew alone."""
    notes: Note = ""
    """Why; needed where a certificate is ended."""


class Outcome(msgspec.Struct, frozen=True):
    """The status now, none where there is no certificate; whether the queue makes it; the check that refused it; every check."""

    status: Status | None
    """The status of the certificate now; null where there still is none."""
    queued: bool
    """Whether the queue was given a job, so that the status changes once it is done."""
    refused_by: CheckCode | None
    """The code of the first check that refused it; null where none did."""
    trace: list[CheckSeen]
    """Every check that was made, in its order."""


@bp.post("/certificates/generate")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=Wished, gives={200: Outcome}, refuses=(*WHO, UnknownCourse))
def generate() -> Response:
    """Judge a learner and make the certificate that they have earned; one who is refused is told by which check."""
    wished = _read(REMAKING)
    with unit_of_work() as session:
        made = acts.generate(session, _order(wished), *_known(session, wished))
    return answer(explanation.made_as_object(made))


@bp.post("/certificates/regenerate")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=Wished, gives={200: Outcome}, refuses=(*WHO, UnknownCourse))
def regenerate() -> Response:
    """Make a certificate anew under its link; refused, it stays as it is.

    `end_invalidation` ends an active invalidation first; without it that refuses. `grade` is what a PDF shall show, and
    counts as passing; `template` is a file that the worker has.
    """
    wished = _read()
    if wished.grade and grade_label(None, forced=wished.grade) is None:
        raise _not_like_this("grade", "Says nothing without its markup.")
    with unit_of_work() as session:
        made = acts.regenerate(
            session,
            _order(wished),
            *_known(session, wished),
            end_invalidation=wished.end_invalidation,
            forced_label=wished.grade,
            template=wished.template,
        )
    return answer(explanation.made_as_object(made))


@bp.post("/certificates/delete")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=Wished, gives={200: Outcome}, refuses=(*WHO, NoCertificate, NoteMissing, MoveRefused))
def delete() -> Response:
    """End a certificate, with a note that says why: its link then says that it is gone, until one is made again.

    No check refuses this; `trace` tells all the same what the rules say of the learner.
    """
    wished = _read(REMAKING)
    settings = installation.settings()
    with unit_of_work() as session:
        made: Made = deletion.delete(
            session, _order(wished), *_subject(session, wished), through_queue=settings.queue_removes
        )
    return answer({**explanation.made_as_object(made), "refused_by": None})


def _read(not_here: tuple[str, ...] = ()) -> Wished:
    wished = read_body(Wished)
    for name in not_here:
        if getattr(wished, name):
            raise _not_like_this(name, "Is for making a certificate anew.")
    for name in ("grade", "template"):
        if not storable(getattr(wished, name)):
            raise _not_like_this(name, "Holds a character that no database keeps.")
    return wished


def _order(wished: Wished) -> Order:
    return replace(order_with(wished.notes), generation_mode=GenerationMode(wished.generation_mode))


def _known(session: Session, wished: Wished) -> tuple[str, CourseId]:
    """Give whom a wish is about, in a course run that somebody told of; raises UnknownLearner, UnknownCourse."""
    username, course_id = _subject(session, wished)
    get_course(session, course_id)
    return username, course_id


def _subject(session: Session, wished: Wished) -> tuple[str, CourseId]:
    course_id = read_course(wished.course_id)
    return learners.find_username(session, wished.username), course_id


def _not_like_this(name: str, reason: str) -> Refused:
    return Refused(422, "invalid", f"{name}: {reason}", [Fault(name, reason)])
