"""How do programs bring whole files of learners for the allowlist, and of certificates that are void?"""

from typing import Any

import msgspec
from flask import Response

from webapp.domain.identifiers import NOTE_LENGTH
from webapp.domain.roles import Permission, Scope
from webapp.errors import BadFile, UnknownCourse
from webapp.models.base import db, unit_of_work
from webapp.services.exceptions import intake
from webapp.services.exceptions.intake import Act, Result
from webapp.services.generation import allowlist, invalidations
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import read_form
from webapp.web.api.exceptions.acting import order_with, read_course
from webapp.web.auth import allows
from webapp.web.errors.problems import Fault, Refused


class ImportedRow(msgspec.Struct, frozen=True):
    """What became of one row of a file: added, repeated by a later one, or failed, with the code of the reason."""

    row: int
    """The number of the row in the file, the first being 1."""
    name: str
    """The learner, as the row names them."""
    result: Result
    """What became of it."""
    code: str | None
    """Why it failed: `bad_row`, or the code with which the same is refused for one learner; null where it did not."""
    reason: str | None
    """The same in words, or which row counts in its place; null where it was added."""


class Imported(msgspec.Struct, frozen=True):
    """What became of a file: how many rows it has, and of them how many were added, repeated and refused; and of each."""

    rows: int
    """How many rows the file has."""
    added: int
    """How many were done."""
    repeated: int
    """How many name a learner whom a later row names again, which counts."""
    failed: int
    """How many failed."""
    results: list[ImportedRow]
    """What became of each row, in the order of the file."""


FORM: dict[str, Any] = {
    "uploads": True,
    "form": {
        "course_id": "The course run's key, in either spelling.",
        "notes?": "Why; of each row that has no note of its own.",
    },
    "gives": {200: Imported},
    "refuses": (BadFile, UnknownCourse),
}


@bp.post("/allowlist/import")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(**FORM)
def import_allowlist() -> Response:
    """Put the learners of a CSV file on the allowlist of a course run, and say what became of each row.

    A row is `user name or e-mail address[,note]`, UTF-8, 1,000 at most. Each stands by itself: good ones are kept, bad
    ones told with their number and the reason. Of a learner who is named twice the last row counts.
    """
    return _import(allowlist.allow)


@bp.post("/invalidations/import")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(**FORM)
def import_invalidations() -> Response:
    """Declare the certificates of the learners of a CSV file void, and say what became of each row.

    The file is as that of the allowlist.
    """
    return _import(invalidations.invalidate)


def _import(act: Act) -> Response:
    content, said = read_form("course_id", optional=["notes"])
    if len(said["notes"]) > NOTE_LENGTH:
        reason = f"Has more than {NOTE_LENGTH:,} characters."
        raise Refused(422, "invalid", f"notes: {reason}", [Fault("notes", reason)])
    course_id = read_course(said["course_id"])
    results = intake.take_file(db.session(), unit_of_work, order_with(said["notes"]), course_id, content, act)
    counts = {result: sum(one.result is result for one in results) for result in Result}
    rows = [ImportedRow(one.row, one.name, one.result, one.code or None, one.reason or None) for one in results]
    return answer(Imported(len(rows), counts[Result.ADDED], counts[Result.REPEATED], counts[Result.FAILED], rows))
