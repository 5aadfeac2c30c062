"""Who of a course run holds what or is enrolled, who is on its allowlist, and whose certificate is invalidated; a page at a time?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId, row_number
from webapp.domain.platform.instructor_answers import STATUSES, Shown
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Enrollment, Learner
from webapp.services.certificates import search

PAGE = 25
LOOKED_AT = 1_000
"""So many enrollments are looked at for one page, whether their learners were judged."""
ENROLLED = "e"
"""What the places of those begin with who are enrolled and were never judged; the others are numbers alone."""
_WITH_ENROLLED = frozenset({Shown.ALL, Shown.NOT_RECEIVED})
_NOT_ISSUED = [status for status in Status if status is not Status.DOWNLOADABLE]
"""The platform's page means two of them by "not received", and leaves who waits or failed unseen; ours leaves out nobody."""
Asked = tuple[InstrumentedAttribute[int], InstrumentedAttribute[int], Select[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Row:
    """A learner with what they hold in a course run, and what staff did about it; None stands for nothing."""

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
    older: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: as the instructor's page of the platform tells them apart (B1), and whom a text names."""

    course_id: CourseId
    shown: Shown = Shown.ALL
    text: str = ""


def list_page(session: Session, wanted: Wanted, *, after: str = "") -> Page:
    """Give one page of PAGE (25), from a place on; every one costs as much as the first.

    Who is enrolled and was never judged comes after those who were: nobody is missing where everybody is asked for.
    """
    ids = search.learner_ids(session, wanted.text) if wanted.text.strip() else None
    also_enrolled = wanted.shown in _WITH_ENROLLED
    enrolled, below = also_enrolled and after.startswith(ENROLLED), row_number(after.removeprefix(ENROLLED))
    found = [] if enrolled else _find_held(session, wanted, ids, below)
    learners, older = [who for _, who in found[:PAGE]], str(found[PAGE - 1][0]) if len(found) > PAGE else None
    if also_enrolled and older is None:
        missing = PAGE - len(learners)
        others, older = _find_enrolled(session, wanted.course_id, ids, below if enrolled else None, missing)
        learners += others
    known = {row[0]: row for row in session.execute(_facts(wanted.course_id, learners))} if learners else {}
    return Page([Row(*known[who]) for who in learners], older)


def _find_held(session: Session, wanted: Wanted, ids: list[int] | None, below: int | None) -> list[tuple[int, int]]:
    """The places of one page and one more, the newest first, each with its learner."""
    queries = []
    for number, learner_id, query in _places(wanted):
        asked = query if below is None else query.where(number < below)
        if ids is not None:
            asked = asked.where(learner_id.in_(ids) if ids else false())
        queries.append(asked.order_by(number.desc()).limit(PAGE + 1).subquery().select())
    return sorted(((row[0], row[1]) for row in session.execute(union_all(*queries))), reverse=True)


def _find_enrolled(
    session: Session, course_id: CourseId, ids: list[int] | None, below: int | None, most: int
) -> tuple[list[int], str | None]:
    """So many learners who are enrolled and have no row of a certificate, and the place from which it goes on.

    Where nearly all have one, few are found among those that are looked at: the page is short, and leads on.
    """
    here, held = Enrollment, GeneratedCertificate
    judged = select(held.id).where(held.learner_id == here.learner_id, held.course_id == course_id).limit(1)
    query = select(here.id, here.learner_id, here.active, judged.scalar_subquery()).where(here.course_id == course_id)
    if below is not None:
        query = query.where(here.id < below)
    if ids is not None:
        query = query.where(here.learner_id.in_(ids) if ids else false())
    rows = session.execute(query.order_by(here.id.desc()).limit(LOOKED_AT)).all()
    free = [(number, who) for number, who, active, certificate in rows if active and certificate is None]
    older = None
    if len(free) > most:
        older = f"{ENROLLED}{free[most - 1][0]}" if most else ENROLLED
    elif len(rows) == LOOKED_AT:
        older = f"{ENROLLED}{rows[-1][0]}"
    return [who for _, who in free[:most]], older


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
    statuses = _NOT_ISSUED if wanted.shown is Shown.NOT_RECEIVED else STATUSES[wanted.shown]
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
