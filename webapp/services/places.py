"""Who is meant, in which course runs are they, and which exceptions were made for them there?"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, select
from sqlalchemy.orm import Session

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import USERNAME_LENGTH, BadCourseId, CourseId, parse_course_id, storable
from webapp.errors import UnknownLearner
from webapp.errors.learners import ERASED, LearnerErased
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import CourseGrade, Enrollment, IdVerification, Learner
from webapp.models.prepared import Line, Prepared
from webapp.wording import phrase

MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A course run that a learner is enrolled in or holds a certificate in; None stands for what was never told."""

    course_id: CourseId
    title: str
    mode: str | None
    """The enrollment's; the certificate's where there is no enrollment."""
    enrolled: bool
    active: bool
    percent: Decimal | None
    letter: str
    passed: bool
    status: Status | None


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The exceptions that staff made for a learner in a course run and that hold just now."""

    allowlisted: AllowlistEntry | None
    invalidated: Invalidation | None


def find_learner(session: Session, username: str) -> Learner | None:
    """Give the learner of that very name, or None."""
    return session.scalar(select(Learner).where(Learner.username == username)) if storable(username) else None


def get_learner(session: Session, username: str, *, erased_too: bool = False) -> Learner:
    """Give the learner of that very name, or what is left of one; raises UnknownLearner, LearnerErased."""
    learner = find_learner(session, username)
    if learner is None:
        raise UnknownLearner(phrase("There is no learner “{username}”.", username=username))
    if learner.erased_at is not None and not erased_too:
        raise LearnerErased(ERASED)
    return learner


def find_id_verification(session: Session, learner_id: int) -> IdVerification | None:
    """Give what the platform last said of a learner's identity, or None."""
    return session.scalar(select(IdVerification).where(IdVerification.learner_id == learner_id))


def find_course_id(text: str) -> CourseId | None:
    """Give the course key that a text is, or None."""
    try:
        return parse_course_id(text)
    except BadCourseId:
        return None


def find_addressed(session: Session, path: str) -> tuple[str, CourseId | None] | None:
    """Give the learner, and the course run, that a path means whose user name has slashes in it; None for nobody."""
    if not storable(path):
        return None
    names = [path[:cut] for cut in range(1, min(len(path), USERNAME_LENGTH) + 1) if path[cut : cut + 1] in ("/", "")]
    known = set(session.scalars(select(Learner.username).where(Learner.username.in_(names))))
    for name in names:
        rest = path[len(name) + 1 :]
        course_id = find_course_id(rest)
        if name in known and (course_id or not rest):
            return name, course_id
    return None


def list_places(session: Session, learner_id: int) -> list[Place]:
    """Give every course run that a learner is enrolled in or holds a certificate in, by title; 200 and one more at most."""
    return [_place(row) for row in Line.of(session).ask(_PLACES, {"learner_id": learner_id})]


def find_exceptions(session: Session, learner_id: int, course_id: CourseId) -> Exceptions:
    """Give the exceptions that hold for a learner in a course run."""
    entry = select(AllowlistEntry).where(
        AllowlistEntry.learner_id == learner_id, AllowlistEntry.course_id == course_id, AllowlistEntry.allowlisted
    )
    invalidation = (
        select(Invalidation)
        .join(Invalidation.certificate)
        .where(
            GeneratedCertificate.learner_id == learner_id,
            GeneratedCertificate.course_id == course_id,
            Invalidation.active,
        )
    )
    return Exceptions(session.scalar(entry), session.scalar(invalidation))


def _place(row: Any) -> Place:  # noqa: ANN401 - the columns of _PLACES
    course_id, title, mode, held_mode, active, percent, letter, passed, status = row
    enrolled = mode is not None
    return Place(
        course_id,
        title or course_id,
        mode or held_mode,
        enrolled,
        bool(active),
        percent,
        letter or "",
        bool(passed),
        status,
    )


def _places() -> Prepared:
    learner_id: BindParameter[int] = bindparam("learner_id")
    tables = (Enrollment, GeneratedCertificate)
    enrolled, held = (select(table.course_id).where(table.learner_id == learner_id) for table in tables)
    here = enrolled.union(held).subquery().c.course_id

    def of_learner(table: Any) -> Any:  # noqa: ANN401 - each table of facts has these two columns
        return and_(table.learner_id == learner_id, table.course_id == here)

    return Prepared(
        select(
            here,
            CourseRun.display_name,
            Enrollment.mode,
            GeneratedCertificate.mode,
            Enrollment.active,
            CourseGrade.percent,
            CourseGrade.letter,
            CourseGrade.passed,
            GeneratedCertificate.status,
        )
        .outerjoin(CourseRun, CourseRun.course_id == here)
        .outerjoin(Enrollment, of_learner(Enrollment))
        .outerjoin(CourseGrade, of_learner(CourseGrade))
        .outerjoin(GeneratedCertificate, of_learner(GeneratedCertificate))
        .order_by(CourseRun.display_name_folded, here)
        .limit(MOST_PLACES + 1)
    )


_PLACES = _places()
