"""What XQueue was seen to send, byte for byte: does each answer do what it should, once?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.certificates import make_certificate, make_example, make_noise
from webapp.domain.certificates.deliveries import Endpoint, Outcome
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, FormerPublicId, GeneratedCertificate
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox
from webapp.services import audit
from webapp.services.certificates.timeline import timeline_of

ANSWERED = ["Answer applied", "Applied", "Generating → Issued"]
REFUSED_STATUS = {"return_code": 1, "content": "invalid cert status"}
REFUSED_KEY = {"return_code": 1, "content": "unable to lookup key"}


@dataclass(frozen=True)
class Capture:
    """One request as it was recorded."""

    path: str
    headers: list[tuple[str, str]]
    body: str

    @property
    def header(self) -> dict[str, Any]:
        """What XQueue says."""
        said: dict[str, Any] = json.loads(parse_qs(self.body)["xqueue_header"][0])
        return said

    @property
    def key(self) -> str:
        """The job's key."""
        key: str = self.header["lms_key"]
        return key

    @property
    def message(self) -> dict[str, Any]:
        """What the worker says."""
        said: dict[str, Any] = json.loads(parse_qs(self.body)["xqueue_body"][0])
        return said

    def replay(self, client: FlaskClient) -> TestResponse:
        """Send it again."""
        return client.post(self.path, headers=self.headers, data=self.body.encode("ascii"))


@pytest.fixture(scope="module")
def captures() -> dict[str, list[Capture]]:
    """The recorded requests of each scenario, in their order, under the scenario's number."""
    found: dict[str, list[Capture]] = {}
    text = (Path(__file__).parent.parent / "data" / "callbacks.jsonl").read_text()
    for line in text.splitlines():
        said = json.loads(line)
        headers = [(name, value) for name, value in said["headers"]]
        number = said["scenario"].split("-")[0]
        found.setdefault(number, []).append(Capture(said["path"], headers, said["body"]))
    return found


@pytest.fixture(autouse=True)
def _noise(session: Session) -> Iterator[None]:
    make_noise(session)
    session.commit()
    yield
    others = session.scalars(select(GeneratedCertificate.status).where(GeneratedCertificate.course_id.like("%Noise%")))
    assert set(others) == {Status.GENERATING}
    assert audit.verify(session).ok


@dataclass(frozen=True)
class Record:
    """Everything that is kept of one certificate."""

    row: GeneratedCertificate
    moves: list[tuple[str | None, str]]
    outcomes: list[Outcome]
    acts: list[str]
    timeline: list[str]


def record_of(session: Session, certificate_id: int) -> Record:
    """Read it anew."""
    session.rollback()
    session.expire_all()
    row = session.get_one(GeneratedCertificate, certificate_id)
    moves = session.scalars(
        select(CertificateTransition)
        .where(CertificateTransition.certificate_id == certificate_id)
        .order_by(CertificateTransition.id)
    )
    inbox = session.scalars(
        select(CallbackInbox.outcome).where(CallbackInbox.certificate_id == certificate_id).order_by(CallbackInbox.id)
    )
    acts = session.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.kind == "certificate", AuditEvent.key == str(certificate_id))
        .order_by(AuditEvent.seq)
    )
    return Record(
        row,
        [(move.from_status, move.to_status) for move in moves],
        list(inbox),
        list(acts),
        sorted(entry.title for entry in timeline_of(session, certificate_id)),
    )


class TestGivenASubmittedCertificate:
    def test_a_success_issues_it(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        (capture,) = captures["02"]
        certificate = make_certificate(session, key=capture.key)
        session.commit()

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, {"return_code": 0})
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
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        (capture,) = captures["02"]
        certificate = make_certificate(session, key=capture.key)
        session.commit()

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
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        (capture,) = captures["06"]
        certificate = make_certificate(session, "zoe", key=capture.key)
        session.commit()

        answer = capture.replay(client)

        assert answer.json == {"return_code": 0}
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

    def test_a_learner_may_have_any_name(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        (capture,) = captures["08"]
        make_certificate(session, "zoe", key="a" * 32)
        certificate = make_certificate(session, "zoë", key=capture.key)
        session.commit()

        answer = capture.replay(client)

        assert answer.json == {"return_code": 0}
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == capture.message["verify_uuid"]
        assert record.moves == [("generating", "downloadable")]
        assert record.outcomes == [Outcome.APPLIED]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ANSWERED


class TestGivenACertificateThatIsMadeAgain:
    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_the_newest_key_alone_is_answered(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]], order: tuple[int, int]
    ) -> None:
        older, newer = captures["03"]
        certificate = make_certificate(session, key=newer.key, status=Status.REGENERATING)
        session.commit()

        answers = {number: captures["03"][number].replay(client).json for number in order}

        assert answers == {0: REFUSED_KEY, 1: {"return_code": 0}}
        record = record_of(session, certificate.id)
        assert record.row.status is Status.DOWNLOADABLE
        assert record.row.verify_uuid == newer.message["verify_uuid"] != older.message["verify_uuid"]
        assert record.moves == [("regenerating", "downloadable")]
        assert sorted(record.outcomes) == [Outcome.APPLIED, Outcome.UNKNOWN_KEY]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ["Answer applied", "Applied", "Regenerating → Issued", "Unknown key"]

    def test_each_answer_counts_while_its_key_is_the_newest(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        first, second = captures["03"]
        certificate = make_certificate(session, key=first.key)
        session.commit()
        first_answer = first.replay(client)
        issued_at = record_of(session, certificate.id).row.issued_at
        certificate.status, certificate.key = Status.REGENERATING, second.key
        session.commit()

        second_answer = second.replay(client)

        assert (first_answer.json, second_answer.json) == ({"return_code": 0}, {"return_code": 0})
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == second.message["verify_uuid"]
        assert record.row.issued_at == issued_at
        assert record.moves == [("generating", "downloadable"), ("regenerating", "downloadable")]
        former = session.scalars(select(FormerPublicId)).one()
        assert (former.verify_uuid, former.certificate_id) == (first.message["verify_uuid"], certificate.id)


class TestGivenACertificateToBeDeleted:
    def test_the_answer_deletes_it_and_touches_no_other_field(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
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

        assert answer.json == {"return_code": 0}
        record = record_of(session, certificate.id)
        assert record.row.status is Status.DELETED
        assert {name: getattr(record.row, name) for name in before} == before
        assert record.moves == [("deleting", "deleted")]
        assert record.outcomes == [Outcome.APPLIED]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ["Answer applied", "Applied", "Deleting → Deleted"]


class TestGivenAnExample:
    def test_a_success_names_its_file(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        (capture,) = captures["07b"]
        example = make_example(session, capture.message["username"], capture.key)
        session.commit()

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, {"return_code": 0})
        session.expire_all()
        example = session.get_one(ExampleCertificate, example.id)
        assert (example.status, example.download_url) == (ExampleStatus.SUCCESS, capture.message["url"])
        assert example.error_reason is None
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.outcome, row.example_id, row.matched) == (Outcome.APPLIED, example.id, True)
        assert session.scalars(select(AuditEvent.action)).all() == ["example.answered"]

    def test_an_error_says_why(self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]) -> None:
        (capture,) = captures["07c"]
        example = make_example(session, capture.message["username"], capture.key)
        session.commit()

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, {"return_code": 0})
        session.expire_all()
        example = session.get_one(ExampleCertificate, example.id)
        assert (example.status, example.error_reason) == (ExampleStatus.ERROR, capture.message["error_reason"])
        assert "John Doë" in str(example.error_reason)
        assert session.scalars(select(CallbackInbox.outcome)).all() == [Outcome.APPLIED]
        assert session.scalars(select(AuditEvent.action)).all() == ["example.answered"]


class TestGivenTheSameAnswerThreeTimes:
    def test_the_first_is_applied_and_the_others_change_nothing(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        three = captures["20"]
        certificate = make_certificate(session, key=three[0].key)
        session.commit()

        answers = [capture.replay(client) for capture in three]

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert [answer.json for answer in answers] == [{"return_code": 0}, REFUSED_STATUS, REFUSED_STATUS]
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == three[0].message["verify_uuid"]
        assert record.row.modified_at == record.row.issued_at
        assert record.moves == [("generating", "downloadable")]
        assert record.outcomes == [Outcome.APPLIED, Outcome.DUPLICATE, Outcome.DUPLICATE]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ANSWERED


class TestGivenAJobThatWasDoneTwice:
    def test_the_rival_answer_shows_on_the_timeline(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        (first,) = captures["02"]
        rival = first.body.replace(first.message["verify_uuid"], "e" * 32)
        certificate = make_certificate(session, key=first.key)
        session.commit()
        first.replay(client)

        answer = Capture(first.path, first.headers, rival).replay(client)

        assert (answer.status_code, answer.json) == (200, REFUSED_STATUS)
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == first.message["verify_uuid"]
        assert record.outcomes == [Outcome.APPLIED, Outcome.CONFLICT]
        assert record.moves == [("generating", "downloadable")]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == [*ANSWERED, "Rival answer"]


class TestGivenAJobThatXQueueGaveUp:
    def test_the_grader_shaped_body_lies_with_its_certificate(
        self, client: FlaskClient, session: Session, captures: dict[str, list[Capture]]
    ) -> None:
        (capture,) = captures["28"]
        certificate = make_certificate(session, key=capture.key)
        modified_at = certificate.modified_at
        session.commit()

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, {"return_code": 1, "content": "xqueue_body has no username"})
        record = record_of(session, certificate.id)
        assert (record.row.status, record.row.modified_at) == (Status.GENERATING, modified_at)
        assert record.moves == []
        assert record.outcomes == [Outcome.INVALID_BODY]
        assert record.acts == []
        assert record.timeline == ["Not a result"]
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.username, row.key, row.matched) == ("ada", capture.key, True)
