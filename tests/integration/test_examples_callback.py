"""What is an answer about an example told? What it always was (domain note §4.3)."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from tests.factories.certificates import make_certificate, make_example
from tests.fakes import FakeAttempts
from webapp.adapters.attempts import Attempts
from webapp.domain.certificates.deliveries import Endpoint, Outcome
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.models.audit import AuditEvent
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox
from webapp.ports import Allowance, Ports

PATH = "/update_example_certificate"
UUID = "7f735467656749e6aac57136b8be0af5"
KEY = "d0cf2ddd4c49c996b1bf75143bffc831"
URL = "https://certs.example.org/downloads/1/Certificate.pdf"
HEADER = json.dumps({"lms_callback_url": f"http://desk{PATH}", "lms_key": KEY, "queue_name": "certificates"})
NO_BODY = "\"Parameter 'xqueue_body' is required.\""
NO_HEADER = "\"Parameter 'xqueue_header' is required.\""
NO_JSON = '"Parameters must be JSON-serialized."'
NO_URL = "\"Parameter 'download_url' is required for successfully generated certificates.\""
DONE = '{"return_code": 0}'
LIMIT = 30


def body(**said: object) -> str:
    """What a worker says of an example."""
    return json.dumps({"username": UUID, **said})


def send(client: FlaskClient, xqueue_body: str | None, xqueue_header: str | None = HEADER, **more: Any) -> TestResponse:  # noqa: ANN401 - any option of the client
    """Deliver an answer as XQueue does."""
    form = {"xqueue_header": xqueue_header, "xqueue_body": xqueue_body}
    return client.post(PATH, data={name: value for name, value in form.items() if value is not None}, **more)


def counted(app: Flask) -> int:
    """How many bad requests were counted, from all addresses."""
    attempts = app.extensions["ports"].attempts
    assert isinstance(attempts, FakeAttempts)
    return sum(attempts.counted.values())


@pytest.fixture
def example(session: Session) -> ExampleCertificate:
    """An example whose job is with the queue."""
    made = make_example(session, UUID, KEY)
    session.commit()
    return made


class TestGivenABadRequest:
    @pytest.mark.parametrize(
        ("xqueue_body", "xqueue_header", "text"),
        [
            (None, None, NO_BODY),
            (None, HEADER, NO_BODY),
            (None, "{", NO_BODY),
            (body(url=URL), None, NO_HEADER),
            ("{", None, NO_HEADER),
            ("", "", NO_JSON),
            ("{", HEADER, NO_JSON),
            (body(url=URL), "{", NO_JSON),
            ("[" * 100_000, HEADER, NO_JSON),
            ("[]", HEADER, NO_JSON),
            ("3", HEADER, NO_JSON),
            ('"text"', HEADER, NO_JSON),
            ("null", HEADER, NO_JSON),
            (body(url=URL), "[]", NO_JSON),
            (body(url=URL), "null", NO_JSON),
            (body(), HEADER, NO_URL),
            (body(url=None), HEADER, NO_URL),
        ],
    )
    def test_it_is_told_in_one_json_text_and_counted(
        self,
        app: Flask,
        client: FlaskClient,
        session: Session,
        example: ExampleCertificate,
        xqueue_body: str | None,
        xqueue_header: str | None,
        text: str,
    ) -> None:
        answer = send(client, xqueue_body, xqueue_header)

        assert (answer.status_code, answer.mimetype, answer.text) == (400, "application/json", text)
        assert counted(app) == 1
        session.refresh(example)
        assert (example.status, example.download_url) == (ExampleStatus.STARTED, None)
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.outcome, row.matched) == (
            (Outcome.INVALID_BODY, True) if text == NO_URL else (Outcome.UNREADABLE, False)
        )
        assert row.endpoint is Endpoint.EXAMPLE

    @pytest.mark.parametrize("url", [1, [], "javascript:alert(1)", "https://a/" + "x" * 2_048, "https://a/\x00"])
    def test_an_address_that_cannot_be_kept_is_one(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate, url: object
    ) -> None:
        answer = send(client, body(url=url))

        assert (answer.status_code, answer.mimetype) == (400, "application/json")
        assert isinstance(answer.json, str)
        assert counted(app) == 1
        session.refresh(example)
        assert example.status is ExampleStatus.STARTED

    @pytest.mark.parametrize(
        ("said", "key"),
        [
            ({}, "e" * 32),
            ({}, ""),
            ({}, None),
            ({}, 1),
            ({}, UUID),
            ({}, "\ud800"),
            ({"username": "f" * 32}, KEY),
            ({"username": ""}, KEY),
            ({"username": None}, KEY),
            ({"username": [UUID]}, KEY),
            ({"username": UUID.upper()}, KEY),
            ({"username": "\x00"}, KEY),
            ({"username": "x" * 1_000}, KEY),
        ],
    )
    def test_an_unknown_example_is_not_found(
        self,
        app: Flask,
        client: FlaskClient,
        session: Session,
        example: ExampleCertificate,
        said: dict[str, object],
        key: object,
    ) -> None:
        answer = send(client, body(**{"url": URL, **said}), json.dumps({"lms_key": key}))

        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert counted(app) == 1
        session.refresh(example)
        assert example.status is ExampleStatus.STARTED
        assert session.scalars(select(CallbackInbox.outcome)).all() == [Outcome.UNKNOWN_KEY]

    @pytest.mark.parametrize("header", ["{}", '{"queue_name": "certificates"}'])
    def test_a_header_without_a_key_is_of_no_example(
        self, client: FlaskClient, example: ExampleCertificate, header: str
    ) -> None:
        answer = send(client, body(url=URL), header)

        assert answer.status_code == 404

    def test_an_example_without_a_key_is_found_by_nobody(self, client: FlaskClient, session: Session) -> None:
        make_example(session, UUID, "")
        session.commit()

        answer = send(client, body(url=URL), '{"lms_key": ""}')

        assert answer.status_code == 404

    def test_the_key_of_a_certificate_is_of_no_example(
        self, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        make_certificate(session, key="a" * 32)
        session.commit()

        answer = send(client, body(url=URL), '{"lms_key": "' + "a" * 32 + '"}')

        assert answer.status_code == 404


class TestGivenAnAnswer:
    @pytest.mark.parametrize("reason", ["(x) no font", "Zoë 李明 😀", "x" * 5_000])
    def test_an_error_is_kept_with_its_reason(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate, reason: str
    ) -> None:
        answer = send(client, body(error="no font", error_reason=reason))

        assert (answer.status_code, answer.mimetype, answer.text) == (200, "application/json", DONE)
        session.refresh(example)
        assert (example.status, example.error_reason, example.download_url) == (ExampleStatus.ERROR, reason, None)
        assert counted(app) == 0
        assert session.scalars(select(AuditEvent.action)).all() == ["example.answered"]

    @pytest.mark.parametrize("said", [{}, {"error_reason": None}, {"error_reason": ""}, {"error_reason": 0}])
    @pytest.mark.parametrize("error", [None, False, "", "no font"])
    def test_an_error_without_a_reason_leaves_none(
        self, client: FlaskClient, session: Session, example: ExampleCertificate, error: object, said: dict[str, object]
    ) -> None:
        answer = send(client, body(error=error, url=URL, **said))

        assert answer.text == DONE
        session.refresh(example)
        assert (example.status, example.error_reason, example.download_url) == (ExampleStatus.ERROR, None, None)

    @pytest.mark.parametrize(("url", "kept"), [(URL, URL), ("", None)])
    def test_a_success_is_kept_with_its_address(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate, url: str, kept: str | None
    ) -> None:
        answer = send(client, body(url=url))

        assert (answer.status_code, answer.mimetype, answer.text) == (200, "application/json", DONE)
        session.refresh(example)
        assert (example.status, example.error_reason, example.download_url) == (ExampleStatus.SUCCESS, None, kept)
        assert counted(app) == 0

    def test_each_kind_follows_the_other_and_clears_nothing(
        self, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        statuses = []
        for said in (body(url=URL), body(error="", error_reason="no font"), body(url="")):
            answer = send(client, said)

            assert answer.text == DONE
            session.refresh(example)
            statuses.append(example.status)
            session.commit()

        assert statuses == [ExampleStatus.SUCCESS, ExampleStatus.ERROR, ExampleStatus.SUCCESS]
        assert (example.error_reason, example.download_url) == ("no font", URL)
        assert len(session.scalars(select(AuditEvent)).all()) == 3

    def test_a_repetition_is_done_and_changes_nothing(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        send(client, body(url=URL))

        answer = send(client, body(url=URL))

        assert answer.text == DONE
        assert counted(app) == 0
        assert session.scalars(select(CallbackInbox.outcome).order_by(CallbackInbox.id)).all() == [
            Outcome.APPLIED,
            Outcome.DUPLICATE,
        ]
        assert len(session.scalars(select(AuditEvent)).all()) == 1

    def test_no_other_example_is_touched(
        self, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        other = make_example(session, "e" * 32, "f" * 32)
        session.commit()

        send(client, body(url=URL))

        session.refresh(other)
        assert other.status is ExampleStatus.STARTED

    @pytest.mark.parametrize(
        ("said", "level"),
        [(body(url=URL), "info"), (body(error=""), "warning"), (body(), "warning"), (body(username=""), "critical")],
    )
    def test_an_error_is_logged_as_a_warning(
        self, client: FlaskClient, example: ExampleCertificate, said: str, level: str
    ) -> None:
        with capture_logs() as logs:
            send(client, said)

        assert [entry["log_level"] for entry in logs] == [level]


class TestGivenAnAddressWithThirtyBadRequests:
    @pytest.fixture(autouse=True)
    def _thirty(self, app: Flask, client: FlaskClient, example: ExampleCertificate) -> None:
        answers = [send(client, None).status_code for _ in range(LIMIT)]
        assert answers == [400] * LIMIT
        assert counted(app) == LIMIT

    @pytest.mark.parametrize("said", [None, body(url=URL)])
    def test_the_next_is_refused_and_not_counted(
        self, app: Flask, client: FlaskClient, session: Session, example: ExampleCertificate, said: str | None
    ) -> None:
        answer = send(client, said)

        assert (answer.status_code, answer.mimetype, answer.text) == (403, "text/html", "Rate limit exceeded")
        assert counted(app) == LIMIT
        session.refresh(example)
        assert example.status is ExampleStatus.STARTED
        assert session.scalars(select(CallbackInbox.outcome).order_by(CallbackInbox.id.desc())).first() is (
            Outcome.LIMITED
        )

    def test_another_address_is_not(self, client: FlaskClient, example: ExampleCertificate) -> None:
        answer = send(client, body(url=URL), environ_base={"REMOTE_ADDR": "::1"})

        assert answer.text == DONE

    def test_certificates_are_answered_all_the_same(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session, key="a" * 32)
        session.commit()
        form = {"xqueue_header": json.dumps({"lms_key": "a" * 32}), "xqueue_body": "{}"}

        answers = [client.post("/update_certificate", data=form).status_code for _ in range(LIMIT + 10)]
        unreadable = [client.post("/update_certificate").status_code for _ in range(LIMIT + 10)]

        assert set(answers) == {200}
        assert set(unreadable) == {400}


class TestGivenBadRequestsAboutCertificates:
    def test_they_are_not_counted(self, app: Flask, client: FlaskClient, session: Session) -> None:
        for _ in range(LIMIT + 1):
            client.post("/update_certificate")

        answer = send(client, None)

        assert answer.status_code == 400
        assert counted(app) == 1

    def test_another_method_is_not_counted(self, app: Flask, client: FlaskClient) -> None:
        answer = client.get(PATH)

        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert counted(app) == 0


class TestGivenTheRealCounter:
    def test_the_thirty_first_is_refused(self, app: Flask, client: FlaskClient, example: ExampleCertificate) -> None:
        app.extensions["ports"] = Ports(attempts=Attempts())

        answers = [send(client, None).status_code for _ in range(LIMIT + 2)]
        good = send(client, body(url=URL))

        assert answers == [400] * LIMIT + [403] * 2
        assert good.status_code == 403

    def test_wrong_passwords_do_not_shut_the_door(
        self, app: Flask, client: FlaskClient, example: ExampleCertificate
    ) -> None:
        attempts = Attempts()
        app.extensions["ports"] = Ports(attempts=attempts)
        for _ in range(100):
            attempts.count(Allowance.WRONG_PASSWORD, "127.0.0.1")

        answer = send(client, body(url=URL))

        assert answer.text == DONE
