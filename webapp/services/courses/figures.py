"""How many learners and certificates has a course run, without keeping the page of a big one waiting (record 32)?"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from importlib.metadata import version

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseMode
from webapp.models.learners import Enrollment
from webapp.ports.caches import Cache
from webapp.services.certificates import report

SMALL = 2_000
"""A course run with so many enrollments and certificates at most is counted anew for each look: it takes milliseconds."""
CACHE = "Figures of course runs"


class Figures(msgspec.Struct, frozen=True):
    """The sums of one course run at a moment; statuses and modes are the wire words."""

    course_id: str
    counted_at: datetime
    enrolled_total: int
    """Those who are or were enrolled."""
    enrolled: dict[str, int]
    """Those who are enrolled now, by the modes that are offered and those that somebody has all the same."""
    certificates: list[tuple[str, str, int]]
    """Status, mode, number; by status and mode."""
    eligible: int
    """As the grade report says it of each learner (interface §1)."""

    @property
    def enrolled_now(self) -> int:
        """All who are enrolled now."""
        return sum(self.enrolled.values())

    @property
    def delivered(self) -> int:
        """Certificates that are issued."""
        return self.by_status.get(Status.DOWNLOADABLE.value, 0)

    @property
    def held(self) -> int:
        """All certificates, whatever their status."""
        return sum(number for _, _, number in self.certificates)

    @property
    def by_status(self) -> dict[str, int]:
        """Certificates by status."""
        found: dict[str, int] = {}
        for status, _, number in self.certificates:
            found[status] = found.get(status, 0) + number
        return found

    @property
    def modes(self) -> Sequence[str]:
        """The modes in which somebody holds a certificate."""
        return sorted({mode for _, mode, _ in self.certificates})

    def others(self, offered: Collection[str]) -> Sequence[tuple[str, int]]:
        """Give in which modes somebody is enrolled though they are not among the offered ones, and how many."""
        return [(mode, number) for mode, number in self.enrolled.items() if number and mode not in offered]

    def number_of(self, status: str, mode: str) -> int:
        """Give how many certificates have a status and a mode."""
        return next((number for held, of, number in self.certificates if (held, of) == (status, mode)), 0)


def find(session: Session, cache: Cache, course_id: CourseId, *, now: datetime) -> Figures | None:
    """Give what is known of a course run at once: a small one's figures as of now, a big one's as they are kept.

    None for a big one whose figures nobody asked for within the last minutes: then `count_and_keep` has to be waited for.
    """
    if is_small(session, course_id):
        return count(session, course_id, now=now)
    kept = cache.find(CACHE, _key(course_id))
    if kept is None:
        return None
    try:
        return msgspec.json.decode(kept, type=Figures)
    except msgspec.MsgspecError:
        return None  # of another release


def count_and_keep(session: Session, cache: Cache, course_id: CourseId, *, now: datetime) -> Figures:
    """Count a course run however big it is, and keep that for the looks of the next minutes."""
    found = count(session, course_id, now=now)
    cache.keep(CACHE, _key(course_id), msgspec.json.encode(found))
    return found


def is_small(session: Session, course_id: CourseId) -> bool:
    """Say whether a course run has SMALL (2,000) enrollments and as many certificates at most."""
    return all(
        _reaches_no_further(session, query)
        for query in (
            select(Enrollment.id).where(Enrollment.course_id == course_id),
            select(GeneratedCertificate.id).where(GeneratedCertificate.course_id == course_id),
        )
    )


def count(session: Session, course_id: CourseId, *, now: datetime) -> Figures:
    """Count a course run's enrollments and certificates."""
    offered = session.scalars(select(CourseMode.mode).where(CourseMode.course_id == course_id, CourseMode.active)).all()
    current, total = report.count_enrollments(session, course_id)
    held = report.count_certificates(session, course_id)
    return Figures(
        course_id=course_id,
        counted_at=now,
        enrolled_total=total,
        enrolled={mode: current[mode] for mode in sorted({*current, *offered})},
        certificates=sorted((status.value, mode, number) for (status, mode), number in held.items()),
        eligible=report.count_eligible(session, course_id),
    )


def _reaches_no_further(session: Session, query: Select[int]) -> bool:
    number = session.scalar(select(func.count()).select_from(query.limit(SMALL + 1).subquery())) or 0
    return number <= SMALL


def _key(course_id: CourseId) -> str:
    said = msgspec.json.encode([version("certdesk"), CACHE, course_id])
    return hashlib.sha256(said).hexdigest()
