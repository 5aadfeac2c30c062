"""What stands at the public address of a certificate, and where can a certificate be opened?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, Page, build_page, shown_date, site_of
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import IN_THE_MAKING, CourseDates, Publicity, page_url, publicity
from webapp.domain.identifiers import CourseId, is_hex_32
from webapp.models.certificates import HAS_ID, CertificateTransition, FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.exceptions import Invalidation


@dataclass(frozen=True, slots=True)
class Found:
    """What the world gets to see at an address: a page, its end, or the address that it has moved to."""

    publicity: Publicity
    page: Page | None = None
    moved_to: str | None = None


UNSEEN = Found(Publicity.UNSEEN)


def find_page(
    session: Session, verify_uuid: str, html_view: Mapping[str, Any], *, base_url: str, host: str, now: datetime
) -> Found:
    """Give what stands at the address of a public id, whatever text was asked for (decisions 9, 15, 20)."""
    if not is_hex_32(verify_uuid):
        return UNSEEN
    certificate = _find(session, verify_uuid)
    if certificate is None:
        return _find_former(session, verify_uuid, base_url=base_url, now=now)
    course = find_course(session, certificate.course_id)
    seen = publicity_of(session, certificate, course, now)
    if seen is not Publicity.SHOWN or course is None:
        return Found(seen)
    texts = CertificateTexts(
        name=certificate.name or certificate.learner.name,  # rows of the platform's early years carry none
        mode=certificate.mode,
        verify_uuid=certificate.verify_uuid,
        shown_on=_shown_date(certificate, course, now),
    )
    return Found(seen, build_page(html_view, texts_of(course), texts, base_url=base_url, site=site_of(host), now=now))


def find_url(session: Session, certificate: GeneratedCertificate, *, base_url: str, now: datetime) -> str | None:
    """Give the address at which anybody can open a certificate now; None where there is nothing to be seen."""
    course = find_course(session, certificate.course_id)
    if not certificate.verify_uuid or publicity_of(session, certificate, course, now) is not Publicity.SHOWN:
        return None
    return page_url(base_url, certificate.verify_uuid)


def publicity_of(
    session: Session, certificate: GeneratedCertificate, course: CourseRun | None, now: datetime
) -> Publicity:
    """Say what the world gets to see of a certificate now."""
    if course is None:
        return Publicity.UNSEEN  # nobody told of the course run: nothing is known that a page could show
    active = exists().where(Invalidation.certificate_id == certificate.id, Invalidation.active)
    return publicity(
        certificate.status,
        came_from=find_origin(session, certificate.id, certificate.status),
        invalidated=bool(session.scalar(select(active))),
        dates=dates_of(course),
        now=now,
    )


def find_origin(session: Session, certificate_id: int, status: Status) -> Status | None:
    """Give the last status that a certificate had before its making began, however often that failed or was sent again.

    None where it began with its making, and where its status is not that of a making.
    """
    if status not in IN_THE_MAKING:
        return None
    move = CertificateTransition
    began = select(move.from_status).where(
        move.certificate_id == certificate_id, move.from_status.not_in(sorted(IN_THE_MAKING))
    )
    return session.scalar(began.order_by(move.id.desc()).limit(1))


def find_course(session: Session, course_id: str) -> CourseRun | None:
    """Give a course run."""
    return session.scalar(select(CourseRun).where(CourseRun.course_id == course_id))


def texts_of(course: CourseRun) -> CourseTexts:
    """Give what a course run's record says on its certificates."""
    return CourseTexts(CourseId(course.course_id), course.title, course.certificate)


def dates_of(course: CourseRun) -> CourseDates:
    """Give what decides when a course run shows its certificates."""
    return CourseDates(course.self_paced, course.end, course.certificate_available_date)


def _find(session: Session, verify_uuid: str) -> GeneratedCertificate | None:
    query = select(GeneratedCertificate).where(GeneratedCertificate.verify_uuid == verify_uuid, HAS_ID)
    related = joinedload(GeneratedCertificate.learner), joinedload(GeneratedCertificate.date_override)
    return session.scalar(query.options(*related))


def _find_former(session: Session, verify_uuid: str, *, base_url: str, now: datetime) -> Found:
    """A former id leads to the certificate under its present one, which says itself what has become of it (decision 9)."""
    query = (
        select(GeneratedCertificate)
        .join(FormerPublicId, FormerPublicId.certificate_id == GeneratedCertificate.id)
        .where(FormerPublicId.verify_uuid == verify_uuid)
    )
    certificate = session.scalar(query)
    if certificate is None:
        return UNSEEN
    seen = publicity_of(session, certificate, find_course(session, certificate.course_id), now)
    if seen is Publicity.UNSEEN:
        return UNSEEN
    if not certificate.verify_uuid:
        return Found(Publicity.GONE)
    return Found(seen, moved_to=page_url(base_url, certificate.verify_uuid))


def _shown_date(certificate: GeneratedCertificate, course: CourseRun, now: datetime) -> datetime:
    return shown_date(
        override=certificate.date_override.date if certificate.date_override else None,
        dates=dates_of(course),
        issued_at=certificate.issued_at or certificate.created_at,
        now=now,
    )
