"""Who of a course run holds what, who is on its allowlist, and whose certificate is invalidated; a page at a time?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.platform.instructor_answers import STATUSES, Shown
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Enrollment, Learner
from webapp.services.certificates import search

PAGE = 25
Asked = tuple[InstrumentedAttribute[int], InstrumentedAttribute[int], Select[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Row:
    """A learner with what they hold in a course run, and what staff did about it; None stands for nothing."""

    number: int
    """Its place in the list."""
    learner_id: int
    username: str
    name: str
    mode: str | None
    """The enrollment's."""
    status: Status | None
    excepted_at: datetime | None
    excepted_by: str | None
    exception_notes: str | None
    invalidated_at: datetime | None
    invalidated_by: str | None
    invalidation_notes: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, the newest first, and the place from which the next page goes on; None at the end."""

    rows: Sequence[Row]
    older: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: as the instructor's page of the platform tells them apart (B1), and whom a text names."""

    course_id: CourseId
    shown: Shown = Shown.ALL
    text: str = ""


def list_page(session: Session, wanted: Wanted, *, below: int | None = None) -> Page:
    """Give one page of PAGE (25), from below a place on; every one costs as much as the first."""
    found: list[tuple[int, int]] = []
    ids = search.learner_ids(session, wanted.text) if wanted.text.strip() else None
    for number, learner_id, query in _places(wanted):
        asked = query if below is None else query.where(number < below)
        if ids is not None:
            asked = asked.where(learner_id.in_(ids) if ids else false())
        found += [(row[0], row[1]) for row in session.execute(asked.order_by(number.desc()).limit(PAGE + 1))]
    found.sort(reverse=True)
    more, places = len(found) > PAGE, found[:PAGE]
    known = {row[0]: row for row in session.execute(_facts(wanted.course_id, [who for _, who in places]))}
    rows = [Row(one, *known[who]) for one, who in places]
    return Page(rows, rows[-1].number if more else None)


def _places(wanted: Wanted) -> Sequence[Asked]:
    """The questions for the places of the list: one for each status, since each of them is then a walk along an index."""
    held, entry, void = GeneratedCertificate, AllowlistEntry, Invalidation
    if wanted.shown is Shown.EXCEPTIONS:
        entries = select(entry.id, entry.learner_id).where(entry.course_id == wanted.course_id, entry.allowlisted)
        return [(entry.id, entry.learner_id, entries)]
    if wanted.shown is Shown.INVALIDATED:  # they are few: from these to their certificates
        voids = select(void.id, held.learner_id).join(held, held.id == void.certificate_id)
        return [(void.id, held.learner_id, voids.where(void.active, held.course_id == wanted.course_id))]
    everything = select(held.id, held.learner_id).where(held.course_id == wanted.course_id)
    statuses = STATUSES[wanted.shown]
    queries = [everything.where(held.status == status) for status in statuses] if statuses else [everything]
    return [(held.id, held.learner_id, query) for query in queries]


def _facts(course_id: CourseId, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    held, entry, void = GeneratedCertificate, AllowlistEntry, Invalidation

    def here(table: Any) -> Any:  # noqa: ANN401 - each table of facts has these two columns
        return and_(table.learner_id == Learner.id, table.course_id == course_id)

    return (
        select(
            Learner.id,
            Learner.username,
            Learner.name,
            Enrollment.mode,
            held.status,
            entry.created_at,
            entry.created_by,
            entry.notes,
            void.created_at,
            void.invalidated_by,
            void.notes,
        )
        .outerjoin(Enrollment, here(Enrollment))
        .outerjoin(held, here(held))
        .outerjoin(entry, and_(here(entry), entry.allowlisted))
        .outerjoin(void, and_(void.certificate_id == held.id, void.active))
        .where(Learner.id.in_(ids))
    )
