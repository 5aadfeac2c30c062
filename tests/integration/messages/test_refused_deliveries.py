"""What can staff do about a delivery that was refused?"""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.certificates import make_example
from tests.factories.deliveries import (
    SAM,
    WRONG_STATUS,
    apply_again,
    columns_of,
    count,
    keep_delivery,
    outcomes,
    send,
    send_example,
    store_certificate,
)
from tests.factories.queue_messages import COURSE, KEY, PATH, URL, example_result, success
from tests.fakes import NOON
from webapp.domain.actors import Actor
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.queue.deliveries import REFUSED, Outcome
from webapp.errors import AlreadyClosed, NotApplicable, NoteMissing, UnknownDelivery
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition
from webapp.models.messages import CallbackInbox
from webapp.services import audit
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Verdict
from webapp.web.admin.inbox_view import HELP


class TestGivenARefusedDelivery:
    def refuse(self, session: Session, outcome: Outcome = Outcome.UNKNOWN_KEY, body: str | None = None) -> int:
        """Keep a delivery that was refused."""
        number = keep_delivery(session, Verdict(outcome, "why", KEY), NOON, body or success())
        session.commit()
        return number

    def test_it_is_closed_with_a_note(self, session: Session) -> None:
        number = self.refuse(session)

        inbox.close(session, SAM, number, note="  not ours\x00 ", now=NOON)

        session.commit()
        row = session.get_one(CallbackInbox, number)
        assert (row.closed_at, row.closed_by, row.note) == (NOON, "sam", "not ours\ufffd")
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.kind, event.key) == ("delivery.closed", "delivery", str(number))
        assert (event.actor_name, event.reason) == ("sam", "not ours\ufffd")

    @pytest.mark.parametrize("note", ["", "   ", "\n\t"])
    def test_closing_it_needs_a_note(self, session: Session, note: str) -> None:
        number = self.refuse(session)

        with pytest.raises(NoteMissing):
            inbox.close(session, SAM, number, note=note, now=NOON)

        assert session.get_one(CallbackInbox, number).closed_at is None

    def test_it_is_closed_once(self, session: Session) -> None:
        number = self.refuse(session)
        inbox.close(session, SAM, number, note="first", now=NOON)

        with pytest.raises(AlreadyClosed, match="sam"):
            inbox.close(session, Actor("eva"), number, note="second", now=NOON)

        assert session.get_one(CallbackInbox, number).note == "first"

    def test_it_is_reopened_and_the_note_stays_in_the_audit(self, session: Session) -> None:
        number = self.refuse(session)
        inbox.close(session, SAM, number, note="not ours", now=NOON)

        inbox.reopen(session, SAM, number, now=NOON)

        session.commit()
        row = session.get_one(CallbackInbox, number)
        assert (row.closed_at, row.closed_by, row.note) == (None, "", "")
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert last is not None
        assert last.action == "delivery.reopened"
        assert audit.details_of(last) == {
            "before": {"closed_by": "sam", "note": "not ours"},
            "after": {"closed_by": "", "note": ""},
        }

    def test_reopening_an_open_one_is_nothing(self, session: Session) -> None:
        number = self.refuse(session)

        inbox.reopen(session, SAM, number, now=NOON)

        assert count(session, AuditEvent) == 0

    @pytest.mark.parametrize("act", ["close", "reopen", "apply_again"])
    def test_one_that_is_gone_is_unknown(self, session: Session, act: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "close": lambda: inbox.close(session, SAM, 4_711, note="x", now=NOON),
            "reopen": lambda: inbox.reopen(session, SAM, 4_711, now=NOON),
            "apply_again": lambda: apply_again(session, 4_711),
        }

        with pytest.raises(UnknownDelivery):
            acts[act]()

    def test_applied_again_it_settles_its_certificate(self, session: Session) -> None:
        number = self.refuse(session)
        certificate = store_certificate(session)

        verdict = apply_again(session, number)

        session.commit()
        assert verdict.outcome is Outcome.APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE
        row = session.get_one(CallbackInbox, number, populate_existing=True)
        assert (row.outcome, row.tries, row.matched, row.certificate_id) == (Outcome.APPLIED, 2, True, certificate.id)
        assert (row.content, row.username, row.course_id) == ("why", "ada", COURSE)
        move = session.scalars(select(CertificateTransition)).one()
        assert (move.actor_name, move.request_id) == ("sam", "r-1")
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.actor_name, event.key) == ("certificate.answered", "sam", str(certificate.id))
        details = audit.details_of(event)
        assert (details["outcome"], details["delivery"], details["failed"]) == ("applied", number, False)
        assert (details["before"]["status"], details["after"]["status"]) == ("generating", "downloadable")
        assert count(session, CallbackInbox) == 1

    def test_applied_again_in_vain_it_says_so_and_what_the_queue_was_told_stays(self, session: Session) -> None:
        number = self.refuse(session)

        verdict = apply_again(session, number)

        session.commit()
        assert verdict.outcome is Outcome.UNKNOWN_KEY
        row = session.get_one(CallbackInbox, number, populate_existing=True)
        assert (row.outcome, row.tries, row.content) == (Outcome.UNKNOWN_KEY, 2, "why")
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.kind, event.key) == ("delivery.tried_again", "delivery", str(number))

    def test_an_applied_one_is_not_applied_again(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session)
        send(client, success())
        number = session.scalars(select(CallbackInbox.id)).one()

        with pytest.raises(NotApplicable, match="taken already"):
            apply_again(session, number)

    def test_a_closed_one_is_reopened_first(self, session: Session) -> None:
        number = self.refuse(session)
        inbox.close(session, SAM, number, note="x", now=NOON)

        with pytest.raises(NotApplicable, match="reopen it first"):
            apply_again(session, number)

    def test_one_that_was_cut_is_not_applied(self, session: Session) -> None:
        number = self.refuse(session, body=success(extra="x" * 70_000))

        with pytest.raises(NotApplicable, match="too long"):
            apply_again(session, number)

    def test_one_that_was_no_form_stays_unreadable(self, client: FlaskClient, session: Session) -> None:
        client.post(PATH, data=b"nonsense", content_type="text/plain")
        number = session.scalars(select(CallbackInbox.id)).one()

        verdict = apply_again(session, number)

        assert verdict.outcome is Outcome.UNREADABLE

    def test_the_repetition_of_one_that_staff_applied_is_harmless(self, client: FlaskClient, session: Session) -> None:
        send(client, success())
        store_certificate(session)
        number = session.scalars(select(CallbackInbox.id)).one()
        apply_again(session, number)
        session.commit()

        answer = send(client, success())

        assert answer.json == WRONG_STATUS
        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    def test_an_example_is_applied_again_too(self, client: FlaskClient, session: Session) -> None:
        send_example(client, example_result(url=URL))
        example = make_example(session)
        session.commit()
        number = session.scalars(select(CallbackInbox.id)).one()

        verdict = apply_again(session, number)

        session.commit()
        assert verdict.outcome is Outcome.APPLIED
        session.refresh(example)
        assert (example.status, example.download_url) == (ExampleStatus.SUCCESS, URL)
        assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all() == [
            "example.answered",
            "delivery.tried_again",
        ]

    @pytest.mark.parametrize("outcome", sorted(REFUSED))
    def test_staff_are_told_what_to_do(self, outcome: Outcome) -> None:
        advice = HELP[outcome]

        assert advice.endswith(".")
