"""What can support do about a refused delivery, and who is kept from it?"""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import DEMO_COURSE, KEY, make_certificate, make_noise
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import CallbackInbox

pytestmark = pytest.mark.any_database

NEEDS_SUPPORT = "This needs the role support."
ACTS = ("apply", "close", "reopen")


def signed_in(app: Flask, session: Session, *roles: Role) -> Visitor:
    make_account(session, "sam", *roles)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("sam", PASSWORD)
    return visitor


def deliver(client: FlaskClient, session: Session, *, key: str = KEY, username: str = "ada", **more: object) -> int:
    """Send an answer as XQueue does and give its number in the inbox."""
    body = {"username": username, "course_id": DEMO_COURSE, "url": "https://files.test/a.pdf", **more}
    client.post(
        "/update_certificate", data={"xqueue_header": json.dumps({"lms_key": key}), "xqueue_body": json.dumps(body)}
    )
    session.rollback()
    number = session.scalar(select(CallbackInbox.id).order_by(CallbackInbox.id.desc()).limit(1))
    assert number is not None
    return number


def address(delivery: int, act: str = "") -> str:
    return f"/admin/inbox/{delivery}/{act}" if act else f"/admin/inbox/details/?id={delivery}"


def outcome_of(session: Session, delivery: int) -> tuple[Outcome, int, str, str]:
    session.rollback()
    row = session.execute(
        select(CallbackInbox.outcome, CallbackInbox.tries, CallbackInbox.closed_by, CallbackInbox.note).where(
            CallbackInbox.id == delivery
        )
    ).one()
    return row.outcome, row.tries, row.closed_by, row.note


def status_of(session: Session) -> Status:
    session.rollback()
    return session.execute(select(GeneratedCertificate.status).where(GeneratedCertificate.key == KEY)).scalar_one()


def actions(session: Session) -> list[str]:
    session.rollback()
    return [
        action
        for action in session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq))
        if not action.startswith("account.")
    ]


class TestGivenARefusedDelivery:
    def test_support_applies_it_once_its_certificate_is_there(
        self, app: Flask, client: FlaskClient, session: Session
    ) -> None:
        delivery = deliver(client, session)
        make_noise(session)
        make_certificate(session)
        support = signed_in(app, session, Role.SUPPORT)

        answer = support.post(address(delivery, "apply"), of="/")

        assert (answer.status_code, answer.location) == (302, address(delivery))
        page = support.get(address(delivery))
        assert "The answer was applied." in page
        assert "unable to lookup key" in page  # that is what XQueue was told when it came in
        assert status_of(session) is Status.DOWNLOADABLE
        assert outcome_of(session, delivery)[:2] == (Outcome.APPLIED, 2)
        assert actions(session) == ["certificate.answered"]

    def test_who_applies_it_second_reads_that_it_was_taken(
        self, app: Flask, client: FlaskClient, session: Session
    ) -> None:
        delivery = deliver(client, session)
        make_certificate(session)
        support = signed_in(app, session, Role.SUPPORT)
        support.post(address(delivery, "apply"), of="/")

        answer = support.post(address(delivery, "apply"), of="/")

        assert (answer.status_code, answer.location) == (302, address(delivery))
        assert "It was taken already; there is nothing to apply." in support.get(address(delivery))
        assert outcome_of(session, delivery)[:2] == (Outcome.APPLIED, 2)

    def test_applying_it_too_early_says_why_and_counts_the_try(
        self, app: Flask, client: FlaskClient, session: Session
    ) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)

        support.post(address(delivery, "apply"), of="/")

        assert "Refused again: No certificate waits" in support.get(address(delivery))
        assert outcome_of(session, delivery)[:2] == (Outcome.UNKNOWN_KEY, 2)
        assert actions(session) == ["delivery.tried_again"]

    def test_support_closes_it_with_a_note_and_reopens_it(
        self, app: Flask, client: FlaskClient, session: Session
    ) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)

        support.post(address(delivery, "close"), {"note": " a job of the test queue "}, of="/")
        closed = (outcome_of(session, delivery), support.get(address(delivery)))
        support.post(address(delivery, "reopen"), of="/")

        assert closed[0] == (Outcome.UNKNOWN_KEY, 1, "sam", "a job of the test queue")
        assert all(words in closed[1] for words in ("Closed by sam", "a job of the test queue", "Reopen"))
        assert outcome_of(session, delivery) == (Outcome.UNKNOWN_KEY, 1, "", "")
        assert "Apply again" in support.get(address(delivery))
        assert actions(session) == ["delivery.closed", "delivery.reopened"]

    @pytest.mark.parametrize("form", [{}, {"note": ""}, {"note": " \t "}])
    def test_it_is_not_closed_without_a_note(
        self, app: Flask, client: FlaskClient, session: Session, form: dict[str, str]
    ) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)

        support.post(address(delivery, "close"), form, of="/")

        assert "Say in a note why nothing is to be done." in support.get(address(delivery))
        assert outcome_of(session, delivery)[2:] == ("", "")
        assert actions(session) == []

    def test_the_first_to_close_it_wins(self, app: Flask, client: FlaskClient, session: Session) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)
        support.post(address(delivery, "close"), {"note": "first"}, of="/")

        support.post(address(delivery, "close"), {"note": "second"}, of="/")

        assert "sam has closed this delivery already." in support.get(address(delivery))
        assert outcome_of(session, delivery)[3] == "first"

    def test_a_long_note_with_odd_characters_is_kept_as_far_as_it_goes(
        self, app: Flask, client: FlaskClient, session: Session
    ) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)

        support.post(address(delivery, "close"), {"note": "<b>\x00é" + "x" * 2_000}, of="/")

        assert outcome_of(session, delivery)[3] == ("<b>\ufffdé" + "x" * 2_000)[:512]
        assert "&lt;b&gt;" in support.get(address(delivery))

    def test_a_closed_one_is_not_applied(self, app: Flask, client: FlaskClient, session: Session) -> None:
        delivery = deliver(client, session)
        make_certificate(session)
        support = signed_in(app, session, Role.SUPPORT)
        support.post(address(delivery, "close"), {"note": "no"}, of="/")

        answer = support.post(address(delivery, "apply"), of="/")

        assert answer.status_code == 302
        assert "sam has closed it; reopen it first." in support.get(address(delivery))
        assert status_of(session) is Status.GENERATING

    def test_it_leaves_the_waiting_list_when_closed(self, app: Flask, client: FlaskClient, session: Session) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)
        before = support.get("/admin/inbox/?waiting=1")

        support.post(address(delivery, "close"), {"note": "no"}, of="/")

        line = f"id={delivery}"
        assert [line in before, line in support.get("/admin/inbox/?waiting=1")] == [True, False]
        assert "Closed by sam" in support.get("/admin/inbox/")

    def test_a_cut_one_cannot_be_applied_and_says_so(self, app: Flask, client: FlaskClient, session: Session) -> None:
        delivery = deliver(client, session)
        session.execute(update(CallbackInbox).values(whole=False))
        support = signed_in(app, session, Role.SUPPORT)

        page = support.get(address(delivery))

        assert "It was too long to be kept whole" in page
        assert address(delivery, "apply") not in page


class TestGivenADeliveryThatWasTaken:
    def test_there_is_nothing_to_press(self, app: Flask, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)

        page = support.get(address(delivery))

        assert outcome_of(session, delivery)[0] is Outcome.APPLIED
        assert "What you can do" not in page

    @pytest.mark.parametrize("act", ["apply", "close"])
    def test_pressing_all_the_same_changes_nothing(
        self, app: Flask, client: FlaskClient, session: Session, act: str
    ) -> None:
        make_certificate(session)
        session.commit()
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)
        before = outcome_of(session, delivery)

        support.post(address(delivery, act), {"note": "no"}, of="/")

        assert outcome_of(session, delivery) == before


class TestGivenADeliveryThatIsNotThere:
    @pytest.mark.parametrize("act", ACTS)
    def test_it_is_404_or_said_on_the_page(self, app: Flask, session: Session, act: str) -> None:
        support = signed_in(app, session, Role.SUPPORT)

        answer = support.post(address(999_999, act), {"note": "no"}, of="/")

        assert answer.status_code in (302, 404)
        assert actions(session) == []

    def test_a_number_beyond_all_is_no_error(self, app: Flask, session: Session) -> None:
        support = signed_in(app, session, Role.SUPPORT)
        addresses = [address(number, act) for number in (2**31, 2**63, 10**30) for act in ACTS]

        answers = {where: support.post(where, {"note": "no"}, of="/").status_code for where in addresses}

        assert {where: status for where, status in answers.items() if status not in (302, 404)} == {}


class TestGivenAnotherRole:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER, Role.AUDITOR, Role.ADMIN])
    def test_each_act_is_403_and_changes_nothing(
        self, app: Flask, client: FlaskClient, session: Session, role: Role
    ) -> None:
        delivery = deliver(client, session)
        other = signed_in(app, session, role)
        before = outcome_of(session, delivery)

        answers = [other.post(address(delivery, act), {"note": "no"}, of="/").status_code for act in ACTS]

        assert answers == [403, 403, 403]
        assert outcome_of(session, delivery) == before

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER, Role.AUDITOR, Role.ADMIN])
    def test_the_buttons_are_disabled_and_say_why(
        self, app: Flask, client: FlaskClient, session: Session, role: Role
    ) -> None:
        delivery = deliver(client, session)
        other = signed_in(app, session, role)

        page = other.get(address(delivery))

        assert page.count(NEEDS_SUPPORT) == page.count('type="button" disabled>') == 2
        assert address(delivery, "apply") not in page

    def test_a_form_without_its_token_is_400(self, app: Flask, client: FlaskClient, session: Session) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)

        answers = [support.client.post(address(delivery, act), data={"note": "no"}).status_code for act in ACTS]

        assert answers == [400, 400, 400]
        assert actions(session) == []

    def test_fetching_an_act_is_405(self, app: Flask, client: FlaskClient, session: Session) -> None:
        delivery = deliver(client, session)
        support = signed_in(app, session, Role.SUPPORT)

        answers = [support.client.get(address(delivery, act)).status_code for act in ACTS]

        assert answers == [405, 405, 405]
