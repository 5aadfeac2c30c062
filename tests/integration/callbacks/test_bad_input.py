"""What is a delivery told that cannot be read, or says no result?"""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.deliveries import APPLIED, WRONG_STATUS, columns_of, outcomes, send, store_certificate
from tests.factories.queue_messages import LEFT_OUT, PATH, failure, header_of, success
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.messages import CallbackInbox


class TestGivenAHeaderThatCannotBeRead:
    @pytest.mark.parametrize(
        "header", ["", "{", "[]", "1", "null", "{}", '{"lms_key": null}', '{"lms_key": 1}', "[" * 100_000, "\x00"]
    )
    def test_it_did_not_come_through_xqueue(self, client: FlaskClient, session: Session, header: str) -> None:
        certificate = store_certificate(session)

        answer = client.post(PATH, data={"xqueue_header": header, "xqueue_body": success()})

        assert answer.status_code == 400
        assert answer.json is not None
        assert answer.json["field"] == "xqueue_header"
        assert answer.json["error"]
        assert columns_of(session, certificate.id)["status"] is Status.GENERATING
        assert outcomes(session) == [Outcome.UNREADABLE]

    def test_a_missing_one_neither(self, client: FlaskClient, session: Session) -> None:
        answer = client.post(PATH, data={"xqueue_body": success()})

        assert answer.status_code == 400
        assert answer.json == {"error": "Parameter 'xqueue_header' is required.", "field": "xqueue_header"}
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.header, row.body, row.outcome) == (None, success(), Outcome.UNREADABLE)


class TestGivenABodyThatIsNoResult:
    @pytest.mark.parametrize(
        "body",
        [
            None,
            "",
            "not json",
            "[]",
            "3",
            "null",
            "{}",
            "[" * 100_000,
            success(username=LEFT_OUT),
            success(course_id=LEFT_OUT),
            success(course_id="nonsense"),
            success(verify_uuid="A" * 32),
            success(download_uuid=7),
            success(url="javascript:alert(1)"),
            success(username="\x00"),
            success(username="\ud800"),
            success(username=10**400),
            failure(username=None),
        ],
    )
    def test_it_is_refused_once_for_all_and_kept_with_its_certificate(
        self, client: FlaskClient, session: Session, body: str | None
    ) -> None:
        certificate = store_certificate(session)
        before = columns_of(session, certificate.id)

        answer = send(client, body)

        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["return_code"] == 1
        assert answer.json["content"]
        assert columns_of(session, certificate.id) == before
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.outcome, row.matched) == (Outcome.INVALID_BODY, True)
        assert (row.certificate_id, row.username) == (certificate.id, "ada")


class TestGivenASuccessWithoutAFile:
    @pytest.mark.parametrize("value", [None, "", LEFT_OUT])
    @pytest.mark.parametrize("status", [Status.GENERATING, Status.REGENERATING])
    def test_it_is_refused(self, client: FlaskClient, session: Session, status: Status, value: object) -> None:
        certificate = store_certificate(session, status=status)

        answer = send(client, success(url=value))

        assert (answer.status_code, answer.json) == (200, {"return_code": 1, "content": "xqueue_body has no url"})
        assert columns_of(session, certificate.id)["status"] is status
        assert outcomes(session) == [Outcome.INVALID_BODY]
        assert session.scalars(select(CallbackInbox.certificate_id)).all() == [certificate.id]

    def test_a_file_already_missing_in_a_settled_row_is_a_wrong_status(
        self, client: FlaskClient, session: Session
    ) -> None:
        store_certificate(session, status=Status.DOWNLOADABLE)

        answer = send(client, success(url=LEFT_OUT))

        assert answer.json == WRONG_STATUS


class TestGivenSomethingElseThanAForm:
    @pytest.mark.parametrize(
        "content_type",
        [
            "application/json",
            "text/plain",
            "",
            "application/octet-stream",
            "multipart/form-data",
            "nonsense; charset=x",
        ],
    )
    @pytest.mark.parametrize("data", [b'{"lms_key": "x"}', b"\xff\xfe\x00", b"a=1", "李".encode()])
    def test_it_is_unreadable_and_kept_as_it_came(
        self, client: FlaskClient, session: Session, content_type: str, data: bytes
    ) -> None:
        answer = client.post(PATH, data=data, content_type=content_type)

        assert (answer.status_code, answer.is_json) == (400, True)
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.outcome, row.header) == (Outcome.UNREADABLE, None)
        assert row.body == data.decode("utf-8", "replace").replace("\x00", "\ufffd")

    def test_nothing_at_all_is_unreadable(self, client: FlaskClient, session: Session) -> None:
        answer = client.post(PATH)

        assert answer.status_code == 400
        assert outcomes(session) == [Outcome.UNREADABLE]

    def test_a_form_in_parts_is_read_as_xqueue_itself_would(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session)

        answer = send(client, success(), content_type="multipart/form-data")

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE

    def test_raw_utf_8_is_read(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session, "zoë")
        body = json.dumps({**json.loads(success()), "username": "zoë"}, ensure_ascii=False)

        answer = send(client, body)

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE

    def test_the_first_of_two_fields_counts(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session)
        form = {"xqueue_header": [header_of(), "{}"], "xqueue_body": [success(), "{}"]}

        answer = client.post(PATH, data=form)

        assert answer.json == APPLIED
