"""What does a program send to make an exception or take one back, and by whose order is it done?"""

from typing import Annotated, TypeVar

import msgspec
from flask import abort
from msgspec import Meta
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import BIGGEST_ROW, NOTE_LENGTH, BadCourseId, CourseId, made_storable, parse_course_id
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.services.exceptions.listing import Wanted
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order, order_of
from webapp.web import auth, installation
from webapp.web.api.bodies import Body, CourseKey, Named
from webapp.web.api.certificates.explanations import CheckCode
from webapp.web.api.lists import LIST_FILTERS, Asked
from webapp.web.errors.problems import Fault, Refused

FILTERS = {
    "username": "The learner's user name; case does not count.",
    "email": "The learner's e-mail address; case does not count.",
    "course_id": "The course run's key, in either spelling.",
}
Row = TypeVar("Row", AllowlistEntry, Invalidation)
Note = Annotated[str, Meta(max_length=NOTE_LENGTH)]


class Excepted(Body, frozen=True):
    """A learner, by user name or e-mail address, in a course run, and why."""

    username: Named
    """The learner's user name, or their e-mail address, letter for letter."""
    course_id: CourseKey
    """The course run's key, in either spelling."""
    notes: Note = ""
    """Why; may be empty."""


class TakenBack(Body, frozen=True):
    """Why an exception does not hold any longer."""

    notes: Note = ""
    """Why; may be empty."""


class Judged(msgspec.Struct, frozen=True):
    """What has become of the certificate: its status before and now, none where there is none, and the check that refuses it."""

    username: str
    course_id: str
    status_before: Status | None
    """The status of the certificate before; null where there was none."""
    status: Status | None
    """The status of the certificate now; null where there is none."""
    changed: bool
    """Whether anything of the certificate has changed."""
    refused_by: CheckCode | None


def wanted_of(asked: Asked, holding: str) -> Wanted:
    """Give what a list is narrowed by; `holding` names the filter for what holds, which is meant where it is not given."""
    return Wanted(
        username=asked.text("username"),
        email=asked.text("email"),
        course_id=asked.course_id("course_id"),
        holding=asked.truth(holding) is not False,
    )


def filters_of(holding: str, meaning: str) -> dict[str, str]:
    """Give the filters of a list as the document has them."""
    return {**FILTERS, holding: meaning, **LIST_FILTERS}


def read_course(text: str) -> CourseId:
    """Read a course key; raises Refused, 422, for what is none."""
    try:
        return parse_course_id(text)
    except BadCourseId:
        fault = Fault("course_id", "Is no course key.")
        raise Refused(422, "invalid", "course_id: Is no course key.", [fault]) from None


def order_with(notes: str) -> Order:
    """Give the order of the account that asks."""
    return order_of(installation.settings(), auth.actor(), GenerationMode.SUPPORT, note=made_storable(notes).strip())


def get_row(session: Session, model: type[Row], number: int) -> Row:
    """Give the row of that number, or answer 404."""
    found = session.get(model, number) if number <= BIGGEST_ROW else None
    return abort(404) if found is None else found


def judged(username: str, course_id: str, made: Made) -> Judged:
    """Give what came of judging a learner, as programs see it."""
    return Judged(
        username,
        course_id,
        made.before,
        made.status,
        made.changed,
        made.decision.refused_by,
    )
