"""Who is on the allowlist, and which certificates are invalidated, as programs read it?"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.services.certificates.listing import iso

PAGE = 1_000


def list_allowlist(session: Session, course_id: CourseId | None = None) -> Iterator[AllowlistEntry]:
    """Give who is on the allowlist now, newest entry first, a page at a time."""
    query = select(AllowlistEntry).where(AllowlistEntry.allowlisted).options(joinedload(AllowlistEntry.learner))
    if course_id is not None:
        query = query.where(AllowlistEntry.course_id == course_id)
    page_query = query = query.order_by(AllowlistEntry.id.desc()).limit(PAGE)
    while page := session.scalars(page_query).all():
        yield from page
        page_query = query.where(AllowlistEntry.id < page[-1].id)
        session.expunge_all()


def list_invalidations(session: Session, course_id: CourseId | None = None) -> Iterator[Invalidation]:
    """Give the invalidations that are active, newest first, a page at a time."""
    of_certificate = joinedload(Invalidation.certificate, innerjoin=True).joinedload(GeneratedCertificate.learner)
    query = select(Invalidation).where(Invalidation.active).options(of_certificate)
    if course_id is not None:
        query = query.join(Invalidation.certificate).where(GeneratedCertificate.course_id == course_id)
    page_query = query = query.order_by(Invalidation.id.desc()).limit(PAGE)
    while page := session.scalars(page_query).all():
        yield from page
        page_query = query.where(Invalidation.id < page[-1].id)
        session.expunge_all()


def allowlist_object(entry: AllowlistEntry) -> dict[str, Any]:
    """Give an entry of the allowlist as programs read it."""
    return {
        "id": entry.id,
        "username": entry.learner.username,
        "course_id": entry.course_id,
        "notes": entry.notes,
        "created_by": entry.created_by,
        "created_at": iso(entry.created_at),
    }


def invalidation_object(invalidation: Invalidation) -> dict[str, Any]:
    """Give an invalidation as programs read it."""
    return {
        "id": invalidation.id,
        "username": invalidation.certificate.learner.username,
        "course_id": invalidation.certificate.course_id,
        "certificate_id": invalidation.certificate_id,
        "notes": invalidation.notes,
        "invalidated_by": invalidation.invalidated_by,
        "created_at": iso(invalidation.created_at),
    }
