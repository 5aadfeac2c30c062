"""Is a bad request about an example told what it always was (domain note §4.3)?"""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import make_example
from tests.factories.deliveries import bad_requests, send_example, store_certificate
from tests.factories.queue_messages import EXAMPLE_HEADER, EXAMPLE_KEY, EXAMPLE_UUID, URL, example_result
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.domain.roles import Role
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox

NO_BODY = "\"Parameter 'xqueue_body' is required.\""
NO_HEADER = "\"Parameter 'xqueue_header' is required.\""
NO_JSON = '"Parameters must be JSON-serialized."'
NO_URL = "\"Parameter 'download_url' is required for successfully generated certificates.\""


class TestGivenABadRequest:
    @pytest.mark.parametrize(
        ("xqueue_body", "xqueue_header", "text"),
        [
            (None, None, NO_BODY),
            (None, EXAMPLE_HEADER, NO_BODY),
            (None, "{", NO_BODY),
            (example_result(url=URL), None, NO_HEADER),
            ("{", None, NO_HEADER),
            ("", "", NO_JSON),
            ("{", EXAMPLE_HEADER, NO_JSON),
            (example_result(url=URL), "{", NO_JSON),
            ("[" * 100_000, EXAMPLE_HEADER, NO_JSON),
            ("[]", EXAMPLE_HEADER, NO_JSON),
            ("3", EXAMPLE_HEADER, NO_JSON),
            ('"text"', EXAMPLE_HEADER, NO_JSON),
            ("null", EXAMPLE_HEADER, NO_JSON),
            (example_result(url=URL), "[]", NO_JSON),
            (example_result(url=URL), "null", NO_JSON),
            (example_result(), EXAMPLE_HEADER, NO_URL),
            (example_result(url=None), EXAMPLE_HEADER, NO_URL),
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
        answer = send_example(client, xqueue_body, xqueue_header)

        assert (answer.status_code, answer.mimetype, answer.text) == (400, "application/json", text)
        assert bad_requests(app) == 1
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
        answer = send_example(client, example_result(url=url))

        assert (answer.status_code, answer.mimetype) == (400, "application/json")
        assert isinstance(answer.json, str)
        assert bad_requests(app) == 1
        session.refresh(example)
        assert example.status is ExampleStatus.STARTED

    @pytest.mark.parametrize(
        ("said", "key"),
        [
            ({}, "e" * 32),
            ({}, ""),
            ({}, None),
            ({}, 1),
            ({}, EXAMPLE_UUID),
            ({}, "\ud800"),
            ({"username": "f" * 32}, EXAMPLE_KEY),
            ({"username": ""}, EXAMPLE_KEY),
            ({"username": None}, EXAMPLE_KEY),
            ({"username": [EXAMPLE_UUID]}, EXAMPLE_KEY),
            ({"username": EXAMPLE_UUID.upper()}, EXAMPLE_KEY),
            ({"username": "\x00"}, EXAMPLE_KEY),
            ({"username": "x" * 1_000}, EXAMPLE_KEY),
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
        answer = send_example(client, example_result(**{"url": URL, **said}), json.dumps({"lms_key": key}))

        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert bad_requests(app) == 1
        session.refresh(example)
        assert example.status is ExampleStatus.STARTED
        assert session.scalars(select(CallbackInbox.outcome)).all() == [Outcome.UNKNOWN_KEY]

    def test_staff_read_what_was_answered_for_an_unknown_example(
        self, app: Flask, client: FlaskClient, session: Session
    ) -> None:
        make_account(session, "sam", Role.VIEWER)
        session.commit()
        answer = send_example(client, example_result(url=URL), '{"lms_key": "x"}')
        delivery = session.scalars(select(CallbackInbox.id)).one()
        visitor = Visitor(app)
        visitor.sign_in("sam", PASSWORD)

        page = visitor.get(f"/admin/inbox/details/?id={delivery}")

        assert "<h1>Not Found</h1>" in answer.text
        assert "Not Found" in page
        assert "unable to lookup key" not in page

    @pytest.mark.parametrize("header", ["{}", '{"queue_name": "certificates"}'])
    def test_a_header_without_a_key_is_of_no_example(
        self, client: FlaskClient, example: ExampleCertificate, header: str
    ) -> None:
        answer = send_example(client, example_result(url=URL), header)

        assert answer.status_code == 404

    def test_an_example_without_a_key_is_found_by_nobody(self, client: FlaskClient, session: Session) -> None:
        make_example(session, EXAMPLE_UUID, "")
        session.commit()

        answer = send_example(client, example_result(url=URL), '{"lms_key": ""}')

        assert answer.status_code == 404

    def test_the_key_of_a_certificate_is_of_no_example(
        self, client: FlaskClient, session: Session, example: ExampleCertificate
    ) -> None:
        store_certificate(session, key="a" * 32)

        answer = send_example(client, example_result(url=URL), '{"lms_key": "' + "a" * 32 + '"}')

        assert answer.status_code == 404
