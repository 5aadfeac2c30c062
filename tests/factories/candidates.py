"""Learners who can be judged: enrolled, graded, verified, and what stands against each of them."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate, make_course, make_learner
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.fakes import NOON
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdVerification, Learner

HTML = CourseId("course-v1:edX+Web+2026")
"""A course run with web certificates, judged by the regular rules."""
PDF = CourseId("course-v1:edX+Paper+2026")
"""A course run whose certificates go through the queue."""
CCX = CourseId("ccx-v1:edX+Web+2026+ccx@7")
NOISE = "course-v1:Noise+Web+2026"
MODES = (("audit", False), ("honor", False), ("verified", True))
ONCE = (*MODES, ("no-id-professional", False))
"""In these it was offered once, where it is not offered in them now."""
BEFORE = NOON - timedelta(days=30)
LINK, HELD_KEY = "5" * 32, "a" * 32
ISSUED = NOON - timedelta(days=90)
FAILING: dict[str, Any] = {"percent": "0.42", "letter": "", "passed": False}
_numbers = count(1)


def make_run(
    session: Session, course_id: str = HTML, *, modes: tuple[tuple[str, bool], ...] = MODES, **more: Any
) -> CourseRun:
    """Make a course run and its modes, those of former days too; whether it has web certificates goes by its key."""
    run = make_course(session, course_id, **{"html_certificates": course_id != PDF, **more})
    session.add_all(
        CourseMode(course_id=course_id, mode=mode, requires_id_verification=asks_id) for mode, asks_id in modes
    )
    session.add_all(
        CourseMode(course_id=course_id, mode=mode, requires_id_verification=asks_id, active=False)
        for mode, asks_id in ONCE
        if mode not in dict(modes)
    )
    session.flush()
    return run


def make_candidate(
    session: Session,
    username: str = "ada",
    course_id: str = HTML,
    *,
    mode: str | None = "verified",
    percent: str | None = "0.87",
    letter: str = "B",
    passed: bool = True,
    id_status: str = "approved",
    on_allowlist: bool = False,
    beta_tester: bool = False,
    **learner: Any,
) -> Learner:
    """Make a learner who earns a certificate of the course run, unless what is named stands against it."""
    made = make_learner(session, username, **{"name": "Ada Lovelace", "external_id": 7, **learner})
    here: dict[str, Any] = {"learner_id": made.id, "course_id": course_id}
    if mode is not None:
        session.add(Enrollment(**here, mode=mode, modified_at=BEFORE))
    if percent is not None:
        grade = {"percent": Decimal(percent), "letter": letter, "passed": passed}
        session.add(CourseGrade(**here, **grade, modified_at=BEFORE))
    if id_status:
        session.add(IdVerification(learner_id=made.id, status=id_status, modified_at=BEFORE))
    if on_allowlist:
        make_allowlist_entry(session, made, course_id=course_id)
    if beta_tester:
        session.add(CourseRole(**here, role="beta_tester"))
    session.flush()
    return made


def make_others(session: Session, *, of: Learner, course_id: str = HTML) -> None:
    """Add noise: a learner of the course run against whom all stands, and the same elsewhere for the learner of the test."""
    number = next(_numbers)
    other = make_candidate(
        session,
        f"other{number}",
        course_id,
        mode="audit",
        percent="0.11",
        letter="",
        passed=False,
        id_status="denied",
        beta_tester=True,
        name="",
        external_id=None,
    )
    make_course(session, NOISE)
    elsewhere = {"learner_id": of.id, "course_id": NOISE}
    session.add(Enrollment(**elsewhere, mode="audit", modified_at=BEFORE))
    session.add(CourseGrade(**elsewhere, percent=Decimal("0.2"), passed=False, modified_at=BEFORE))
    session.add(CourseRole(**elsewhere, role="beta_tester"))
    session.add(CourseRole(learner_id=of.id, course_id=course_id, role="instructor"))
    held = make_certificate(session, of.username, NOISE, status=Status.UNAVAILABLE, key=f"{number:032x}")
    make_invalidation(session, held)
    make_allowlist_entry(session, other, course_id=NOISE)
    session.flush()


def make_holder(
    session: Session,
    status: Status | None = Status.DOWNLOADABLE,
    course_id: str = HTML,
    *,
    invalidated: bool = False,
    **candidate: Any,
) -> None:
    """Make ada, with a certificate of another name and grade in the status, or with none, and noise around her."""
    make_run(session, course_id)
    make_others(session, of=make_candidate(session, course_id=course_id, **candidate), course_id=course_id)
    if status is None:
        return
    held = make_certificate(
        session, course_id=course_id, status=status, key=HELD_KEY, verify_uuid=LINK, grade="0.6", issued_at=ISSUED
    )
    held.name, held.mode = "Ada Byron", "verified"
    if invalidated:
        make_invalidation(session, held)
    session.flush()
