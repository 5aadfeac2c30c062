"""What does the support tool of the platform look for, and have done (domain note §8.1 to §8.3)?"""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session, join, outerjoin

from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.identifiers import BadCourseId, CourseId, parse_course_id, storable
from webapp.domain.platform import support_answers as answers
from webapp.domain.platform.support_answers import SupportMistake, plus_restored
from webapp.errors import AmbiguousLearner, UnknownLearner
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.exceptions import Invalidation
from webapp.models.learners import Enrollment, Learner
from webapp.models.prepared import Line, Prepared
from webapp.services import learners


class Held(NamedTuple):
    """What the tool shows of a certificate, in the order of the columns that are asked for."""

    course_id: str
    mode: str
    status: Status
    grade: str
    verify_uuid: str
    download_url: str
    created_at: datetime
    modified_at: datetime
    invalidated: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a learner holds, as the tool asks for it; `course_id` where it asked for one course run."""

    username: str
    course_id: CourseId | None
    certificates: list[Held]


def search(session: Session, user: str, course_id: str) -> Found:
    """Give what a learner holds, by user name or e-mail address, as of the course's key or everywhere, ordered by it.

    Without what is hidden (decision 15), and without course runs that nobody told of. Raises SupportMistake.
    """
    if not user.strip():
        raise SupportMistake(answers.NO_USER)
    username = _find_username(session, user)
    key = _known_course(session, plus_restored(course_id)) if course_id.strip() else None
    return _held_by(Line.of(session), username, key) or Found(username, key, [])


def search_by_name(line: Line, user: str) -> Found | None:
    """Give what the learner of that very user name holds anywhere; None where nobody has it. The tool's usual question."""
    return _held_by(line, plus_restored(user), None)


def find_subject(session: Session, user: str, course_key: str) -> tuple[str, CourseId]:
    """Give the learner and the course run that the tool wants something done for; raises SupportMistake.

    The first thing that is wrong is told: the learner, the key, the course run, the enrollment.
    """
    try:
        username = learners.find_username(session, user)
    except UnknownLearner:
        raise SupportMistake(answers.NO_SUCH_USER.format(user)) from None
    except AmbiguousLearner as problem:
        raise SupportMistake(str(problem)) from None
    try:
        key = parse_course_id(course_key)
    except BadCourseId:
        raise SupportMistake(answers.NO_COURSE_KEY.format(course_key)) from None
    if not session.scalar(select(exists().where(CourseRun.course_id == key))):
        raise SupportMistake(answers.NO_SUCH_COURSE.format(course_key))
    enrolled = exists().where(
        Enrollment.learner_id == Learner.id,
        Enrollment.course_id == key,
        Enrollment.active,
        Learner.username == username,
    )
    if not session.scalar(select(enrolled)):
        raise SupportMistake(answers.NOT_ENROLLED.format(user, course_key))
    return username, key


def _held_by(line: Line, username: str, key: CourseId | None) -> Found | None:
    """What the learner with that very user name holds; None where nobody has it."""
    if not storable(username):
        return None
    values = {"username": username, "course_id": key}
    rows = line.ask(_HELD_ANYWHERE if key is None else _HELD_THERE, values)
    held = [Held._make(row) for _, *row in rows if row[0] is not None]  # who holds nothing is a row all the same
    held.sort(key=attrgetter("course_id"))  # for a row or two a database takes longer, and each orders in its own way
    return Found(username, key, held) if rows else None


def _find_username(session: Session, user: str) -> str:
    meant = plus_restored(user)
    for text in (meant, user.strip()):
        try:
            return learners.find_username(session, text)
        except UnknownLearner:
            continue
        except AmbiguousLearner as problem:
            raise SupportMistake(str(problem)) from None
    raise SupportMistake(answers.UNKNOWN_USER.format(meant))


def _known_course(session: Session, text: str) -> CourseId:
    try:
        key = parse_course_id(text)
    except BadCourseId:
        raise SupportMistake(answers.BAD_COURSE.format(text)) from None
    if not session.scalar(select(exists().where(CourseRun.course_id == key))):
        raise SupportMistake(answers.UNKNOWN_COURSE.format(text))
    return key


def _held(*there: ColumnElement[bool]) -> Select[Any]:
    one = GeneratedCertificate
    shown = join(one, CourseRun, CourseRun.course_id == one.course_id)
    theirs = and_(one.learner_id == Learner.id, one.status.not_in(sorted(HIDDEN)), *there)
    columns = [getattr(one, name) for name in Held._fields[:-1]]
    invalidated = exists().where(Invalidation.certificate_id == one.id, Invalidation.active)
    return (
        select(Learner.username, *columns, invalidated)
        .select_from(outerjoin(Learner, shown, theirs))
        .where(Learner.username == bindparam("username"))
    )


_HELD_ANYWHERE = Prepared(_held())
_HELD_THERE = Prepared(_held(GeneratedCertificate.course_id == bindparam("course_id")))
