"""Which certificates does the instructor's page list for a course run (B1)?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId, folded
from webapp.domain.platform.instructor_answers import STATUSES, Shown
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Enrollment, Learner
from webapp.services.learner_names import begins

MOST_FOUND = 1_000
"""Learners of a search, by either column."""


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A learner with what they hold, and what staff did about it; a certificate that is none is `unavailable`."""

    username: str
    email: str
    mode: str
    status: Status
    excepted_at: datetime | None
    exception_notes: str
    invalidated_at: datetime | None
    invalidated_by: str | None
    invalidation_notes: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them; `search` is the beginning of a user name or an e-mail address, whatever its case."""

    course_id: CourseId
    shown: Shown = Shown.ALL
    search: str = ""


def count(session: Session, wanted: Wanted) -> int:
    """Count them, along the index of the course run."""
    return session.scalar(select(func.count()).select_from(_learners(session, wanted).order_by(None).subquery())) or 0


def list_page(session: Session, wanted: Wanted, *, offset: int, limit: int) -> list[IssuedRow]:
    """Give some of them, in the order in which they came to be: their learners first, then all about these alone."""
    numbers = session.scalars(_learners(session, wanted).offset(offset).limit(limit)).all()
    rows = dict(_rows(session, wanted.course_id, numbers))
    return [rows[number] for number in numbers]


def _learners(session: Session, wanted: Wanted) -> Select[int]:
    held, entry, void = GeneratedCertificate, AllowlistEntry, Invalidation
    column = entry.learner_id if wanted.shown is Shown.EXCEPTIONS else held.learner_id
    query = select(column)
    if wanted.shown is Shown.EXCEPTIONS:
        query = query.where(entry.course_id == wanted.course_id, entry.allowlisted).order_by(entry.id)
    elif wanted.shown is Shown.INVALIDATED:  # they are few: from these to their certificates
        query = query.select_from(void).join(held, held.id == void.certificate_id)
        query = query.where(void.active, held.course_id == wanted.course_id).order_by(void.id)
    else:
        query = query.where(held.course_id == wanted.course_id).order_by(held.id)
    if STATUSES.get(wanted.shown):
        query = query.where(held.status.in_(STATUSES[wanted.shown]))
    if wanted.search.strip():
        query = query.where(column.in_(_found(session, wanted.search)))
    return query


def _found(session: Session, text: str) -> list[int]:
    """The learners themselves: of a subquery PostgreSQL would rather read the whole course run."""
    wanted = folded(text.strip())
    found: set[int] = set()
    for column in (Learner.username_folded, Learner.email_folded):
        query = select(Learner.id).where(begins(column, wanted)).order_by(column).limit(MOST_FOUND)
        found.update(session.scalars(query))
    return sorted(found)


def _rows(session: Session, course_id: CourseId, numbers: Sequence[int]) -> Iterator[tuple[int, IssuedRow]]:
    held, entry, void = GeneratedCertificate, AllowlistEntry, Invalidation

    def here(table: Any) -> Any:  # noqa: ANN401 - each table of facts has these two columns
        return and_(table.learner_id == Learner.id, table.course_id == course_id)

    query = (
        select(
            Learner.id,
            Learner.username,
            Learner.email,
            func.coalesce(Enrollment.mode, ""),
            func.coalesce(held.status, Status.UNAVAILABLE),
            entry.created_at,
            func.coalesce(entry.notes, ""),
            void.created_at,
            void.invalidated_by,
            func.coalesce(void.notes, ""),
        )
        .outerjoin(Enrollment, here(Enrollment))
        .outerjoin(held, here(held))
        .outerjoin(entry, and_(here(entry), entry.allowlisted))
        .outerjoin(void, and_(void.certificate_id == held.id, void.active))
        .where(Learner.id.in_(numbers))
    )
    for number, *rest in session.execute(query):
        yield number, IssuedRow(*rest)
