"""How far is a learner's certificate, as the old platform told it to the learner and to other programs?"""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.domain.certificates import visibility
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.visibility import CertificateStatus, HeldCertificate, LearnerStatus
from webapp.domain.identifiers import CourseId, storable
from webapp.errors import UnknownLearner
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseMode
from webapp.models.learners import Learner
from webapp.services.certificate_pages import dates_of
from webapp.services.course_runs import get_course
from webapp.wording import phrase


def get_learner_status(
    session: Session, username: str, course_id: CourseId, *, now: datetime, base_url: str
) -> LearnerStatus:
    """Give what a learner can do now, by `certificate_downloadable_status`; raises UnknownLearner, UnknownCourse."""
    known = get_certificate_status(session, username, course_id)
    shown = visibility.may_certify(dates_of(get_course(session, course_id)), now)
    return visibility.learner_status(known, shown=shown, base_url=base_url)


def get_certificate_status(session: Session, username: str, course_id: CourseId) -> CertificateStatus:
    """Give the status of what a learner holds, by `certificate_status_for_student`; raises UnknownLearner.

    A course run that nobody told of is no error: nothing is held there, which is `unavailable`.
    """
    held = _find_held(session, username, course_id)
    offers_honor = held is not None and held.mode == Mode.AUDIT and _offers_honor(session, course_id)
    return visibility.certificate_status(held, offers_honor=offers_honor)


def _find_held(session: Session, username: str, course_id: CourseId) -> HeldCertificate | None:
    certificate = GeneratedCertificate
    query = (
        select(
            certificate.status,
            certificate.mode,
            certificate.grade,
            certificate.verify_uuid,
            certificate.download_url,
        )
        .select_from(Learner)
        .outerjoin(certificate, and_(certificate.learner_id == Learner.id, certificate.course_id == course_id))
        .where(Learner.username == username)
    )
    row: Any = session.execute(query).one_or_none() if storable(username) else None
    if row is None:
        raise UnknownLearner(phrase("There is no learner “{username}”.", username=username))
    return None if row[0] is None else HeldCertificate(*row)


def _offers_honor(session: Session, course_id: CourseId) -> bool:
    honor = CourseMode.course_id == course_id, CourseMode.mode == Mode.HONOR.value, CourseMode.active
    return session.scalar(select(CourseMode.id).where(*honor)) is not None
