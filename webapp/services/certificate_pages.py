"""What stands at the public address of a certificate, and where can a certificate be opened?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.page.evidence import Shown
from webapp.domain.certificates.page.voices import Voice
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, Merged, Page, complete
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import (
    IN_THE_MAKING,
    CourseDates,
    Ending,
    Publicity,
    ending,
    page_url,
    publicity,
    shown_date,
)
from webapp.domain.identifiers import CourseId, is_hex_32
from webapp.models.badges import BadgeAward
from webapp.models.certificates import (
    HAS_ID,
    CertificateTransition,
    DateOverride,
    FormerPublicId,
    GeneratedCertificate,
    origin_of,
)
from webapp.models.courses import CourseRun
from webapp.models.exceptions import Invalidation
from webapp.models.learners import Learner
from webapp.models.prepared import Line, Prepared
from webapp.services.caching.merged import RecordedCourse
from webapp.services.course_runs import find_course

Merging = Callable[[RecordedCourse, str], Merged]
"""A course run and a mode -> what all their certificates show alike."""


@dataclass(frozen=True, slots=True)
class Gone:
    """How a certificate came not to be valid, and when; nothing of whose it was (decision 20)."""

    ending: Ending
    on: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What the world gets to see at an address: a page, its end, or the address that it has moved to."""

    publicity: Publicity
    page: Page | None = None
    moved_to: str | None = None
    assertion_id: str | None = None
    """Of the badge that was awarded with it."""
    signed_here: bool = False
    """No badge server has issued that badge: ours can be had signed."""
    shown: Shown | None = None
    """Whose certificate it is, where there is a page."""
    gone: Gone | None = None
    """Where there was a page, or nearly."""


UNSEEN = Found(Publicity.UNSEEN)


def find_page(
    line: Line,
    verify_uuid: str,
    merged: Merging,
    *,
    base_url: str,
    now: datetime,
    voice: Voice | None = None,
) -> Found:
    """Give what stands at the address of a public id, whatever text was asked for (decisions 9, 15, 20).

    `merged` gives what the certificates of a course run and a mode show alike where it was asked, in the same voice.
    One question for a certificate that is shown, another where it is being made anew or the id is a former one.
    """
    if not is_hex_32(verify_uuid):
        return UNSEEN
    row = _read(line, _BY_ID, verify_uuid)
    if row is None:
        return _find_former(line, verify_uuid, base_url=base_url, now=now)
    seen = row.publicity(line, now)
    if seen is Publicity.GONE:
        return _gone(line, row)
    if seen is Publicity.UNSEEN:
        return UNSEEN
    texts = CertificateTexts(
        name=row.name or row.profile_name,  # rows of the platform's early years carry none
        mode=row.mode,
        verify_uuid=row.verify_uuid,
        shown_on=shown_date(
            override=row.date_override, dates=row.dates, issued_at=row.issued_at or row.created_at, now=now
        ),
    )
    course = RecordedCourse(CourseId(row.course_id), row.display_name or row.course_id, row.course_certificate)
    page = complete(merged(course, row.mode), texts, base_url=base_url, now=now, voice=voice)
    shown = Shown(row.id, row.learner_id, row.user_id, row.course_id, row.mode, row.verify_uuid)
    return Found(seen, page, assertion_id=row.assertion_id, signed_here=row.server_url == "", shown=shown)


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
    return _came_from(Line.of(session), certificate_id, status)


def texts_of(course: CourseRun) -> CourseTexts:
    """Give what a course run's record says on its certificates."""
    return CourseTexts(CourseId(course.course_id), course.title, course.certificate)


def dates_of(course: CourseRun) -> CourseDates:
    """Give what decides when a course run shows its certificates."""
    return CourseDates(course.self_paced, course.end, course.certificate_available_date)


def _find_former(line: Line, verify_uuid: str, *, base_url: str, now: datetime) -> Found:
    """A former id leads to the certificate under its present one, which says itself what has become of it (decision 9)."""
    row = _read(line, _BY_FORMER_ID, verify_uuid)
    if row is None:
        return UNSEEN
    seen = row.publicity(line, now)
    if seen is Publicity.UNSEEN:
        return UNSEEN
    if not row.verify_uuid:
        return _gone(line, row) if seen is Publicity.GONE else UNSEEN
    return Found(seen, moved_to=page_url(base_url, row.verify_uuid))


def _gone(line: Line, row: "_Row") -> Found:
    ((invalidated_at, moved_at),) = line.ask(_ENDED, {"certificate_id": row.id})
    how = ending(row.status, invalidated=row.invalidated, was_issued=row.issued_at is not None)
    return Found(Publicity.GONE, gone=Gone(how, invalidated_at or moved_at or row.modified_at))


@dataclass(frozen=True, slots=True)
class _Row:
    """All that a page is made of, as it is read; of a course run that nobody told of there is no display name."""

    id: int
    status: Status
    mode: str
    name: str
    verify_uuid: str
    course_id: str
    issued_at: datetime | None
    created_at: datetime
    modified_at: datetime
    learner_id: int
    profile_name: str
    user_id: int | None
    date_override: datetime | None
    display_name: str | None
    self_paced: bool
    end: datetime | None
    available_at: datetime | None
    course_certificate: str | None
    assertion_id: str | None
    server_url: str | None
    invalidated: bool

    @property
    def dates(self) -> CourseDates:
        """What decides when the course run shows its certificates."""
        return CourseDates(self.self_paced, self.end, self.available_at)

    def publicity(self, line: Line, now: datetime) -> Publicity:
        """Say what the world gets to see; nothing is known that a page could show of a course run that nobody told of."""
        if self.display_name is None:
            return Publicity.UNSEEN
        came_from = _came_from(line, self.id, self.status)
        return publicity(self.status, came_from=came_from, invalidated=self.invalidated, dates=self.dates, now=now)


def _read(line: Line, statement: Prepared, verify_uuid: str) -> _Row | None:
    found = line.ask(statement, {"verify_uuid": verify_uuid})
    return _Row(*found[0]) if found else None


def _came_from(line: Line, certificate_id: int, status: Status) -> Status | None:
    found = line.ask(_CAME_FROM, {"certificate_id": certificate_id}) if status in IN_THE_MAKING else ()
    return Status(found[0][0]) if found else None


def _reading(condition: ColumnElement[bool]) -> Prepared:
    certificate = GeneratedCertificate
    columns = (
        certificate.id,
        certificate.status,
        certificate.mode,
        certificate.name,
        certificate.verify_uuid,
        certificate.course_id,
        certificate.issued_at,
        certificate.created_at,
        certificate.modified_at,
        certificate.learner_id,
        Learner.name,
        Learner.external_id,
        DateOverride.date,
        CourseRun.display_name,
        CourseRun.self_paced,
        CourseRun.end,
        CourseRun.certificate_available_date,
        cast(CourseRun.certificate, Text),  # read where its texts are not merged yet
        BadgeAward.assertion_id,
        BadgeAward.server_url,
        exists().where(Invalidation.certificate_id == certificate.id, Invalidation.active),
    )
    query = (
        select(*columns)
        .join(Learner, Learner.id == certificate.learner_id)
        .outerjoin(CourseRun, CourseRun.course_id == certificate.course_id)
        .outerjoin(DateOverride, DateOverride.certificate_id == certificate.id)
        .outerjoin(
            BadgeAward, and_(BadgeAward.certificate_id == certificate.id, BadgeAward.state == BadgeState.AWARDED)
        )
    )
    return Prepared(query.where(condition))


_BY_ID = _reading(and_(GeneratedCertificate.verify_uuid == bindparam("verify_uuid"), HAS_ID))
_BY_FORMER_ID = _reading(
    GeneratedCertificate.id
    == select(FormerPublicId.certificate_id)
    .where(FormerPublicId.verify_uuid == bindparam("verify_uuid"))
    .scalar_subquery()
)
_ENDED = Prepared(
    select(
        select(func.max(Invalidation.created_at))
        .where(Invalidation.certificate_id == bindparam("certificate_id"), Invalidation.active)
        .scalar_subquery(),
        select(func.max(CertificateTransition.at))
        .where(CertificateTransition.certificate_id == bindparam("certificate_id"))
        .scalar_subquery(),
    )
)
_CAME_FROM = Prepared(origin_of(bindparam("certificate_id")))
