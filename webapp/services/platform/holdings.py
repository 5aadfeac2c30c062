"""What does a learner hold, as the platform's certificates API tells it to other programs (domain note §8.4)?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from webapp.domain.certificates.statuses import HIDDEN, PASSED
from webapp.domain.certificates.visibility import may_certify
from webapp.domain.identifiers import CourseId, storable
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.exceptions import Invalidation
from webapp.models.learners import Learner
from webapp.services.certificate_pages import dates_of

Held = tuple[GeneratedCertificate, CourseRun]


def list_viewable(session: Session, username: str, *, now: datetime) -> Sequence[Held]:
    """Give what counts as passed and can be viewed now, the oldest first; nothing for a name that nobody has.

    Viewable: the course run's record carries a certificate, and its dates allow it (interface §5).
    """
    rows = _held(session, username)
    return [
        (held, course)
        for held, course in rows
        if held.status in PASSED and course.certificate is not None and _shown(course, now)
    ]


def find_in(session: Session, username: str, course_id: CourseId, *, now: datetime) -> Held | None:
    """Give what a learner holds in one course run, passed or not, but for what is hidden, not yet shown, or invalidated.

    What an invalidation left with another status is told by that status.
    """
    for held, course in _held(session, username, course_id):
        if held.status not in PASSED or _shown(course, now):
            return held, course
    return None


def lacks_configuration(held: GeneratedCertificate, course: CourseRun) -> bool:
    """Say whether there is no page to show a web certificate on; a PDF needs none."""
    return not held.download_url and course.certificate is None


def _shown(course: CourseRun, now: datetime) -> bool:
    return may_certify(dates_of(course), now)


def _held(session: Session, username: str, course_id: CourseId | None = None) -> Sequence[Held]:
    if not storable(username):
        return []
    held = GeneratedCertificate
    # The platform may tell anew of what staff declared void here; its page is gone all the same (decision 20).
    void = exists().where(Invalidation.certificate_id == held.id, Invalidation.active)
    query = (
        select(held, CourseRun)
        .join(Learner, Learner.id == held.learner_id)
        .join(CourseRun, CourseRun.course_id == held.course_id)
        .where(
            Learner.username == username,
            held.status.not_in(sorted(HIDDEN)),
            or_(held.status.not_in(sorted(PASSED)), ~void),
        )
        .order_by(held.created_at, held.id)
    )
    if course_id is not None:
        query = query.where(held.course_id == course_id)
    return [(one, course) for one, course in session.execute(query)]
