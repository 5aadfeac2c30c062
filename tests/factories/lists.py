"""One row about ada in every list of the staff, with noise around it."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import (
    DEMO_COURSE,
    make_certificate,
    make_course,
    make_example,
    make_learner,
    make_noise,
)
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from webapp.domain.actors import Actor
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.certificates import FormerPublicId
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.learners import CourseGrade, Enrollment
from webapp.services import audit

UUID = "0123456789abcdef0123456789abcdef"
FORMER = "fedcba9876543210fedcba9876543210"


def seed_lists(session: Session) -> dict[str, int]:
    """Add one row about ada to every list, noise around it, and give the numbers."""
    ada = make_learner(session)
    course = make_course(session, html_certificates=False)
    make_noise(session, name="Noise")
    session.execute(update(CourseRun).where(CourseRun.id != course.id).values(display_name_folded="noise"))
    certificate = make_certificate(session, verify_uuid=UUID, at=NOON)
    certificate.submitted_at = NOON - timedelta(days=9)
    session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=NOON))
    session.add(CourseMode(course_id=DEMO_COURSE, mode="honor", requires_id_verification=False))
    session.add(Enrollment(learner_id=ada.id, course_id=DEMO_COURSE, mode="honor", modified_at=NOON))
    session.add(CourseGrade(learner_id=ada.id, course_id=DEMO_COURSE, percent="0.87", letter="B", modified_at=NOON))
    make_learner(session, "bob", name="Bob", allow_certificate=False)
    noise = make_example(session, "e" * 32, "f" * 32, course_id="course-v1:Noise+E+1")
    example = make_example(session)
    entry = make_allowlist_entry(session, ada)
    make_allowlist_entry(session, make_learner(session, "bob"), course_id="course-v1:Noise+E+1", allowlisted=False)
    invalidation = make_invalidation(session, certificate)
    make_delivery(session, Outcome.APPLIED, endpoint=Endpoint.EXAMPLE, example_id=noise.id, matched=True)
    delivery = make_delivery(session, certificate_id=certificate.id, username="ada", course_id=DEMO_COURSE)
    who = Actor("aurelia", ip="192.0.2.9", request_id="request-1")
    audit.append(session, who, "delivery.closed", "delivery", str(delivery.id), now=NOON, reason="looked at")
    seq = session.scalars(select(func.max(AuditEvent.seq))).one()
    account = make_account(session, "zoe", Role.EDITOR, learner_id=ada.id)
    account.disabled_at = NOON
    session.commit()
    return {
        "certificates": certificate.id,
        "learners": ada.id,
        "courses": course.id,
        "examples": example.id,
        "allowlist": entry.id,
        "invalidations": invalidation.id,
        "inbox": delivery.id,
        "audit": seq,
        "accounts": account.id,
    }
