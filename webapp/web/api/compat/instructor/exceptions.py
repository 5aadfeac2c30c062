"""The instructor dashboard's exceptions and invalidations, one by one, many at once, and from a file (B3 to B6)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.domain.identifiers import NOTE_LENGTH, CourseId
from webapp.domain.platform import instructor_answers as answers
from webapp.domain.roles import Scope
from webapp.domain.spreadsheets import CsvRow
from webapp.errors import (
    AmbiguousLearner,
    BadFile,
    NotInvalidated,
    NotOnAllowlist,
    UnknownCourse,
    UnknownLearner,
    WebappError,
)
from webapp.models.base import db, unit_of_work
from webapp.services import learners
from webapp.services.exceptions import intake
from webapp.services.exceptions.intake import NamedRow, Result
from webapp.services.generation import acts, allowlist, invalidations
from webapp.web.api.blueprint import tells
from webapp.web.api.compat.blueprint import bp, get_course, ordered, told
from webapp.web.api.compat.instructor.sent import (
    BASE,
    BadField,
    body,
    learners_in,
    text_in,
)
from webapp.web.api.compat.objects import EachLearner, Message, NamedLearner, NamedLearners
from webapp.web.auth.guards import Door
from webapp.web.auth.platform import opens_to
from webapp.web.errors import legacy

LONGEST_NAME = 254
MANY: Mapping[str, Any] = {"refuses": (UnknownCourse,), "fields": ("learners", "notes")}
ONE: Mapping[str, Any] = {"refuses": (UnknownCourse,), "fields": ("username",)}
Act = Callable[[Session, str, CourseId], object]


@bp.post(f"{BASE}/certificates/exceptions")
@opens_to(Door.COURSE, Scope.CERTIFICATES_WRITE)
@tells(takes=NamedLearners, gives={200: EachLearner}, **MANY)
def grant_exceptions(course_id: str) -> Response:
    """Put learners on the allowlist, each by themselves; 200 though all of them fail."""
    key, _ = get_course(course_id)
    named, notes = _many()
    rows = [CsvRow(number, (name, notes)) for number, name in enumerate(named, 1)]
    return _allow(key, intake.name_rows(db.session(), rows))


@bp.post(f"{BASE}/certificates/exceptions/bulk")
@opens_to(Door.COURSE, Scope.CERTIFICATES_WRITE)
@tells(uploads=True, gives={200: EachLearner}, refuses=(UnknownCourse,), words={400: answers.OF_FILES})
def import_exceptions(course_id: str) -> Response:
    """Put the learners of a CSV file `name or e-mail[,note]` on the allowlist; of one who is named twice the last note counts."""
    key, _ = get_course(course_id)
    file = request.files.get("file")
    if file is None:
        return legacy.answer(400, answers.NO_FILE)
    if not (file.filename or "").lower().endswith(".csv"):
        return legacy.answer(400, answers.NO_CSV)
    try:
        rows = intake.read_rows(db.session(), file.read())
    except BadFile as problem:
        return legacy.answer(400, str(problem))
    if not rows:
        return legacy.answer(400, answers.EMPTY_CSV)
    if sum(row.counts_in is None for row in rows) > answers.MOST_LEARNERS:
        return legacy.answer(400, answers.LONG_CSV.format(answers.MOST_LEARNERS))
    return _allow(key, rows)


@bp.delete(f"{BASE}/certificates/exceptions")
@opens_to(Door.COURSE, Scope.CERTIFICATES_WRITE)
@tells(takes=NamedLearner, gives={200: Message}, words={404: (answers.NO_SUCH_EXCEPTION,)}, **ONE)
def remove_exception(course_id: str) -> Response:
    """Take a learner off the allowlist, and judge them anew by the course's own rules (decision 50)."""

    def act(session: Session, username: str, key: CourseId) -> object:
        return allowlist.disallow(session, ordered(), username, key)

    return _undo(course_id, act, "Certificate exception removed successfully")


@bp.post(f"{BASE}/certificates/invalidations")
@opens_to(Door.COURSE, Scope.CERTIFICATES_WRITE)
@tells(takes=NamedLearners, gives={200: EachLearner}, **MANY)
def invalidate(course_id: str) -> Response:
    """Declare certificates void, each by itself; 200 though all of them fail."""
    key, _ = get_course(course_id)
    named, notes = _many()
    order, done, failed = ordered(note=notes), [], []
    for name in named:
        try:
            with unit_of_work() as session:
                invalidations.invalidate(session, order, learners.find_username(session, name), key)
        except WebappError as refusal:
            failed.append((name, intake.words_for(refusal, name)))
        else:
            done.append(name)
    return _each(done, failed)


@bp.delete(f"{BASE}/certificates/invalidations")
@opens_to(Door.COURSE, Scope.CERTIFICATES_WRITE)
@tells(takes=NamedLearner, gives={200: Message}, words={404: (answers.NO_SUCH_INVALIDATION,)}, **ONE)
def end_invalidation(course_id: str) -> Response:
    """Take an invalidation back, and make the certificate anew, in one transaction (decision 9)."""

    def act(session: Session, username: str, key: CourseId) -> object:
        order = ordered()
        invalidations.end(session, order, username, key)
        return acts.regenerate(session, order, username, key)

    return _undo(course_id, act, "Certificate re-validated successfully")


def _many() -> tuple[list[str], str]:
    said = body()
    return learners_in(said), text_in(said, "notes", most=NOTE_LENGTH, needed=False)


def _allow(key: CourseId, rows: Iterable[NamedRow]) -> Response:
    """One transaction each: what is locked and told of one learner waits for no other."""
    order = ordered()
    db.session.rollback()  # what was read to name them must not stay open for as long as this takes
    numbered = {row.number: row for row in rows}
    results = {
        number: intake.take_row(unit_of_work, order, key, row, allowlist.allow) for number, row in numbered.items()
    }
    # Of a learner who was sent under two names the page hears of both.
    heard = [row for row in numbered.values() if row.counts_in is None or numbered[row.counts_in].name != row.name]
    ended = [(row.name, results[row.counts_in or row.number]) for row in heard]
    done = [name for name, one in ended if one.result is Result.ADDED]
    return _each(done, [(name, one.reason) for name, one in ended if one.result is Result.FAILED])


def _each(done: Iterable[str], failed: Iterable[tuple[str, str]]) -> Response:
    errors = [{"learner": name, "message": reason} for name, reason in failed]
    return told({"success": list(done), "errors": errors})


def _undo(course_id: str, act: Act, said: str) -> Response:
    key, _ = get_course(course_id)
    named = text_in(body(), "username", most=LONGEST_NAME)
    db.session.rollback()
    try:
        with unit_of_work() as session:
            act(session, learners.find_username(session, named), key)
    except (UnknownLearner, AmbiguousLearner) as problem:
        raise BadField("username", str(problem)) from None
    except NotOnAllowlist:
        return legacy.answer(404, answers.NO_SUCH_EXCEPTION)
    except NotInvalidated:
        return legacy.answer(404, answers.NO_SUCH_INVALIDATION)
    return told({"message": said})
