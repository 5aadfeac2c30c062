"""Does the page tell all that happened to a certificate, in order, and nothing of another's?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.candidates import (
    HTML,
    PDF,
    make_candidate,
    make_holder,
    make_run,
)
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import NOTE, SupportPage
from webapp.domain.queue.deliveries import Outcome
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import CallbackInbox
from webapp.services.generation import acts, allowlist

pytestmark = pytest.mark.any_database


class TestGivenWhatHappened:
    def test_the_timeline_has_moves_answers_and_acts_of_this_certificate_alone(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        make_holder(session, None)
        session.commit()
        with desk.work() as work:
            acts.generate(work, an_order(note=NOTE), "ada", HTML)
        held = session.scalar(select(GeneratedCertificate.id).where(GeneratedCertificate.course_id == HTML))
        answer = {"address": "192.0.2.7", "endpoint": "certificate", "whole": True, "digest": "0", "matched": True}
        session.add(CallbackInbox(received_at=NOON, certificate_id=held, outcome=Outcome.CONFLICT, **answer))
        session.commit()

        text = support.text()

        happened = text.split("What happened", 1)[1]
        assert "New → Issued Passed the course: the course lead agreed by mail" in happened
        assert f"Generated {NOTE}" in happened
        assert "Rival answer" in happened
        assert "Course run passed Passed the course" in happened
        assert happened.count("21 Nov 2026") == 4

    def test_a_refusal_without_a_certificate_and_the_allowlist_are_on_it(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        make_holder(session, None, beta_tester=True)
        make_run(session, PDF)
        make_candidate(session, course_id=PDF, id_status="")
        session.commit()
        with desk.work() as work:
            acts.generate(work, an_order(note="of this run"), "ada", HTML)
            allowlist.allow(work, an_order(note="an exception"), "ada", HTML)
            allowlist.allow(work, an_order(note="of another run"), "ada", PDF)

        text = support.text()

        happened = text.split("What happened", 1)[1]
        assert "Judged, and refused of this run" in happened
        assert "Put on the allowlist an exception" in happened
        assert "of another run" not in happened

    def test_where_nothing_happened_that_is_said(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        text = support.text()

        assert "Nothing has happened here yet." in text
