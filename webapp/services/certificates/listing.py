"""Which certificates are there, as programs read them?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.domain.certificates.statuses import PASSED, Status
from webapp.domain.certificates.visibility import page_url
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import NOT_ISSUED, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services import learners

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which certificates are asked for; names, addresses and modes whatever their case (interface §6)."""

    username: str | None = None
    email: str | None = None
    course_id: CourseId | None = None
    status: Status | None = None
    mode: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Give what a row has to be like."""
        one = GeneratedCertificate
        yield from learners.belongs_to(one.learner_id, username=self.username, email=self.email)
        if self.course_id is not None:
            yield one.course_id == self.course_id
        if self.status is not None:
            yield one.status == self.status
            if self.status is not Status.DOWNLOADABLE:
                yield NOT_ISSUED  # type: ignore[misc]  # said for the sake of the index that has it
        if self.mode is not None:
            yield one.mode == self.mode.lower()
        if self.created_from is not None:
            yield one.created_at >= self.created_from
        if self.created_to is not None:
            yield one.created_at < self.created_to


def list_page(session: Session, wanted: Wanted, *, below: int | None, limit: int) -> Sequence[GeneratedCertificate]:
    """Give certificates with their learners, the newest number first, from `below` a number on."""
    query = select(GeneratedCertificate).options(joinedload(GeneratedCertificate.learner)).where(*wanted.conditions())
    if below is not None:
        query = query.where(GeneratedCertificate.id < below)
    return session.scalars(query.order_by(GeneratedCertificate.id.desc()).limit(limit)).all()


def list_certificates(
    session: Session,
    *,
    course_id: CourseId | None = None,
    username: str | None = None,
    status: Status | None = None,
    limit: int | None = None,
) -> Iterator[GeneratedCertificate]:
    """Give certificates, newest first, a page at a time."""
    query = select(GeneratedCertificate).options(selectinload(GeneratedCertificate.learner))
    if course_id is not None:
        query = query.where(GeneratedCertificate.course_id == course_id)
    if username is not None:
        query = query.join(GeneratedCertificate.learner).where(Learner.username == username)
    if status is not None:
        query = query.where(GeneratedCertificate.status == status)
    query = query.order_by(GeneratedCertificate.id.desc())
    given, page_query = 0, query
    while limit is None or given < limit:
        size = PAGE if limit is None else min(PAGE, limit - given)
        page = session.scalars(page_query.limit(size)).all()
        yield from page
        given += len(page)
        if len(page) < size:
            return
        page_query = query.where(GeneratedCertificate.id < page[-1].id)
        session.expunge_all()


def as_object(row: GeneratedCertificate, base_url: str) -> dict[str, Any]:
    """Give a certificate as the object of interface §6."""
    return {
        "id": row.id,
        "username": row.learner.username,
        "course_id": row.course_id,
        "status": row.status.value,
        "mode": row.mode,
        "grade": row.grade,
        "name": row.name,
        "verify_uuid": row.verify_uuid,
        "certificate_url": page_url(base_url, row.verify_uuid) if row.verify_uuid else None,
        "download_url": row.download_url or None,
        "error_reason": row.error_reason,
        "is_passing": row.status in PASSED,
        "created_at": iso(row.created_at),
        "modified_at": iso(row.modified_at),
        "issued_at": iso(row.issued_at),
    }


def iso(moment: datetime | None) -> str | None:
    """Give a moment in UTC as programs read it."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
