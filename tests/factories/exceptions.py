"""Exceptions to the rules: entries of the allowlist, and invalidations."""

from typing import Any

from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE
from tests.fakes import NOON
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Learner


def make_allowlist_entry(session: Session, learner: Learner, **more: Any) -> AllowlistEntry:
    """Put the learner on the allowlist of a course run."""
    values: dict[str, Any] = {
        "course_id": DEMO_COURSE,
        "allowlisted": True,
        "notes": "ill on the day",
        "created_by": "sam",
        **more,
    }
    entry = AllowlistEntry(learner_id=learner.id, created_at=NOON, modified_at=NOON, **values)
    session.add(entry)
    session.flush()
    return entry


def make_invalidation(session: Session, certificate: GeneratedCertificate, **more: Any) -> Invalidation:
    """Declare the certificate void."""
    values: dict[str, Any] = {"active": True, "notes": "copied", "invalidated_by": "sam", **more}
    invalidation = Invalidation(certificate_id=certificate.id, created_at=NOON, modified_at=NOON, **values)
    session.add(invalidation)
    session.flush()
    return invalidation
