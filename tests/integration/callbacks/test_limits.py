"""How much is taken of one delivery, and of one address?"""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.factories.certificates import make_certificate
from tests.factories.deliveries import (
    APPLIED,
    UNKNOWN,
    WRONG_STATUS,
    columns_of,
    count,
    outcomes,
    send,
    store_certificate,
)
from tests.factories.queue_messages import PATH, failure, header_of, success
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.messages import CallbackCount, CallbackInbox
from webapp.services.messages.inbox import UNMATCHED_AN_HOUR


class TestGivenALargeDelivery:
    def test_64_kib_are_kept_whole(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session)
        padding = 64 * 1024 - len(success(extra=""))

        send(client, success(extra="x" * padding))

        row = session.scalars(select(CallbackInbox)).one()
        assert (len(row.body or ""), row.whole, row.outcome) == (64 * 1024, True, Outcome.APPLIED)

    def test_what_is_more_is_applied_and_kept_cut(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session)

        answer = send(client, success(extra="x" * 200_000))

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE
        row = session.scalars(select(CallbackInbox)).one()
        assert (len(row.body or ""), row.whole) == (64 * 1024, False)

    def test_the_repetition_of_one_that_was_cut_is_known(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session)

        for _ in range(2):
            send(client, failure(error_reason="x" * 200_000))

        assert outcomes(session) == [Outcome.APPLIED, Outcome.DUPLICATE]

    @pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
    def test_more_than_1_mib_is_not_taken(self, client: FlaskClient, session: Session, content_type: str) -> None:
        store_certificate(session)

        with capture_logs() as logs:
            answer = client.post(PATH, data=b"x" * (1024 * 1024 + 1), content_type=content_type)

        assert answer.status_code == 413
        assert answer.is_json
        assert [(entry["event"], entry["log_level"]) for entry in logs] == [("delivery.too_large", "warning")]
        assert "address" not in logs[0]
        assert count(session, CallbackInbox) == 0

    @pytest.mark.parametrize(
        ("length", "status"), [(500_000, 200), (1024 * 1024 - 1, 200), (1024 * 1024 + 1, 413), (3_000_000, 413)]
    )
    def test_a_length_that_was_not_told_is_the_same(
        self, client: FlaskClient, session: Session, length: int, status: int
    ) -> None:
        store_certificate(session)
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
        store_certificate(session)

        answer = send(client, "a\x00b")

        assert answer.status_code == 200
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.body, row.whole) == ("a\ufffdb", False)


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
        store_certificate(session)

        send(client, success())
        send(client, success())

        assert count(session, CallbackCount) == 0
