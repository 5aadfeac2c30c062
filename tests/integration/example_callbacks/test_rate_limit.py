"""How many bad requests may an address send before it has to wait?"""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.deliveries import bad_requests, send_example, store_certificate
from tests.factories.queue_messages import EXAMPLE_PATH, PATH, URL, example_result
from webapp.adapters.counting.attempts import Attempts
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.queue.deliveries import Outcome
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox
from webapp.ports import Ports
from webapp.ports.counters import Allowance

pytestmark = pytest.mark.any_database

DONE = '{"return_code": 0}'
LIMIT = 30


class TestGivenAnAddressWithThirtyBadRequests:
    @pytest.fixture(autouse=True)
    def _thirty(self, app: Flask, client: FlaskClient, example: ExampleCertificate) -> None:
        answers = [send_example(client, None).status_code for _ in range(LIMIT)]
        assert answers == [400] * LIMIT
        assert bad_requests(app) == LIMIT

    @pytest.mark.parametrize("said", [None, example_result(url=URL)])
    def test_the_next_is_refused_and_not_counted(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate, said: str | None
    ) -> None:
        answer = send_example(client, said)

        assert (answer.status_code, answer.mimetype, answer.text) == (403, "text/html", "Rate limit exceeded")
        assert bad_requests(app) == LIMIT
        session.refresh(example)
        assert example.status is ExampleStatus.STARTED
        kept = session.scalars(select(CallbackInbox).order_by(CallbackInbox.id.desc())).first()
        assert kept is not None
        assert (kept.outcome, kept.content) == (Outcome.LIMITED, "Rate limit exceeded")

    def test_another_address_is_not(self, client: FlaskClient, example: ExampleCertificate) -> None:
        answer = send_example(client, example_result(url=URL), environ_base={"REMOTE_ADDR": "::1"})

        assert answer.text == DONE

    def test_certificates_are_answered_all_the_same(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session, key="a" * 32)
        form = {"xqueue_header": json.dumps({"lms_key": "a" * 32}), "xqueue_body": "{}"}

        answers = [client.post(PATH, data=form).status_code for _ in range(LIMIT + 10)]
        unreadable = [client.post(PATH).status_code for _ in range(LIMIT + 10)]

        assert set(answers) == {200}
        assert set(unreadable) == {400}


class TestGivenBadRequestsAboutCertificates:
    def test_they_are_not_counted(self, app: Flask, client: FlaskClient, session: Session) -> None:
        for _ in range(LIMIT + 1):
            client.post(PATH)

        answer = send_example(client, None)

        assert answer.status_code == 400
        assert bad_requests(app) == 1

    def test_another_method_is_not_counted(self, app: Flask, client: FlaskClient) -> None:
        answer = client.get(EXAMPLE_PATH)

        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert bad_requests(app) == 0


class TestGivenTheRealCounter:
    def test_the_thirty_first_is_refused(self, app: Flask, client: FlaskClient, example: ExampleCertificate) -> None:
        app.extensions["ports"] = Ports(attempts=Attempts())

        answers = [send_example(client, None).status_code for _ in range(LIMIT + 2)]
        good = send_example(client, example_result(url=URL))

        assert answers == [400] * LIMIT + [403] * 2
        assert good.status_code == 403

    def test_wrong_passwords_do_not_shut_the_door(
        self, app: Flask, client: FlaskClient, example: ExampleCertificate
    ) -> None:
        attempts = Attempts()
        app.extensions["ports"] = Ports(attempts=attempts)
        for _ in range(100):
            attempts.count(Allowance.WRONG_PASSWORD, "127.0.0.1")

        answer = send_example(client, example_result(url=URL))

        assert answer.text == DONE
