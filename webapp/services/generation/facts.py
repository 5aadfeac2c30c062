"""What do the tables say of learners in a course run, read for one learner or for many by the same statements?"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Executable,
    Integer,
    RowMapping,
    Select,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from webapp.domain.certificates.effects import Fields
from webapp.domain.certificates.facts import CourseFacts, Facts
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId, is_ccx
from webapp.models.certificates import CAME_FROM, NOT_ISSUED, GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdVerification, Learner
from webapp.services import places
from webapp.services.configs import course_settings
from webapp.services.course_runs import find_course

BETA_TESTER = "beta_tester"
_certificate = GeneratedCertificate.__table__.c
_learner, _enrollment, _grade = Learner.__table__.c, Enrollment.__table__.c, CourseGrade.__table__.c
_verification, _entry, _role = IdVerification.__table__.c, AllowlistEntry.__table__.c, CourseRole.__table__.c
_HELD = [*(_certificate[name] for name in ("id", "learner_id", *Fields.__dataclass_fields__)), CAME_FROM]
Held = Mapping[int, RowMapping]
"""The certificates of a course run, by their learner: their numbers, all that a move may change, and their origin."""


def read_course(session: Session, course_id: CourseId, *, now: datetime, queue_configured: bool) -> CourseFacts:
    """Give what is known of a course run; one that nobody told of is known to be unknown."""
    run = find_course(session, course_id)
    query = select(CourseMode.mode, CourseMode.requires_id_verification, CourseMode.active)
    modes = session.execute(query.where(CourseMode.course_id == course_id).order_by(CourseMode.mode)).all()
    offered, former = (tuple((mode, asks) for mode, asks, active in modes if active is so) for so in (True, False))
    if run is None:
        ccx = is_ccx(course_id)
        return CourseFacts(course_id, now, known=False, ccx=ccx, modes=offered, former_modes=former)
    return CourseFacts(
        course_id,
        now,
        title=run.title,
        ccx=is_ccx(course_id),
        html=run.html_certificates,
        updated_rules=course_settings.updated_rules(session, run),
        queue_configured=queue_configured,
        issues_badges=run.issue_badges,
        modes=offered,
        former_modes=former,
    )


def find_learner_id(session: Session, username: str) -> int:
    """Give the number of a learner; raises UnknownLearner, LearnerErased."""
    return places.get_learner(session, username).id


def list_ungenerated(session: Session, course_id: CourseId) -> Sequence[int]:
    """Give those who are or were enrolled and hold nothing, or something unavailable (domain note §10)."""
    held = and_(_certificate.learner_id == Enrollment.learner_id, _certificate.course_id == course_id)
    query = (
        select(Enrollment.learner_id)
        .outerjoin(GeneratedCertificate, held)
        .where(
            Enrollment.course_id == course_id,
            or_(_certificate.id.is_(None), _certificate.status == Status.UNAVAILABLE),
        )
    )
    return session.scalars(query.order_by(Enrollment.learner_id)).all()


def list_failed(session: Session, course_id: CourseId | None = None) -> dict[CourseId, list[int]]:
    """Give the learners whose certificate is in `error`, by course run; of one course run where it is named."""
    query = select(_certificate.course_id, _certificate.learner_id).where(
        NOT_ISSUED, _certificate.status == Status.ERROR
    )
    if course_id is not None:
        query = query.where(_certificate.course_id == course_id)
    found: dict[CourseId, list[int]] = {}
    for course, learner_id in session.execute(query.order_by(_certificate.course_id, _certificate.learner_id)):
        found.setdefault(CourseId(course), []).append(learner_id)
    return found


def lock(session: Session, course_id: CourseId, learner_ids: Sequence[int]) -> None:
    """Let nobody else judge these learners or settle their certificates before the transaction ends; see `lock_parts`."""
    lock_parts(session, [(course_id, learner_ids)])


def lock_parts(session: Session, parts: Sequence[tuple[CourseId, Sequence[int]]]) -> None:
    """As `lock`, in several course runs: learners first, who may hold no certificate yet; all before the audit's lock."""
    if _kind(session) == "sqlite":
        return  # whoever writes has the whole database to themselves (record 2)
    _run(session, _learners_to_lock(), [learner_id for _, learner_ids in parts for learner_id in learner_ids])
    for course_id, learner_ids in parts:
        _run(session, _held("postgresql").with_only_columns(_certificate.id).with_for_update(), learner_ids, course_id)


def read_held(session: Session, course_id: CourseId, learner_ids: Sequence[int]) -> Held:
    """Give the certificates that learners hold in a course run, by learner."""
    rows = _run(session, _held(_kind(session)), learner_ids, course_id)
    return {row["learner_id"]: row for row in rows.mappings().all()}


def find_certificates(session: Session, course_id: CourseId, learner_ids: Sequence[int]) -> dict[int, int]:
    """Give the numbers of the certificates that learners hold in a course run, by learner."""
    query = _held(_kind(session)).with_only_columns(_certificate.learner_id, _certificate.id)
    return {row.learner_id: row.id for row in _run(session, query, learner_ids, course_id)}


def read(session: Session, course: CourseFacts, learner_ids: Sequence[int], held: Held) -> list[Facts]:
    """Give the facts of learners in a course run, in the order of their numbers; unknown ones are left out.

    Since when something is so is left out too: no rule asks for it.
    """
    invalid = _active_invalidations(session, [row["id"] for row in held.values()])
    # At once: one by one takes longer.
    rows = _run(session, _known(_kind(session)), learner_ids, course.course_id).all()
    return [_facts(course, row, held.get(row[0]), invalid) for row in rows]


def read_one(session: Session, course: CourseFacts, learner_id: int) -> tuple[Facts, RowMapping | None]:
    """Give one learner's facts, since when they are so, and the certificate, to be looked at and not to be changed."""
    held = read_held(session, course.course_id, [learner_id])
    known = read(session, course, [learner_id], held)[0]
    return _with_moments(session, known), held.get(learner_id)


def _kind(session: Session) -> str:
    return session.get_bind().dialect.name


def _run(
    session: Session, statement: Executable, numbers: Sequence[int], course_id: CourseId | None = None
) -> CursorResult[Any]:
    """Run one of the statements below: on the connection, since the rows are no objects, and flushed before."""
    session.flush()
    given = list(numbers) if _kind(session) == "postgresql" else json.dumps(list(numbers))
    return session.connection().execute(statement, {"numbers": given, "course_id": course_id})


def _among(column: ColumnElement[int], kind: str) -> ColumnElement[bool]:
    """The condition with all numbers in one parameter: the statement is the same for one of them and for thousands."""
    if kind == "postgresql":
        return column == any_(bindparam("numbers", type_=ARRAY(Integer)))
    return column.in_(select(func.json_each(bindparam("numbers")).table_valued("value").c.value))


@cache
def _learners_to_lock() -> Select[Any]:
    learners = select(_learner.id).where(_among(_learner.id, "postgresql")).order_by(_learner.id)
    return learners.with_for_update(key_share=True)


@cache
def _held(kind: str) -> Select[Any]:
    return (
        select(*_HELD)
        .where(_certificate.course_id == bindparam("course_id"), _among(_certificate.learner_id, kind))
        .order_by(_certificate.id)
    )


@cache
def _known(kind: str) -> Select[Any]:
    return (
        select(
            _learner.id,
            _learner.username,
            _learner.name,
            _learner.allow_certificate,
            _enrollment.mode,
            _enrollment.active,
            _grade.percent,
            _grade.letter,
            _grade.passed,
            _verification.status,
            _verification.expires_at,
            _entry.allowlisted,
            _entry.created_by,
            _role.id,
            _learner.external_id,
        )
        .select_from(Learner.__table__)
        .outerjoin(Enrollment.__table__, _here(_enrollment, kind))
        .outerjoin(CourseGrade.__table__, _here(_grade, kind))
        .outerjoin(IdVerification.__table__, _theirs(_verification, kind))
        .outerjoin(AllowlistEntry.__table__, _here(_entry, kind))
        .outerjoin(CourseRole.__table__, and_(_here(_role, kind), _role.role == BETA_TESTER, _role.active))
        .where(_among(_learner.id, kind))
        .order_by(_learner.id)
    )


def _here(table: Any, kind: str) -> ColumnElement[bool]:  # noqa: ANN401 - each table of facts has these two columns
    return and_(_theirs(table, kind), table.course_id == bindparam("course_id"))


def _theirs(table: Any, kind: str) -> ColumnElement[bool]:  # noqa: ANN401
    """Whose learner it is; named twice, since PostgreSQL would read the table of a whole course run for each few hundred."""
    same = table.learner_id == _learner.id
    return and_(same, _among(table.learner_id, kind)) if kind == "postgresql" else same


@cache
def _invalidated(kind: str) -> Select[Any]:
    columns = Invalidation.__table__.c
    return select(columns.certificate_id, columns.invalidated_by).where(
        _among(columns.certificate_id, kind), columns.active
    )


def _facts(course: CourseFacts, row: Any, held: RowMapping | None, invalid: Mapping[int, str]) -> Facts:  # noqa: ANN401 - the columns of _query
    (learner_id, username, name, allowed, mode, active, percent, letter, passed, id_status, *rest) = row
    id_expires_at, allowlisted, allowlisted_by, beta, external_id = rest
    invalidated_by = invalid.get(held["id"]) if held else None
    return Facts(
        course,
        learner_id,
        username,
        name,
        allowed,
        mode,
        None,
        bool(active),
        percent,
        letter or "",
        bool(passed),
        None,
        id_status or "",
        id_expires_at,
        None,
        bool(allowlisted),
        allowlisted_by or "",
        None,
        beta is not None,
        held["id"] if held else None,
        held["status"] if held else None,
        None,
        invalidated_by is not None,
        invalidated_by or "",
        external_id=external_id,
        came_from=held["came_from"] if held else None,
    )


def _active_invalidations(session: Session, certificate_ids: Sequence[int]) -> Mapping[int, str]:
    """Who invalidated each certificate that is invalidated."""
    if not certificate_ids:
        return {}
    rows = _run(session, _invalidated(_kind(session)), certificate_ids)
    return {row.certificate_id: row.invalidated_by for row in rows}


def _with_moments(session: Session, known: Facts) -> Facts:
    """Since when each fact is so: only people want to know."""
    dated = (_learner, _enrollment, _grade, _verification, _role)
    moments = (*(table.modified_at for table in dated), _entry.created_at)
    query = _known(_kind(session)).with_only_columns(*moments)
    row: Any = _run(session, query, [known.learner_id], known.course.course_id).one()
    learner_at, enrolled_at, graded_at, id_at, role_at, allowlisted_at = row
    course_at = select(CourseRun.modified_at).where(CourseRun.course_id == known.course.course_id)
    held_at = select(_certificate.modified_at).where(_certificate.id == known.certificate_id)
    invalidated_at = select(Invalidation.created_at).where(
        Invalidation.certificate_id == known.certificate_id, Invalidation.active
    )
    return known._replace(
        enrolled_at=enrolled_at,
        graded_at=graded_at,
        id_at=id_at,
        allowlisted_at=allowlisted_at,
        status_at=session.scalar(held_at),
        invalidated_at=session.scalar(invalidated_at),
        learner_at=learner_at,
        course_at=session.scalar(course_at),
        role_at=role_at,
    )
