"""What XQueue was seen to send, byte for byte: does each answer settle its certificate?"""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.captures import ANSWERED, Captures, record_of
from tests.factories.certificates import make_certificate
from tests.factories.deliveries import APPLIED, UNKNOWN, store_certificate
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.certificates import FormerPublicId
from webapp.models.messages import CallbackInbox


class TestGivenASubmittedCertificate:
    def test_a_success_issues_it(self, client: FlaskClient, session: Session, captures: Captures) -> None:
        (capture,) = captures["02"]
        certificate = store_certificate(session, key=capture.key)

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, APPLIED)
        record = record_of(session, certificate.id)
        assert record.row.status is Status.DOWNLOADABLE
        assert record.row.verify_uuid == capture.message["verify_uuid"]
        assert record.row.download_uuid == capture.message["download_uuid"]
        assert record.row.download_url == capture.message["url"]
        assert (record.row.key, record.row.error_reason) == (capture.key, "")
        assert record.row.issued_at == record.row.modified_at
        assert record.moves == [("generating", "downloadable")]
        assert record.outcomes == [Outcome.APPLIED]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ANSWERED

    def test_it_is_kept_in_the_inbox_as_it_came(
        self, client: FlaskClient, session: Session, captures: Captures
    ) -> None:
        (capture,) = captures["02"]
        certificate = store_certificate(session, key=capture.key)

        answer = capture.replay(client)

        row = session.scalars(select(CallbackInbox)).one()
        assert row.header is not None
        assert row.body is not None
        assert json.loads(row.header) == capture.header
        assert json.loads(row.body) == capture.message
        assert (row.whole, row.matched, row.endpoint) == (True, True, Endpoint.CERTIFICATE)
        assert (row.key, row.username, row.course_id) == (capture.key, "ada", capture.message["course_id"])
        assert (row.certificate_id, row.address, row.tries, row.content) == (certificate.id, "127.0.0.1", 1, "")
        assert row.request_id == answer.headers["X-Request-ID"]

    def test_an_error_is_kept_letter_for_letter(
        self, client: FlaskClient, session: Session, captures: Captures
    ) -> None:
        (capture,) = captures["06"]
        certificate = store_certificate(session, "zoe", key=capture.key)

        answer = capture.replay(client)

        assert answer.json == APPLIED
        record = record_of(session, certificate.id)
        assert record.row.status is Status.ERROR
        assert record.row.error_reason == (
            "(zoe course-v1:edX+DemoX+Demo_Course) <class 'ValueError'>: Nothing in fontlist supports string"
            " 'Zoë FAIL 李明 😀'. Fontlist: []: certificate_agent.py:117"
        )
        assert (record.row.verify_uuid, record.row.download_url, record.row.issued_at) == ("", "", None)
        assert record.moves == [("generating", "error")]
        assert record.outcomes == [Outcome.APPLIED]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ["Answer applied", "Applied", "Generating → Error"]

    def test_a_learner_may_have_any_name(self, client: FlaskClient, session: Session, captures: Captures) -> None:
        (capture,) = captures["08"]
        make_certificate(session, "zoe", key="a" * 32)
        certificate = make_certificate(session, "zoë", key=capture.key)
        session.commit()

        answer = capture.replay(client)

        assert answer.json == APPLIED
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == capture.message["verify_uuid"]
        assert record.moves == [("generating", "downloadable")]
        assert record.outcomes == [Outcome.APPLIED]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ANSWERED


class TestGivenACertificateThatIsMadeAgain:
    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_the_newest_key_alone_is_answered(
        self, client: FlaskClient, session: Session, captures: Captures, order: tuple[int, int]
    ) -> None:
        older, newer = captures["03"]
        certificate = store_certificate(session, key=newer.key, status=Status.REGENERATING)

        answers = {number: captures["03"][number].replay(client).json for number in order}

        assert answers == {0: UNKNOWN, 1: APPLIED}
        record = record_of(session, certificate.id)
        assert record.row.status is Status.DOWNLOADABLE
        assert record.row.verify_uuid == newer.message["verify_uuid"] != older.message["verify_uuid"]
        assert record.moves == [("regenerating", "downloadable")]
        assert sorted(record.outcomes) == [Outcome.APPLIED, Outcome.UNKNOWN_KEY]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == [
            "Answer applied",
            "Applied",
            "Course run passed",
            "Regenerating → Issued",
            "Unknown key",
        ]

    def test_each_answer_counts_while_its_key_is_the_newest(
        self, client: FlaskClient, session: Session, captures: Captures
    ) -> None:
        first, second = captures["03"]
        certificate = store_certificate(session, key=first.key)
        first_answer = first.replay(client)
        issued_at = record_of(session, certificate.id).row.issued_at
        certificate.status, certificate.key = Status.REGENERATING, second.key
        session.commit()

        second_answer = second.replay(client)

        assert (first_answer.json, second_answer.json) == (APPLIED, APPLIED)
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == second.message["verify_uuid"]
        assert record.row.issued_at == issued_at
        assert record.moves == [("generating", "downloadable"), ("regenerating", "downloadable")]
        former = session.scalars(select(FormerPublicId)).one()
        assert (former.verify_uuid, former.certificate_id) == (first.message["verify_uuid"], certificate.id)


class TestGivenACertificateToBeDeleted:
    def test_the_answer_deletes_it_and_touches_no_other_field(
        self, client: FlaskClient, session: Session, captures: Captures
    ) -> None:
        (capture,) = captures["05b"]
        kept: dict[str, Any] = {
            "verify_uuid": "c" * 32,
            "download_uuid": "d" * 32,
            "download_url": "https://certs.example.org/c.pdf",
            "grade": "0.87",
            "error_reason": "",
        }
        certificate = make_certificate(session, key=capture.key, status=Status.DELETING, **kept)
        before = {**kept, "key": capture.key, "issued_at": certificate.issued_at, "name": certificate.name}
        session.commit()

        answer = capture.replay(client)

        assert answer.json == APPLIED
        record = record_of(session, certificate.id)
        assert record.row.status is Status.DELETED
        assert {name: getattr(record.row, name) for name in before} == before
        assert record.moves == [("deleting", "deleted")]
        assert record.outcomes == [Outcome.APPLIED]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ["Answer applied", "Applied", "Deleting → Deleted"]
