"""What of one course run can be taken elsewhere: its figures, and the grade report of each of its learners?"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.certificates import visibility
from webapp.domain.certificates.visibility import HeldCertificate
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import CourseGrade, Enrollment, Learner
from webapp.services.courses.figures import Figures
from webapp.services.exports.sources import Row, Source

FIGURE = ("figure", "status", "mode", "number")
LEARNER = ("username", "eligible", "delivered", "type")
Place = tuple[int, int]
"""0 and the number of an enrollment, or 1 and that of a certificate without one."""


def figures(found: Figures) -> Source:
    """Give the sums of a course run, one a line."""

    def read(_session: Session, after: int | None, _limit: int) -> Sequence[Row]:
        return [] if after else _figure_rows(found)

    return Source("course-figures", FIGURE, read, lambda _: 1, lambda _, rows: rows)


def learners(course_id: CourseId) -> Source:
    """Give the grade report of a course run: whoever is or was enrolled, in that order, then who only holds a certificate."""

    def read(session: Session, after: Place | None, limit: int) -> Sequence[Any]:
        kind, number = after or (0, 0)
        found = list(session.execute(_report(course_id, kind).where(_number(kind) > number).limit(limit)))
        if kind == 0 and len(found) < limit:
            found += session.execute(_report(course_id, 1).limit(limit - len(found)))
        return found

    return Source("course-learners", LEARNER, read, lambda row: (row[0], row[1]), lambda _, rows: _told(rows))


def _figure_rows(found: Figures) -> list[Row]:
    def row(figure: str, number: int, *, status: str = "", mode: str = "") -> Row:
        return {"figure": figure, "status": status, "mode": mode, "number": number}

    return [
        row("enrolled_total", found.enrolled_total),
        *(row("enrolled", number, mode=mode) for mode, number in found.enrolled.items()),
        row("eligible", found.eligible),
        row("delivered", found.delivered),
        *(row("certificates", number, status=status, mode=mode) for status, mode, number in found.certificates),
    ]


def _number(kind: int) -> InstrumentedAttribute[int]:
    return GeneratedCertificate.id if kind else Enrollment.id


def _report(course_id: CourseId, kind: int) -> Select[*tuple[Any, ...]]:
    def here(table: Any) -> Any:  # noqa: ANN401 - each of these tables has the two columns
        return and_(table.learner_id == Learner.id, table.course_id == course_id)

    held = GeneratedCertificate
    query = (
        select(
            literal(kind),
            _number(kind),
            Learner.username,
            Learner.allow_certificate,
            CourseGrade.id,
            AllowlistEntry.allowlisted,
            held.status,
            held.mode,
        )
        .outerjoin(CourseGrade, here(CourseGrade))
        .outerjoin(AllowlistEntry, here(AllowlistEntry))
    )
    if kind == 0:
        query = query.join(Enrollment, here(Enrollment)).outerjoin(held, here(held))
    else:
        query = query.join(held, here(held)).where(~exists().where(here(Enrollment)))
    return query.order_by(_number(kind))


def _told(rows: Iterable[Any]) -> Iterator[Row]:
    for _, _, username, allowed, grade, allowlisted, status, mode in rows:
        held = None if status is None else HeldCertificate(status, mode)
        triple = visibility.report_triple(
            allowlisted=bool(allowlisted), graded=grade is not None, allow_certificate=allowed, held=held
        )
        yield {"username": username, **triple.as_object()}
