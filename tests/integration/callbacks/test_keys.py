"""Which certificate does a key open, and which stay shut?"""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.deliveries import UNKNOWN, columns_of, outcomes, send, store_certificate
from tests.factories.queue_messages import KEY, failure, success
from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.messages import CallbackInbox


class TestGivenAnAnswerWithAKey:
    @pytest.mark.parametrize("key", ["", "a" * 32, KEY.upper(), KEY[:31], f"{KEY}0", f"{KEY} ", "\x00", "é", "\ud800"])
    def test_any_other_than_the_rows_is_unknown(self, client: FlaskClient, session: Session, key: str) -> None:
        certificate = store_certificate(session)
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
        certificate = store_certificate(session, status=status, key="")
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
        store_certificate(session)

        answer = send(client, success(username=username))

        assert answer.json == UNKNOWN

    @pytest.mark.parametrize("status", sorted(HIDDEN))
    def test_a_hidden_certificate_is_not_even_named(
        self, client: FlaskClient, session: Session, status: Status
    ) -> None:
        certificate = store_certificate(session, status=status)

        answers = [send(client, body).json for body in (success(), failure())]
        send(client, "{}")

        assert answers == [UNKNOWN, UNKNOWN]
        assert columns_of(session, certificate.id)["status"] is status
        assert session.execute(select(CallbackInbox.certificate_id, CallbackInbox.matched).distinct()).all() == [
            (None, False)
        ]
