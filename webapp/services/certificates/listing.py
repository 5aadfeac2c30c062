"""Which certificates are there, as programs read them?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.domain.certificates.statuses import PASSED, Status
from webapp.domain.certificates.visibility import page_url
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner

PAGE = 1_000


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
