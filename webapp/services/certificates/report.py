"""How many learners of a course run hold what, and what does the grade report say of each of them?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, SQLColumnExpression, and_, func, select, union
from sqlalchemy.orm import Session

from webapp.domain.certificates import visibility
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import HeldCertificate, ReportTriple
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseMode
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import CourseGrade, Enrollment, Learner
from webapp.services.course_runs import get_course

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class CourseReport:
    """The sums of one course run; each mapping is in the order of its keys."""

    course_id: CourseId
    enrolled_current: int
    enrolled_total: int
    enrolled_by_mode: Mapping[str, int]
    """Those who are enrolled now, by the modes that are offered and those that somebody has all the same."""
    certificates_by_status: Mapping[str, int]
    """By the statuses that occur."""
    downloadable_by_mode: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """What the grade report says of one learner."""

    username: str
    triple: ReportTriple


def report_on(session: Session, course_id: CourseId) -> CourseReport:
    """Count a course run's enrolments and certificates (domain note §10, gen_cert_report); raises UnknownCourse."""
    get_course(session, course_id)
    offered = session.scalars(select(CourseMode.mode).where(CourseMode.course_id == course_id, CourseMode.active)).all()
    current, total = count_enrollments(session, course_id)
    by_status: Counter[str] = Counter()
    downloadable: Counter[str] = Counter()
    for (status, mode), number in count_certificates(session, course_id).items():
        by_status[status.value] += number
        downloadable[mode] += number if status is Status.DOWNLOADABLE else 0
    return CourseReport(
        course_id=course_id,
        enrolled_current=current.total(),
        enrolled_total=total,
        enrolled_by_mode=_in_order(current, offered),
        certificates_by_status=_in_order(by_status),
        downloadable_by_mode=_in_order(+downloadable, offered),
    )


def list_learners(session: Session, course_id: CourseId) -> Iterator[LearnerRow]:
    """Give every learner who is or was enrolled, or holds a certificate, by user name; raises UnknownCourse at once.

    One statement that is read a page at a time: memory does not grow with the course run, and all rows are of one moment.
    """
    get_course(session, course_id)
    return _stream(session, course_id)


def count_enrollments(session: Session, course_id: CourseId) -> tuple[Counter[str], int]:
    """Give how many are enrolled now, by mode, of all modes that somebody is or was enrolled in; and how many ever were."""
    query = (
        select(Enrollment.mode, Enrollment.active, func.count())
        .where(Enrollment.course_id == course_id)
        .group_by(Enrollment.mode, Enrollment.active)
    )
    current: Counter[str] = Counter()
    total = 0
    for mode, active, number in session.execute(query):
        total += number
        current[mode] += number if active else 0
    return current, total


def count_certificates(session: Session, course_id: CourseId) -> Counter[tuple[Status, str]]:
    """Give how many certificates there are, by status and mode."""
    held = GeneratedCertificate
    query = select(held.status, held.mode, func.count()).where(held.course_id == course_id)
    found: Counter[tuple[Status, str]] = Counter()
    for status, mode, number in session.execute(query.group_by(held.status, held.mode)):
        found[status, mode] = number
    return found


def count_eligible(session: Session, course_id: CourseId) -> int:
    """Give how many of those whom `list_learners` gives are eligible, by the rule of `visibility.report_triple`."""
    graded = select(CourseGrade.learner_id).where(CourseGrade.course_id == course_id)
    allowed = select(AllowlistEntry.learner_id).where(AllowlistEntry.course_id == course_id, AllowlistEntry.allowlisted)
    query = select(func.count(Learner.id)).where(
        Learner.allow_certificate, Learner.id.in_(union(graded, allowed)), Learner.id.in_(_members(course_id))
    )
    return session.scalar(query) or 0


def _in_order(counted: Counter[str], expected: Iterable[str] = ()) -> dict[str, int]:
    return {name: counted[name] for name in sorted({*counted, *expected})}


def _stream(session: Session, course_id: CourseId) -> Iterator[LearnerRow]:
    found = session.execute(_rows_of(course_id, _by_username(session)).execution_options(yield_per=PAGE))
    for username, allowed, graded, allowlisted, status, mode in found:
        held = None if status is None else HeldCertificate(status, mode)
        triple = visibility.report_triple(
            allowlisted=bool(allowlisted), graded=graded is not None, allow_certificate=allowed, held=held
        )
        yield LearnerRow(username, triple)


def _rows_of(course_id: CourseId, order: SQLColumnExpression[str]) -> Any:  # noqa: ANN401 - a Select of six columns, four of which may be missing
    def here(model: Any) -> ColumnElement[bool]:  # noqa: ANN401 - each of these tables has the two columns
        return and_(model.learner_id == Learner.id, model.course_id == course_id)

    return (
        select(
            Learner.username,
            Learner.allow_certificate,
            CourseGrade.id,
            AllowlistEntry.allowlisted,
            GeneratedCertificate.status,
            GeneratedCertificate.mode,
        )
        .outerjoin(CourseGrade, here(CourseGrade))
        .outerjoin(AllowlistEntry, here(AllowlistEntry))
        .outerjoin(GeneratedCertificate, here(GeneratedCertificate))
        .where(Learner.id.in_(_members(course_id)))
        .order_by(order)
    )


def _members(course_id: CourseId) -> CompoundSelect[int]:
    return union(
        select(Enrollment.learner_id).where(Enrollment.course_id == course_id),
        select(GeneratedCertificate.learner_id).where(GeneratedCertificate.course_id == course_id),
    )


def _by_username(session: Session) -> SQLColumnExpression[str]:
    """The order of characters, as on SQLite: PostgreSQL would go by the language that the database was made with."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    return Learner.username.collate("C") if on_postgresql else Learner.username
