"""Do the lists show texts with markup as they are?"""

import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_certificate, make_course, make_example, make_learner
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from tests.integration.lists.pages import LISTS, with_query
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition
from webapp.services import audit

pytestmark = pytest.mark.any_database

HOSTILE = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


class TestGivenTextsWithMarkup:
    def seed(self, session: Session) -> dict[str, int]:
        learner = make_learner(session, HOSTILE, name=HOSTILE, email=f"{HOSTILE}@example.org")
        course = make_course(session, display_name=HOSTILE)
        certificate = make_certificate(
            session, HOSTILE, status=Status.ERROR, error_reason=HOSTILE, mode=HOSTILE[:32], grade="<b>"
        )
        example = make_example(session)
        example.error_reason, example.template, example.full_name = HOSTILE, HOSTILE, HOSTILE
        entry = make_allowlist_entry(session, learner, notes=HOSTILE, created_by=HOSTILE)
        invalidation = make_invalidation(session, certificate, notes=HOSTILE, invalidated_by=HOSTILE)
        told: dict[str, Any] = {"header": HOSTILE, "body": json.dumps(HOSTILE), "content": HOSTILE, "username": HOSTILE}
        delivery = make_delivery(session, certificate_id=certificate.id, key=HOSTILE, address=HOSTILE, **told)
        session.add(
            CertificateTransition(
                certificate_id=certificate.id,
                at=NOON,
                to_status=Status.ERROR,
                cause=HOSTILE,
                actor_name=HOSTILE,
                reason=HOSTILE,
            )
        )
        audit.append(session, Actor(HOSTILE, ip=HOSTILE), "certificate.imported", "certificate",
                     str(certificate.id), now=NOON, reason=HOSTILE, details={HOSTILE: HOSTILE})  # fmt: skip
        seq = session.scalars(select(func.max(AuditEvent.seq))).one()
        account = make_account(session, HOSTILE)
        session.commit()
        return {
            "certificates": certificate.id,
            "learners": learner.id,
            "courses": course.id,
            "examples": example.id,
            "allowlist": entry.id,
            "invalidations": invalidation.id,
            "inbox": delivery.id,
            "audit": seq,
            "accounts": account.id,
        }

    @pytest.mark.parametrize("name", LISTS)
    def test_they_are_shown_as_they_are(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = self.seed(session)

        details = staff.client.get(f"{LISTS[name]}details/?id={numbers[name]}", follow_redirects=True)
        pages = [staff.get(LISTS[name]), details.text]  # that of a course run leads to the page of its own

        assert [HOSTILE in page for page in pages] == [False, False]
        assert [ESCAPED in page for page in pages] == [True, True]

    @pytest.mark.parametrize("key", ["q", "status", "course", "created_from", "learner"])
    def test_what_was_typed_is_shown_as_it_is(self, staff: Visitor, key: str) -> None:
        page = staff.get(with_query("/admin/certificates/", **{key: f'"{HOSTILE}'}))

        assert HOSTILE not in page
        assert ESCAPED in page or ESCAPED[:20] in page
