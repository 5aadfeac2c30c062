"""What does an answer of the queue do, whatever it says, however it comes, and whatever fails meanwhile?"""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from tests.databases import migrate
from tests.factories.accounts import make_account
from tests.factories.certificates import DEMO_COURSE, KEY, make_certificate, make_example, make_noise
from tests.fakes import NOON, FakeAttempts
from webapp import clock, create_app
from webapp.domain.actors import Actor
from webapp.domain.certificates.deliveries import REFUSED, Endpoint, Outcome
from webapp.domain.certificates.statuses import HIDDEN, IN_FLIGHT, ExampleStatus, Status
from webapp.errors import AlreadyClosed, NotApplicable, NoteMissing, UnknownDelivery
from webapp.models.audit import AuditEvent
from webapp.models.base import db
from webapp.models.certificates import CertificateTransition, FormerPublicId, GeneratedCertificate
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackCount, CallbackInbox
from webapp.ports import Ports
from webapp.services import audit
from webapp.services.certificates.timeline import timeline_of
from webapp.services.messages import inbox, retries
from webapp.services.messages.inbox import UNMATCHED_AN_HOUR, Delivery, OverflowCounts, Verdict
from webapp.settings import Settings
from webapp.web.admin.inbox_view import HELP

PATH = "/update_certificate"
DOWNLOAD = "b1893280b1b146dba4ebdda414fe2c3b"
VERIFY = "065f7d6fcbe54fe8a044a7d0c411bdd4"
URL = f"https://certs.example.org/downloads/{DOWNLOAD}/Certificate.pdf"
APPLIED = {"return_code": 0}
WRONG_STATUS = {"return_code": 1, "content": "invalid cert status"}
UNKNOWN = {"return_code": 1, "content": "unable to lookup key"}
TAKEN = {"return_code": 1, "content": "verify_uuid belongs to another certificate"}
LEFT_OUT = object()
SAM = Actor("sam", 1, "127.0.0.1", "r-1")
WRITTEN = (
    "status",
    "verify_uuid",
    "download_uuid",
    "download_url",
    "error_reason",
    "grade",
    "key",
    "issued_at",
    "modified_at",
)


def header_of(key: object = KEY) -> str:
    """A header as XQueue sends it."""
    return json.dumps({"lms_callback_url": f"http://desk{PATH}", "lms_key": key, "queue_name": "certificates"})


def success(**changed: object) -> str:
    """The body of a success, with members changed or left out."""
    message: dict[str, object] = {
        "action": "create",
        "download_uuid": DOWNLOAD,
        "verify_uuid": VERIFY,
        "username": "ada",
        "course_id": DEMO_COURSE,
        "url": URL,
        **changed,
    }
    return json.dumps({name: value for name, value in message.items() if value is not LEFT_OUT})


def failure(**changed: object) -> str:
    """The body of an error, with members changed or left out."""
    message: dict[str, object] = {
        "error": "no font",
        "username": "ada",
        "course_id": DEMO_COURSE,
        "error_reason": "(ada) no font: certificate_agent.py:117",
        **changed,
    }
    return json.dumps({name: value for name, value in message.items() if value is not LEFT_OUT})


def send(client: FlaskClient, body: str | None, key: object = KEY, **more: Any) -> TestResponse:  # noqa: ANN401 - any option of the client
    """Deliver an answer as XQueue does."""
    form = {"xqueue_header": header_of(key)}
    return client.post(PATH, data=form if body is None else {**form, "xqueue_body": body}, **more)


def columns_of(session: Session, certificate_id: int) -> dict[str, object]:
    """The columns that an answer might write, as they are now."""
    row = session.get_one(GeneratedCertificate, certificate_id, populate_existing=True)
    columns = {name: getattr(row, name) for name in WRITTEN}
    session.commit()
    return columns


def outcomes(session: Session) -> list[Outcome]:
    """What became of every delivery, in order."""
    found = list(session.scalars(select(CallbackInbox.outcome).order_by(CallbackInbox.id)))
    session.commit()
    return found


def count(session: Session, model: Any) -> int:  # noqa: ANN401 - any table
    """How many rows a table has."""
    number = session.scalar(select(func.count()).select_from(model)) or 0
    session.commit()
    return number


class TestGivenACertificateInEachStatus:
    @pytest.mark.parametrize("body", [success(), failure()], ids=["done", "failed"])
    @pytest.mark.parametrize("status", Status)
    def test_the_decided_moves_apply_and_all_others_are_refused(
        self, client: FlaskClient, session: Session, status: Status, body: str
    ) -> None:
        make_noise(session)
        certificate = make_certificate(session, status=status, error_reason="before", grade="0.87")
        session.commit()
        before = columns_of(session, certificate.id)
        settled = {"done": Status.DELETED if status is Status.DELETING else Status.DOWNLOADABLE, "failed": Status.ERROR}

        answer = send(client, body)

        after = columns_of(session, certificate.id)
        applied = status in IN_FLIGHT
        assert answer.status_code == 200
        assert answer.json == (APPLIED if applied else UNKNOWN if status in HIDDEN else WRONG_STATUS)
        assert after["status"] == (settled["failed" if "error" in json.loads(body) else "done"] if applied else status)
        assert applied or after == before
        assert count(session, CertificateTransition) == applied
        assert count(session, AuditEvent) == applied
        assert count(session, CallbackInbox) == 1


class TestGivenAnAnswerWithAKey:
    @pytest.mark.parametrize("key", ["", "a" * 32, KEY.upper(), KEY[:31], f"{KEY}0", f"{KEY} ", "\x00", "é", "\ud800"])
    def test_any_other_than_the_rows_is_unknown(self, client: FlaskClient, session: Session, key: str) -> None:
        certificate = make_certificate(session)
        session.commit()
        before = columns_of(session, certificate.id)

        answer = send(client, success(), key)

        assert (answer.status_code, answer.json) == (200, UNKNOWN)
        assert columns_of(session, certificate.id) == before
        assert outcomes(session) == [Outcome.UNKNOWN_KEY]

    @pytest.mark.parametrize("status", [Status.GENERATING, Status.DOWNLOADABLE, Status.UNAVAILABLE])
    @pytest.mark.parametrize("body", [success(), failure(), "{}"])
    def test_an_empty_one_is_the_key_of_nothing(
        self, client: FlaskClient, session: Session, status: Status, body: str
    ) -> None:
        certificate = make_certificate(session, status=status, key="")
        session.commit()
        before = columns_of(session, certificate.id)

        answer = send(client, body, "")

        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["return_code"] == 1
        assert columns_of(session, certificate.id) == before
        assert session.scalars(select(CallbackInbox.matched)).all() == [False]

    @pytest.mark.parametrize("name", ["username", "course_id"])
    def test_the_key_of_another_row_is_unknown(self, client: FlaskClient, session: Session, name: str) -> None:
        own = make_certificate(session)
        other = make_certificate(session, "bob", "course-v1:edX+Other+1", key="b" * 32)
        session.commit()
        before = columns_of(session, own.id), columns_of(session, other.id)
        changed = {"username": "bob", "course_id": "course-v1:edX+Other+1"}

        answer = send(client, success(**{name: changed[name]}))

        assert answer.json == UNKNOWN
        assert (columns_of(session, own.id), columns_of(session, other.id)) == before

    @pytest.mark.parametrize("username", ["Ada", "ADA", "ada ", "äda"])
    def test_case_counts_in_user_names(self, client: FlaskClient, session: Session, username: str) -> None:
        make_certificate(session)
        session.commit()

        answer = send(client, success(username=username))

        assert answer.json == UNKNOWN

    @pytest.mark.parametrize("status", sorted(HIDDEN))
    def test_a_hidden_certificate_is_not_even_named(
        self, client: FlaskClient, session: Session, status: Status
    ) -> None:
        certificate = make_certificate(session, status=status)
        session.commit()

        answers = [send(client, body).json for body in (success(), failure())]
        send(client, "{}")

        assert answers == [UNKNOWN, UNKNOWN]
        assert columns_of(session, certificate.id)["status"] is status
        assert session.execute(select(CallbackInbox.certificate_id, CallbackInbox.matched).distinct()).all() == [
            (None, False)
        ]


class TestGivenAnAnswerWithAPublicId:
    def test_one_that_another_certificate_has_is_refused(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session, "bob", key="b" * 32, status=Status.DOWNLOADABLE, verify_uuid=VERIFY)
        certificate = make_certificate(session)
        session.commit()
        before = columns_of(session, certificate.id)

        answer = send(client, success())

        assert (answer.status_code, answer.json) == (200, TAKEN)
        assert columns_of(session, certificate.id) == before
        assert outcomes(session) == [Outcome.ID_TAKEN]
        assert session.scalars(select(CallbackInbox.certificate_id)).all() == [certificate.id]
        assert [entry.title for entry in timeline_of(session, certificate.id)] == ["Id taken"]

    def test_one_that_another_certificate_once_had_is_refused(self, client: FlaskClient, session: Session) -> None:
        other = make_certificate(session, "bob", key="b" * 32, status=Status.DOWNLOADABLE, verify_uuid="b" * 32)
        session.add(FormerPublicId(verify_uuid=VERIFY, certificate_id=other.id, retired_at=NOON))
        certificate = make_certificate(session)
        session.commit()

        answer = send(client, success())

        assert answer.json == TAKEN
        assert columns_of(session, certificate.id)["status"] is Status.GENERATING

    def test_its_own_is_kept(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session, status=Status.REGENERATING, verify_uuid=VERIFY)
        session.commit()

        answer = send(client, success())

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["verify_uuid"] == VERIFY
        assert count(session, FormerPublicId) == 0

    @pytest.mark.parametrize("value", [None, "", LEFT_OUT])
    def test_none_leaves_the_one_it_has(self, client: FlaskClient, session: Session, value: object) -> None:
        certificate = make_certificate(session, status=Status.REGENERATING, verify_uuid="c" * 32)
        session.commit()

        answer = send(client, success(verify_uuid=value))

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["verify_uuid"] == "c" * 32
        assert count(session, FormerPublicId) == 0

    @pytest.mark.parametrize("value", [None, "", LEFT_OUT])
    def test_none_gives_one_of_ours_where_there_is_none(
        self, client: FlaskClient, session: Session, value: object
    ) -> None:
        ids = []
        for username, key in (("ada", KEY), ("bob", "b" * 32)):
            certificate = make_certificate(session, username, key=key)
            session.commit()
            send(client, success(username=username, verify_uuid=value), key)

            ids.append(str(columns_of(session, certificate.id)["verify_uuid"]))

        assert ids[0] != ids[1]
        assert all(len(one) == 32 and int(one, 16) and one == one.lower() for one in ids)

    def test_a_new_one_leaves_the_former(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session, status=Status.REGENERATING, verify_uuid="c" * 32)
        session.commit()

        answer = send(client, success())

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["verify_uuid"] == VERIFY
        former = session.scalars(select(FormerPublicId)).one()
        assert (former.verify_uuid, former.certificate_id) == ("c" * 32, certificate.id)

    def test_one_that_it_had_before_may_come_again(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session)
        session.commit()
        answers = []
        for public_id in ("c" * 32, "d" * 32, "c" * 32, "e" * 32):
            session.refresh(certificate)
            certificate.status = Status.REGENERATING
            session.commit()
            answers.append(send(client, success(verify_uuid=public_id)).status_code)

        columns = columns_of(session, certificate.id)

        assert answers == [200, 200, 200, 200]
        assert columns["verify_uuid"] == "e" * 32


class TestGivenTheDateOfIssue:
    def test_it_is_set_at_the_first_success(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session)
        session.commit()
        before = clock.now()

        send(client, success())

        issued_at = columns_of(session, certificate.id)["issued_at"]
        assert isinstance(issued_at, datetime)
        assert before <= issued_at <= clock.now()

    def test_a_later_success_does_not_move_it(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session, status=Status.REGENERATING, issued_at=NOON - timedelta(days=400))
        session.commit()

        send(client, success())

        columns = columns_of(session, certificate.id)
        assert columns["issued_at"] == NOON - timedelta(days=400)
        assert columns["modified_at"] != certificate.created_at

    @pytest.mark.parametrize("status", sorted(IN_FLIGHT))
    def test_an_error_does_not_set_it(self, client: FlaskClient, session: Session, status: Status) -> None:
        certificate = make_certificate(session, status=status)
        session.commit()

        send(client, failure())

        assert columns_of(session, certificate.id)["issued_at"] is None


class TestGivenAnError:
    @pytest.mark.parametrize(
        ("before", "changed", "reason"),
        [
            ("", {}, "(ada) no font: certificate_agent.py:117"),
            ("old", {}, "(ada) no font: certificate_agent.py:117"),
            ("old", {"error_reason": LEFT_OUT}, "old"),
            ("", {"error_reason": LEFT_OUT}, "no font"),
            ("", {"error_reason": LEFT_OUT, "error": None}, ""),
            ("", {"error_reason": LEFT_OUT, "error": "x" * 5_000}, "x" * 506 + " [...]"),
            ("old", {"error_reason": ""}, ""),
            ("old", {"error_reason": None}, ""),
            ("old", {"error_reason": {"a": [1]}}, '{"a": [1]}'),
            ("", {"error_reason": "é" * 5_000}, "é" * 506 + " [...]"),
            ("", {"error_reason": "a\x00b\ud800"}, "a\ufffdb\ufffd"),
            ("", {"error": False}, "(ada) no font: certificate_agent.py:117"),
        ],
    )
    def test_its_reason_stands_in_the_row_and_its_log(
        self, client: FlaskClient, session: Session, before: str, changed: dict[str, object], reason: str
    ) -> None:
        certificate = make_certificate(session, error_reason=before)
        session.commit()

        answer = send(client, failure(**changed))

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["error_reason"] == reason
        assert session.scalars(select(CertificateTransition.reason)).all() == [reason]

    def test_a_success_leaves_the_reason_of_an_earlier_one(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session, error_reason="old")
        session.commit()

        send(client, success())

        assert columns_of(session, certificate.id)["error_reason"] == "old"
        assert session.scalars(select(CertificateTransition.reason)).all() == [""]

    def test_the_issued_file_and_id_stay(self, client: FlaskClient, session: Session) -> None:
        kept: dict[str, Any] = {"verify_uuid": VERIFY, "download_uuid": DOWNLOAD, "download_url": URL, "grade": "0.9"}
        certificate = make_certificate(session, status=Status.REGENERATING, issued_at=NOON, **kept)
        session.commit()

        send(client, failure())

        columns = columns_of(session, certificate.id)
        assert {name: columns[name] for name in kept} == kept
        assert columns["issued_at"] == NOON


class TestGivenASuccessWithoutAFile:
    @pytest.mark.parametrize("value", [None, "", LEFT_OUT])
    @pytest.mark.parametrize("status", [Status.GENERATING, Status.REGENERATING])
    def test_it_is_refused(self, client: FlaskClient, session: Session, status: Status, value: object) -> None:
        certificate = make_certificate(session, status=status)
        session.commit()

        answer = send(client, success(url=value))

        assert (answer.status_code, answer.json) == (200, {"return_code": 1, "content": "xqueue_body has no url"})
        assert columns_of(session, certificate.id)["status"] is status
        assert outcomes(session) == [Outcome.INVALID_BODY]
        assert session.scalars(select(CallbackInbox.certificate_id)).all() == [certificate.id]

    def test_a_file_already_missing_in_a_settled_row_is_a_wrong_status(
        self, client: FlaskClient, session: Session
    ) -> None:
        make_certificate(session, status=Status.DOWNLOADABLE)
        session.commit()

        answer = send(client, success(url=LEFT_OUT))

        assert answer.json == WRONG_STATUS


class TestGivenASettledCertificate:
    def test_the_same_answer_in_other_letters_is_a_repetition(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()
        send(client, success())

        send(client, json.dumps(json.loads(success()), indent=1))
        send(client, success(verify_uuid=None))

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE, Outcome.DUPLICATE]

    @pytest.mark.parametrize(
        "rival",
        [
            success(verify_uuid="e" * 32),
            success(download_uuid="e" * 32),
            success(url="https://certs.example.org/other.pdf"),
            success(url=None),
            failure(),
        ],
    )
    def test_a_rival_answer_is_a_conflict(self, client: FlaskClient, session: Session, rival: str) -> None:
        certificate = make_certificate(session)
        session.commit()
        send(client, success())
        before = columns_of(session, certificate.id)

        answer = send(client, rival)

        assert (answer.status_code, answer.json) == (200, WRONG_STATUS)
        assert columns_of(session, certificate.id) == before
        assert outcomes(session) == [Outcome.APPLIED, Outcome.CONFLICT]
        assert "Rival answer" in [entry.title for entry in timeline_of(session, certificate.id)]

    @pytest.mark.parametrize(
        ("second", "outcome"),
        [
            (failure(), Outcome.DUPLICATE),
            (failure(error="other words"), Outcome.DUPLICATE),
            (failure(error_reason="another reason"), Outcome.CONFLICT),
            (success(), Outcome.CONFLICT),
        ],
    )
    def test_a_second_answer_after_an_error_changes_nothing(
        self, client: FlaskClient, session: Session, second: str, outcome: Outcome
    ) -> None:
        certificate = make_certificate(session)
        session.commit()
        send(client, failure())

        answer = send(client, second)

        assert answer.json == WRONG_STATUS
        assert columns_of(session, certificate.id)["status"] is Status.ERROR
        assert outcomes(session) == [Outcome.APPLIED, outcome]

    @pytest.mark.parametrize(("before", "changed"), [("", {"error_reason": ""}), ("old", {"error_reason": LEFT_OUT})])
    def test_an_error_that_left_the_reason_is_repeated_harmlessly_in_other_letters(
        self, client: FlaskClient, session: Session, before: str, changed: dict[str, object]
    ) -> None:
        make_certificate(session, error_reason=before)
        session.commit()
        send(client, failure(**changed))

        send(client, json.dumps(json.loads(failure(**changed)), indent=1))

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    def test_the_repetition_of_a_removal_is_harmless(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session, status=Status.DELETING)
        session.commit()
        removal = json.dumps({"action": "remove", "username": "ada", "course_id": DEMO_COURSE})

        answers = [send(client, removal).json for _ in range(2)]

        assert answers == [APPLIED, WRONG_STATUS]
        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    def test_the_repetition_is_known_after_the_certificate_was_revoked(
        self, client: FlaskClient, session: Session
    ) -> None:
        certificate = make_certificate(session)
        session.commit()
        send(client, success())
        session.commit()
        certificate.status = Status.UNAVAILABLE
        session.commit()

        send(client, success())

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]


class TestGivenTheLog:
    @pytest.mark.parametrize(
        ("status", "body", "key", "level", "outcome"),
        [
            (Status.GENERATING, success(), KEY, "info", Outcome.APPLIED),
            (Status.GENERATING, failure(), KEY, "info", Outcome.APPLIED),
            (Status.GENERATING, success(), "a" * 32, "critical", Outcome.UNKNOWN_KEY),
            (Status.UNAVAILABLE, success(), KEY, "critical", Outcome.INVALID_STATUS),
            (Status.NOT_PASSING, failure(), KEY, "critical", Outcome.INVALID_STATUS),
            (Status.GENERATING, success(url=None), KEY, "warning", Outcome.INVALID_BODY),
            (Status.GENERATING, "not json", KEY, "warning", Outcome.INVALID_BODY),
            (Status.DOWNLOADABLE, failure(), KEY, "warning", Outcome.CONFLICT),
            (Status.GENERATING, success(), None, "warning", Outcome.UNREADABLE),
        ],
    )
    def test_each_outcome_has_its_level(
        self,
        client: FlaskClient,
        session: Session,
        status: Status,
        body: str,
        key: object,
        level: str,
        outcome: Outcome,
    ) -> None:
        make_certificate(session, status=status)
        session.commit()

        with capture_logs() as logs:
            send(client, body, key)

        assert [(entry["event"], entry["log_level"]) for entry in logs] == [(f"delivery.{outcome}", level)]
        assert outcomes(session) == [outcome]

    def test_a_repetition_is_told_in_passing_and_a_rival_with_a_warning(
        self, client: FlaskClient, session: Session
    ) -> None:
        make_certificate(session)
        session.commit()

        with capture_logs() as logs:
            for body in (success(), success(), success(verify_uuid="e" * 32)):
                send(client, body)

        assert [(entry["event"], entry["log_level"]) for entry in logs] == [
            ("delivery.applied", "info"),
            ("delivery.duplicate", "info"),
            ("delivery.conflict", "warning"),
        ]

    def test_nobody_is_named(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session, "ada.lovelace")
        session.commit()

        with capture_logs() as logs:
            send(client, success(username="ada.lovelace"))
            send(client, failure(username="ada.lovelace", error_reason="Ada Lovelace"), "a" * 32)

        assert "ada" not in json.dumps(logs, default=str).lower()


class TestGivenAHeaderThatCannotBeRead:
    @pytest.mark.parametrize(
        "header", ["", "{", "[]", "1", "null", "{}", '{"lms_key": null}', '{"lms_key": 1}', "[" * 100_000, "\x00"]
    )
    def test_it_did_not_come_through_xqueue(self, client: FlaskClient, session: Session, header: str) -> None:
        certificate = make_certificate(session)
        session.commit()

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
        certificate = make_certificate(session)
        session.commit()
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


class TestGivenALargeDelivery:
    def test_64_kib_are_kept_whole(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()
        padding = 64 * 1024 - len(success(extra=""))

        send(client, success(extra="x" * padding))

        row = session.scalars(select(CallbackInbox)).one()
        assert (len(row.body or ""), row.whole, row.outcome) == (64 * 1024, True, Outcome.APPLIED)

    def test_what_is_more_is_applied_and_kept_cut(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session)
        session.commit()

        answer = send(client, success(extra="x" * 200_000))

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE
        row = session.scalars(select(CallbackInbox)).one()
        assert (len(row.body or ""), row.whole) == (64 * 1024, False)

    def test_the_repetition_of_one_that_was_cut_is_known(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()

        for _ in range(2):
            send(client, failure(error_reason="x" * 200_000))

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    @pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
    def test_more_than_1_mib_is_not_taken(self, client: FlaskClient, session: Session, content_type: str) -> None:
        make_certificate(session)
        session.commit()

        with capture_logs() as logs:
            answer = client.post(PATH, data=b"x" * (1024 * 1024 + 1), content_type=content_type)

        assert answer.status_code == 413
        assert answer.is_json
        assert [(entry["event"], entry["log_level"]) for entry in logs] == [("delivery.too_large", "warning")]
        assert count(session, CallbackInbox) == 0

    @pytest.mark.parametrize(
        ("length", "status"), [(500_000, 200), (1024 * 1024 - 1, 200), (1024 * 1024 + 1, 413), (3_000_000, 413)]
    )
    def test_a_length_that_was_not_told_is_the_same(
        self, client: FlaskClient, session: Session, length: int, status: int
    ) -> None:
        make_certificate(session)
        session.commit()
        start = urlencode({"xqueue_header": header_of(), "xqueue_body": success()}).encode() + b"&filling="
        stream = BytesIO(start.ljust(length, b"x"))

        answer = client.post(
            PATH,
            input_stream=stream,
            content_type="application/x-www-form-urlencoded",
            environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        )

        assert answer.status_code == status
        assert count(session, CallbackInbox) == (status == 200)

    def test_a_text_that_no_database_keeps_is_kept_otherwise(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()

        answer = send(client, "a\x00b")

        assert answer.status_code == 200
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.body, row.whole) == ("a\ufffdb", False)


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
        certificate = make_certificate(session)
        session.commit()

        answer = send(client, success(), content_type="multipart/form-data")

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE

    def test_raw_utf_8_is_read(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session, "zoë")
        session.commit()
        body = json.dumps({**json.loads(success()), "username": "zoë"}, ensure_ascii=False)

        answer = send(client, body)

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE

    def test_the_first_of_two_fields_counts(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()
        form = {"xqueue_header": [header_of(), "{}"], "xqueue_body": [success(), "{}"]}

        answer = client.post(PATH, data=form)

        assert answer.json == APPLIED


class TestGivenAnotherMethod:
    @pytest.mark.parametrize("path", [PATH, "/update_example_certificate"])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_it_is_not_allowed(self, client: FlaskClient, session: Session, path: str, method: str) -> None:
        certificate = make_certificate(session)
        session.commit()
        form = {"xqueue_header": header_of(), "xqueue_body": success()}

        answer = client.open(path, method=method, data=form)

        assert answer.status_code == 405
        assert answer.headers["Allow"] == "POST"
        assert answer.mimetype == "application/json"
        assert columns_of(session, certificate.id)["status"] is Status.GENERATING
        assert count(session, CallbackInbox) == 0

    @pytest.mark.parametrize("method", ["TRACE", "PROPFIND"])
    def test_an_exotic_one_is_answered_alike(self, client: FlaskClient, method: str) -> None:
        answer = client.open(PATH, method=method)

        assert answer.status_code == 405
        assert answer.headers["Allow"] == "POST"

    @pytest.mark.parametrize("path", [f"{PATH}?key={KEY}", f"{PATH}/", f"{PATH}?xqueue_header=x"])
    def test_get_is_never_200_and_post_never_redirected(self, client: FlaskClient, session: Session, path: str) -> None:
        make_certificate(session)
        session.commit()

        asked = client.get(path)
        answer = client.post(path, data={"xqueue_header": header_of(), "xqueue_body": success()})

        assert asked.status_code == 405
        assert (answer.status_code, answer.json) == (200, APPLIED)

    @pytest.mark.parametrize(
        "path",
        [
            f"/{PATH}",
            f"//{PATH}",
            f"{PATH}//",
        ],
    )
    def test_slashes_too_many_are_no_redirect(self, client: FlaskClient, session: Session, path: str) -> None:
        make_certificate(session)
        session.commit()

        answer = send(client, success(), environ_overrides={"PATH_INFO": path})

        assert answer.status_code in (200, 404)


class TestGivenEveryAnswer:
    def test_it_sets_no_cookie_and_depends_on_none(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()
        client.set_cookie("certdesk", "nonsense")

        answers = [
            send(client, success()),
            send(client, success()),
            send(client, success(), "a" * 32),
            send(client, "{"),
            client.post(PATH, data={"xqueue_body": "{}"}),
            client.post(PATH, data=b"x" * 1_100_000),
            client.get(PATH),
            client.post("/update_example_certificate", data={}),
            client.post("/update_example_certificate", data={"xqueue_header": "{}", "xqueue_body": "{}"}),
        ]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 400, 413, 405, 400, 404]
        for answer in answers:
            assert "Set-Cookie" not in answer.headers
            assert "Location" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert answer.headers["X-Request-ID"]

    @pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}])
    def test_it_asks_for_no_form_token(self, client: FlaskClient, session: Session, headers: dict[str, str]) -> None:
        make_certificate(session)
        session.commit()

        answer = send(client, success(), headers=headers)

        assert answer.json == APPLIED


class TestGivenAPasswordThatWasAgreed:
    @pytest.fixture
    def guarded(self, app: Flask, settings: Settings) -> Iterator[FlaskClient]:
        """The same application, asking for a password."""
        agreed = Settings(
            database_url=settings.database_url, secret_key=settings.secret_key, callback_basic_auth="xqueue:pässword:x"
        )
        app.extensions["settings"] = agreed
        yield app.test_client()
        app.extensions["settings"] = settings

    @pytest.mark.parametrize(
        "authorization",
        [
            None,
            "",
            "Basic",
            "Basic Og==",
            "Basic %%%",
            f"Basic {base64.b64encode(b'xqueue:wrong').decode()}",
            f"Basic {base64.b64encode(b'xqueue').decode()}",
            f"Basic {base64.b64encode(bytes([255, 58, 254])).decode()}",
            "Bearer xqueue:pässword:x".encode().decode("latin-1"),
            'Digest username="xqueue"',
        ],
    )
    @pytest.mark.parametrize("path", [PATH, "/update_example_certificate"])
    def test_without_it_a_delivery_is_kept_and_refused(
        self, guarded: FlaskClient, session: Session, authorization: str | None, path: str
    ) -> None:
        certificate = make_certificate(session)
        session.commit()
        headers = {} if authorization is None else {"Authorization": authorization}
        form = {"xqueue_header": header_of(), "xqueue_body": success()}

        answer = guarded.post(path, data=form, headers=headers)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert columns_of(session, certificate.id)["status"] is Status.GENERATING
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.outcome, row.matched, row.body) == (Outcome.UNAUTHORIZED, False, success())

    def test_with_it_the_answer_is_taken(self, guarded: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()
        sent = base64.b64encode("xqueue:pässword:x".encode()).decode()

        answer = send(guarded, success(), headers={"Authorization": f"Basic {sent}"})

        assert (answer.status_code, answer.json) == (200, APPLIED)

    def test_what_was_refused_for_want_of_it_can_be_applied_later(self, guarded: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session)
        session.commit()
        send(guarded, success())
        delivery_id = session.scalars(select(CallbackInbox.id)).one()

        verdict = retries.apply_again(session, SAM, delivery_id, now=NOON, new_uuid=clock.new_uuid)

        session.commit()
        assert verdict.outcome is Outcome.APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE

    def test_a_password_that_nobody_asked_for_is_ignored(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()

        answer = send(client, success(), headers={"Authorization": "Basic Og=="})

        assert answer.json == APPLIED


BREAK = {
    "no log of transitions": "ALTER TABLE certificate_transition RENAME TO away",
    "no inbox": "ALTER TABLE callback_inbox RENAME TO away",
    "no certificates": "ALTER TABLE generated_certificate RENAME TO away",
    "no learners": "ALTER TABLE learner RENAME TO away",
    "an audit that refuses": (
        "CREATE TRIGGER broken BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'disk failure'); END"
    ),
    "an inbox that refuses": (
        "CREATE TRIGGER broken AFTER INSERT ON callback_inbox BEGIN SELECT RAISE(ABORT, 'disk failure'); END"
    ),
}
MEND = {
    "no log of transitions": "ALTER TABLE away RENAME TO certificate_transition",
    "no inbox": "ALTER TABLE away RENAME TO callback_inbox",
    "no certificates": "ALTER TABLE away RENAME TO generated_certificate",
    "no learners": "ALTER TABLE away RENAME TO learner",
    "an audit that refuses": "DROP TRIGGER broken",
    "an inbox that refuses": "DROP TRIGGER broken",
}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("failing") / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


class TestGivenADatabaseThatFails:
    @pytest.fixture
    def broken_app(self, migrated: Path, tmp_path: Path) -> Iterator[Flask]:
        """An application over a file of its own, which the test may break."""
        path = tmp_path / "own.sqlite3"
        shutil.copyfile(migrated, path)
        app = create_app(
            Settings(database_url=f"sqlite:///{path}", secret_key="not-a-secret-of-anyone"),
            Ports(attempts=FakeAttempts()),
        )
        app.config["PROPAGATE_EXCEPTIONS"] = False
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    @pytest.mark.parametrize("body", [success(), failure(), success(url=None)], ids=["done", "failed", "refused"])
    @pytest.mark.parametrize("what", BREAK)
    def test_nothing_is_half_done_and_the_answer_applies_once_it_is_mended(
        self, broken_app: Flask, what: str, body: str
    ) -> None:
        client = broken_app.test_client()
        with Session(db.engine) as session, session.begin():
            make_certificate(session)
        harmless = what == "an audit that refuses" and body == success(url=None)
        harmless = harmless or (what == "no log of transitions" and body == success(url=None))
        with db.engine.begin() as connection:
            connection.execute(text(BREAK[what]))

        with capture_logs() as logs:
            while_broken = send(client, body)
        with db.engine.begin() as connection:
            connection.execute(text(MEND[what]))
        with Session(db.engine) as session:
            left = (count(session, CallbackInbox), count(session, CertificateTransition), count(session, AuditEvent))
            status = session.scalars(select(GeneratedCertificate.status)).one()
        afterwards = send(client, body)

        assert while_broken.status_code == (200 if harmless else 503)
        assert harmless or [entry["log_level"] for entry in logs] == ["error"]
        assert left == (int(harmless), 0, 0)
        assert status is Status.GENERATING
        assert afterwards.status_code == 200
        with Session(db.engine) as session:
            assert outcomes(session)[-1] is (Outcome.INVALID_BODY if body == success(url=None) else Outcome.APPLIED)
            assert audit.verify(session).ok

    def test_the_answer_names_the_request_and_no_secret(self, broken_app: Flask) -> None:
        client = broken_app.test_client()
        with db.engine.begin() as connection:
            connection.execute(text(BREAK["no inbox"]))

        answer = send(client, success(), headers={"X-Request-ID": "r-4711"})

        assert answer.status_code == 503
        assert answer.json == {"error": "the answer could not be stored; send it again", "request_id": "r-4711"}
        assert "Set-Cookie" not in answer.headers

    def test_an_example_is_sent_again_too(self, broken_app: Flask) -> None:
        client = broken_app.test_client()
        with Session(db.engine) as session, session.begin():
            example = make_example(session)
            form = {
                "xqueue_header": header_of(example.access_key),
                "xqueue_body": json.dumps({"username": example.uuid, "url": URL}),
            }
        with db.engine.begin() as connection:
            connection.execute(text(BREAK["an inbox that refuses"]))

        while_broken = client.post("/update_example_certificate", data=form)
        with Session(db.engine) as session:
            status = session.scalars(select(ExampleCertificate.status)).one()
        with db.engine.begin() as connection:
            connection.execute(text(MEND["an inbox that refuses"]))
        afterwards = client.post("/update_example_certificate", data=form)

        assert (while_broken.status_code, afterwards.status_code) == (503, 200)
        assert status is ExampleStatus.STARTED

    def test_a_database_that_is_locked_too_long_is_told_in_time(self, broken_app: Flask) -> None:
        client = broken_app.test_client()
        with Session(db.engine) as session, session.begin():
            make_certificate(session)

        with db.engine.execution_options(writes=True).connect() as other, other.begin():
            began = clock.now()
            while_locked = send(client, success())
            took = clock.now() - began
        afterwards = send(client, success())

        assert while_locked.status_code == 503
        assert took < timedelta(seconds=5)
        assert afterwards.json == APPLIED


class TestGivenADatabaseThatIsNotThere:
    def test_xqueue_is_told_to_send_again(self) -> None:
        nowhere = Settings(
            database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", secret_key="not-a-secret-of-anyone"
        )
        app = create_app(nowhere, Ports(attempts=FakeAttempts()))
        app.config["PROPAGATE_EXCEPTIONS"] = False
        form = {"xqueue_header": header_of(), "xqueue_body": success()}

        answers = [app.test_client().post(path, data=form) for path in (PATH, "/update_example_certificate")]

        assert [(answer.status_code, answer.is_json) for answer in answers] == [(503, True), (503, True)]


class TestGivenAProxyInFront:
    @pytest.fixture
    def behind_proxy(self, app: Flask, settings: Settings) -> Iterator[FlaskClient]:
        """An application over the same database that trusts one proxy."""
        trusting = create_app(
            Settings(database_url=settings.database_url, secret_key=settings.secret_key, proxies=1),
            Ports(attempts=FakeAttempts()),
        )
        trusting.config["PROPAGATE_EXCEPTIONS"] = False
        yield trusting.test_client()
        with trusting.app_context():
            db.engine.dispose()

    @pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8:ffff:ffff:ffff:ffff:203.113.113.113"])
    def test_the_address_that_it_names_is_kept(self, behind_proxy: FlaskClient, session: Session, address: str) -> None:
        answer = send(behind_proxy, success(), headers={"X-Forwarded-For": f"10.0.0.1, {address}"})

        assert answer.json == UNKNOWN
        assert session.scalars(select(CallbackInbox.address)).all() == [address]

    def test_one_that_is_no_address_is_no_failure(self, behind_proxy: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()

        answer = send(behind_proxy, success(), headers={"X-Forwarded-For": "x" * 100})

        assert answer.json == APPLIED


FORM_TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from([DEMO_COURSE, VERIFY, URL, "ada", "bob", KEY, "b" * 32, []]),
)
NAMES = ["username", "course_id", "download_uuid", "verify_uuid", "url", "error", "error_reason", "lms_key"]
OBJECTS = st.dictionaries(st.sampled_from(NAMES), WORDS)
HEADERS = st.one_of(
    FORM_TEXTS, OBJECTS.map(json.dumps), st.sampled_from([header_of(), header_of("b" * 32), header_of("")])
)
BODIES = st.one_of(
    FORM_TEXTS,
    OBJECTS.map(json.dumps),
    OBJECTS.map(lambda drawn: json.dumps({**json.loads(success()), **drawn})),
    OBJECTS.map(lambda drawn: json.dumps({**json.loads(failure()), **drawn})),
)


class TestGivenAnythingAtAll:
    @settings(
        max_examples=120,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(header=HEADERS, body=BODIES)
    def test_it_is_never_a_failure_and_never_touches_a_row_with_another_key(
        self, app: Flask, session: Session, header: str, body: str
    ) -> None:
        session.commit()
        for username, key in (("ada", KEY), ("bob", "b" * 32), ("eve", "")):
            if session.scalar(select(GeneratedCertificate.id).where(GeneratedCertificate.key == key)) is None:
                make_certificate(session, username, key=key)
        session.commit()
        rows = {row.key: row.id for row in session.scalars(select(GeneratedCertificate))}
        before = {key: columns_of(session, number) for key, number in rows.items()}
        app.extensions["overflow"].__init__()

        answer = app.test_client().post(PATH, data={"xqueue_header": header, "xqueue_body": body})

        assert answer.status_code in (200, 400)
        try:
            sent = json.loads(header)["lms_key"]
        except (ValueError, KeyError, TypeError):
            sent = None
        touched = {own for own, number in rows.items() if columns_of(session, number) != before[own]}
        assert touched <= {sent} - {""}

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.binary(max_size=200), content_type=st.sampled_from(["application/x-www-form-urlencoded", "text/x"]))
    def test_no_bytes_are_a_failure(self, app: Flask, data: bytes, content_type: str) -> None:
        app.extensions["overflow"].__init__()

        answer = app.test_client().post(PATH, data=data, content_type=content_type)

        assert answer.status_code in (200, 400)


def fill(session: Session, unmatched: int, address: str = "127.0.0.1") -> None:
    """Pretend that an address has sent so many unmatched deliveries in this hour and the next."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    for later in (0, 1):
        session.add(CallbackCount(address=address, hour=hour + timedelta(hours=later), unmatched=unmatched))
    session.commit()


class TestGivenAnAddressThatSendsTooMuch:
    def test_the_thousandth_of_an_hour_is_kept_and_the_next_counted_only(
        self, client: FlaskClient, session: Session
    ) -> None:
        fill(session, UNMATCHED_AN_HOUR - 1)

        answers = [send(client, success(), "a" * 32) for _ in range(4)]

        assert [answer.json for answer in answers] == [UNKNOWN] * 4
        assert outcomes(session) == [Outcome.UNKNOWN_KEY]
        assert session.scalar(select(func.max(CallbackCount.unmatched))) == UNMATCHED_AN_HOUR + 2

    def test_what_matches_is_kept_and_applied_all_the_same(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session)
        fill(session, UNMATCHED_AN_HOUR)
        send(client, success(), "a" * 32)

        answers = [send(client, body).json for body in (success(), success(), "{}")]

        assert answers[:2] == [APPLIED, WRONG_STATUS]
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE
        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE, Outcome.INVALID_BODY]
        assert session.scalar(select(func.max(CallbackCount.unmatched))) == UNMATCHED_AN_HOUR + 1

    def test_every_unmatched_answer_stays_what_it_was(self, client: FlaskClient, session: Session) -> None:
        fill(session, UNMATCHED_AN_HOUR)
        send(client, success(), "a" * 32)

        answers = [send(client, "{", "a" * 32), send(client, success(), None), client.post(PATH, data=b"\xff")]

        assert [answer.status_code for answer in answers] == [200, 400, 400]
        assert count(session, CallbackInbox) == 0

    def test_another_address_has_a_share_of_its_own(self, client: FlaskClient, session: Session) -> None:
        fill(session, UNMATCHED_AN_HOUR)
        send(client, success(), "a" * 32)

        send(client, success(), "a" * 32, environ_base={"REMOTE_ADDR": "::1"})

        assert session.scalars(select(CallbackInbox.address)).all() == ["::1"]

    def test_matched_deliveries_are_not_counted(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()

        send(client, success())
        send(client, success())

        assert count(session, CallbackCount) == 0


class TestGivenTheCountsOfOneProcess:
    def test_nobody_is_full_at_first(self) -> None:
        counts = OverflowCounts()

        full = counts.full("a", NOON)

        assert full is False
        assert counts.due(NOON) == {}

    def test_an_address_is_full_until_the_hour_ends(self) -> None:
        counts = OverflowCounts()
        counts.mark_full("a", NOON)

        full = [counts.full("a", NOON + timedelta(minutes=minutes)) for minutes in (0, 59, 60)]

        assert full == [True, True, False]
        assert not counts.full("b", NOON)

    def test_what_was_counted_is_told_once(self) -> None:
        counts = OverflowCounts()
        counts.mark_full("a", NOON)
        for _ in range(3):
            counts.count("a", NOON)

        told = [counts.due(NOON), counts.due(NOON + timedelta(seconds=10))]

        assert told == [{("a", NOON): 3}, {}]
        assert counts.full("a", NOON)

    def test_it_is_told_every_ten_seconds_at_most(self) -> None:
        counts = OverflowCounts()
        told = []
        for seconds in range(0, 25, 5):
            counts.count("a", NOON)

            told.append(sum(counts.due(NOON + timedelta(seconds=seconds)).values()))

        assert told == [1, 0, 2, 0, 2]

    def test_marking_again_forgets_nothing(self) -> None:
        counts = OverflowCounts()
        counts.count("a", NOON)

        counts.mark_full("a", NOON)

        assert counts.due(NOON) == {("a", NOON): 1}

    def test_the_hour_before_is_told_and_then_forgotten(self) -> None:
        counts = OverflowCounts()
        counts.count("a", NOON)

        told = counts.due(NOON + timedelta(hours=1))

        assert told == {("a", NOON): 1}
        assert not counts.full("a", NOON)


def keep_delivery(session: Session, verdict: Verdict, at: datetime, body: str = "{}") -> int:
    """Keep one delivery and give its number."""
    inbox.keep_alone(session, Delivery(Endpoint.CERTIFICATE, header_of(), body, "127.0.0.1", "r"), verdict, now=at)
    return session.scalars(select(func.max(CallbackInbox.id))).one()


class TestGivenOldDeliveries:
    @pytest.mark.parametrize(
        ("matched", "status", "received_days_ago", "modified_days_ago", "gone"),
        [
            (False, None, 6.9, None, False),
            (False, None, 7.1, None, True),
            (False, Status.GENERATING, 7.1, 40, True),
            (True, None, 29.9, None, False),
            (True, None, 30.1, None, True),
            (True, Status.DOWNLOADABLE, 30.1, 30.1, True),
            (True, Status.DOWNLOADABLE, 29.9, 40, False),
            (True, Status.DOWNLOADABLE, 90, 29.9, False),
            (True, Status.ERROR, 31, 31, True),
            (True, Status.DELETED, 31, 31, True),
            (True, Status.UNAVAILABLE, 31, 31, True),
            (True, Status.GENERATING, 400, 400, False),
            (True, Status.REGENERATING, 400, 400, False),
            (True, Status.DELETING, 400, 400, False),
        ],
    )
    def test_each_is_kept_as_long_as_decided(
        self,
        session: Session,
        matched: bool,
        status: Status | None,
        received_days_ago: float,
        modified_days_ago: float | None,
        gone: bool,
    ) -> None:
        certificate_id = None
        if status is not None:
            modified_at = NOON - timedelta(days=modified_days_ago or 0)
            certificate_id = make_certificate(session, status=status, at=modified_at).id
        outcome = Outcome.APPLIED if matched else Outcome.UNKNOWN_KEY
        verdict = Verdict(outcome, certificate_id=certificate_id, matched=matched)
        keep_delivery(session, verdict, NOON - timedelta(days=received_days_ago))

        number = inbox.purge(session, now=NOON, days=30, unmatched_days=7)

        assert number == gone
        assert session.scalar(select(func.count()).select_from(CallbackInbox)) == (not gone)

    def test_a_run_deletes_so_many_at_most(self, session: Session) -> None:
        for _ in range(5):
            keep_delivery(session, Verdict(Outcome.UNREADABLE), NOON - timedelta(days=8))

        numbers = [inbox.purge(session, now=NOON, days=30, unmatched_days=7, at_most=2) for _ in range(4)]

        assert numbers == [2, 2, 1, 0]

    def test_old_counts_go_too(self, session: Session) -> None:
        for days in (6, 8):
            session.add(CallbackCount(address="a", hour=NOON - timedelta(days=days), unmatched=5))
        session.flush()

        inbox.purge(session, now=NOON, days=30, unmatched_days=7)

        assert session.scalars(select(CallbackCount.hour)).all() == [NOON - timedelta(days=6)]

    def test_certificate_transitions_and_audit_stay(self, client: FlaskClient, session: Session) -> None:
        certificate = make_certificate(session)
        session.commit()
        send(client, success())

        number = inbox.purge(session, now=clock.now() + timedelta(days=31), days=30, unmatched_days=7)

        session.commit()
        assert number == 1
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE
        assert (count(session, CertificateTransition), count(session, AuditEvent)) == (1, 1)


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
        assert audit.details_of(last) == {"before": {"closed_by": "sam", "note": "not ours"}}

    def test_reopening_an_open_one_is_nothing(self, session: Session) -> None:
        number = self.refuse(session)

        inbox.reopen(session, SAM, number, now=NOON)

        assert count(session, AuditEvent) == 0

    @pytest.mark.parametrize("act", ["close", "reopen", "apply_again"])
    def test_one_that_is_gone_is_unknown(self, session: Session, act: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "close": lambda: inbox.close(session, SAM, 4_711, note="x", now=NOON),
            "reopen": lambda: inbox.reopen(session, SAM, 4_711, now=NOON),
            "apply_again": lambda: retries.apply_again(session, SAM, 4_711, now=NOON, new_uuid=clock.new_uuid),
        }

        with pytest.raises(UnknownDelivery):
            acts[act]()

    def test_applied_again_it_settles_its_certificate(self, session: Session) -> None:
        number = self.refuse(session)
        certificate = make_certificate(session)
        session.commit()

        verdict = retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)

        session.commit()
        assert verdict.outcome is Outcome.APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE
        row = session.get_one(CallbackInbox, number, populate_existing=True)
        assert (row.outcome, row.tries, row.matched, row.certificate_id) == (Outcome.APPLIED, 2, True, certificate.id)
        assert (row.content, row.username, row.course_id) == ("", "ada", DEMO_COURSE)
        move = session.scalars(select(CertificateTransition)).one()
        assert (move.actor_name, move.request_id) == ("sam", "r-1")
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.actor_name, event.key) == ("certificate.answered", "sam", str(certificate.id))
        assert audit.details_of(event) == {"outcome": "applied", "delivery": number, "failed": False}
        assert count(session, CallbackInbox) == 1

    def test_applied_again_in_vain_it_says_so(self, session: Session) -> None:
        number = self.refuse(session)

        verdict = retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)

        session.commit()
        assert verdict.outcome is Outcome.UNKNOWN_KEY
        row = session.get_one(CallbackInbox, number, populate_existing=True)
        assert (row.outcome, row.tries, row.content) == (Outcome.UNKNOWN_KEY, 2, "unable to lookup key")
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.kind, event.key) == ("delivery.tried_again", "delivery", str(number))

    def test_an_applied_one_is_not_applied_again(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session)
        session.commit()
        send(client, success())
        number = session.scalars(select(CallbackInbox.id)).one()

        with pytest.raises(NotApplicable, match="taken already"):
            retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)

    def test_a_closed_one_is_reopened_first(self, session: Session) -> None:
        number = self.refuse(session)
        inbox.close(session, SAM, number, note="x", now=NOON)

        with pytest.raises(NotApplicable, match="reopen it first"):
            retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)

    def test_one_that_was_cut_is_not_applied(self, session: Session) -> None:
        number = self.refuse(session, body=success(extra="x" * 70_000))

        with pytest.raises(NotApplicable, match="too long"):
            retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)

    def test_one_that_was_no_form_stays_unreadable(self, client: FlaskClient, session: Session) -> None:
        client.post(PATH, data=b"nonsense", content_type="text/plain")
        number = session.scalars(select(CallbackInbox.id)).one()

        verdict = retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)

        assert verdict.outcome is Outcome.UNREADABLE

    def test_the_repetition_of_one_that_staff_applied_is_harmless(self, client: FlaskClient, session: Session) -> None:
        send(client, success())
        make_certificate(session)
        session.commit()
        number = session.scalars(select(CallbackInbox.id)).one()
        retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)
        session.commit()

        answer = send(client, success())

        assert answer.json == WRONG_STATUS
        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    def test_an_example_is_applied_again_too(self, client: FlaskClient, session: Session) -> None:
        form = {
            "xqueue_header": header_of("d0cf2ddd4c49c996b1bf75143bffc831"),
            "xqueue_body": json.dumps({"username": "7f735467656749e6aac57136b8be0af5", "url": URL}),
        }
        client.post("/update_example_certificate", data=form)
        example = make_example(session)
        session.commit()
        number = session.scalars(select(CallbackInbox.id)).one()

        verdict = retries.apply_again(session, SAM, number, now=NOON, new_uuid=clock.new_uuid)

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


class TestGivenTheTables:
    def test_an_answer_writes_no_others(self, client: FlaskClient, session: Session) -> None:
        make_account(session)
        make_certificate(session)
        session.commit()
        names = inspect(session.connection()).get_table_names()
        before = {name: session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}  # noqa: S608 - our own tables
        session.commit()

        send(client, success())

        after = {name: session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}  # noqa: S608 - our own tables
        grown = {name for name in names if after[name] != before[name]}
        assert grown == {"audit_event", "callback_inbox", "certificate_transition"}
