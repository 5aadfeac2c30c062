"""What does a learner hold, and where can it be opened?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.certificates.visibility import Publicity, page_url, shown_date
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.services import certificate_pages


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """One certificate as its learner sees it."""

    course_id: str
    course_name: str
    status: Status
    issued_at: datetime | None
    issued_on: datetime | None
    """The day that its page shows, which an override or the course may have set (decision 18)."""
    seen: Publicity
    url: str | None
    """Where it can be opened now: its file, or its page."""
    pdf_url: str | None
    """Where its page can be had as a PDF; None where the page is not shown."""


def list_own(session: Session, learner_id: int, *, base_url: str, now: datetime) -> list[OwnCertificate]:
    """Give what a learner may see of their own certificates (decision 15)."""
    rows = session.execute(
        select(GeneratedCertificate, CourseRun)
        .outerjoin(CourseRun, CourseRun.course_id == GeneratedCertificate.course_id)
        .options(joinedload(GeneratedCertificate.date_override))
        .where(GeneratedCertificate.learner_id == learner_id, GeneratedCertificate.status.not_in(sorted(HIDDEN)))
        .order_by(GeneratedCertificate.id.desc())
    )
    return [
        own_of(session, certificate, course, base_url=base_url, now=now)
        for certificate, course in cast("Iterable[tuple[GeneratedCertificate, CourseRun | None]]", rows)
    ]


def own_of(
    session: Session, certificate: GeneratedCertificate, course: CourseRun | None, *, base_url: str, now: datetime
) -> OwnCertificate:
    """Give one certificate as its learner sees it; whoever asks leaves out those that are hidden from learners."""
    seen = certificate_pages.publicity_of(session, certificate, course, now)
    page = page_url(base_url, certificate.verify_uuid) if certificate.verify_uuid else None
    return OwnCertificate(
        certificate.course_id,
        certificate.course_id if course is None else course.title,
        certificate.status,
        certificate.issued_at,
        _day(certificate, course, now),
        seen,
        {
            Publicity.SHOWN: certificate.download_url or page,
            # Of a course run that nobody told of, nobody can tell that it still hides its certificates.
            Publicity.UNSEEN: (certificate.download_url or None) if course is None else None,
            Publicity.GONE: None,
        }[seen],
        f"{page}.pdf" if page and seen is Publicity.SHOWN else None,
    )


def _day(certificate: GeneratedCertificate, course: CourseRun | None, now: datetime) -> datetime | None:
    issued_at, override = certificate.issued_at, certificate.date_override
    if issued_at is None or course is None:
        return issued_at
    dates = certificate_pages.dates_of(course)
    return shown_date(override=override.date if override else None, dates=dates, issued_at=issued_at, now=now)
