"""Who may knock, in which way, and what does every answer carry?"""

import base64
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.deliveries import APPLIED, UNKNOWN, apply_again, columns_of, count, send, store_certificate
from tests.factories.queue_messages import EXAMPLE_PATH, KEY, PATH, header_of, success
from tests.fakes import FakeAttempts
from webapp import create_app
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.base import db
from webapp.models.messages import CallbackInbox
from webapp.ports import Ports
from webapp.settings import Settings


@pytest.mark.any_database
class TestGivenAnotherMethod:
    @pytest.mark.parametrize("path", [PATH, EXAMPLE_PATH])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_it_is_not_allowed(self, client: FlaskClient, session: Session, path: str, method: str) -> None:
        certificate = store_certificate(session)
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
        store_certificate(session)

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
        store_certificate(session)

        answer = send(client, success(), environ_overrides={"PATH_INFO": path})

        assert answer.status_code in (200, 404)


class TestGivenEveryAnswer:
    def test_it_sets_no_cookie_and_depends_on_none(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session)
        client.set_cookie("certdesk", "nonsense")

        answers = [
            send(client, success()),
            send(client, success()),
            send(client, success(), "a" * 32),
            send(client, "{"),
            client.post(PATH, data={"xqueue_body": "{}"}),
            client.post(PATH, data=b"x" * 1_100_000),
            client.get(PATH),
            client.post(EXAMPLE_PATH, data={}),
            client.post(EXAMPLE_PATH, data={"xqueue_header": "{}", "xqueue_body": "{}"}),
        ]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 400, 413, 405, 400, 404]
        for answer in answers:
            assert "Set-Cookie" not in answer.headers
            assert "Location" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert answer.headers["X-Request-ID"]

    @pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}])
    def test_it_asks_for_no_form_token(self, client: FlaskClient, session: Session, headers: dict[str, str]) -> None:
        store_certificate(session)

        answer = send(client, success(), headers=headers)

        assert answer.json == APPLIED


class TestGivenAPasswordThatWasAgreed:
    @pytest.fixture
    def guarded(self, app: Flask, settings: Settings) -> FlaskClient:
        """The same application, asking for a password."""
        agreed = Settings(
            database_url=settings.database_url, secret_key=settings.secret_key, callback_basic_auth="xqueue:pässword:x"
        )
        app.extensions["settings"] = agreed
        return app.test_client()

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
    @pytest.mark.parametrize("path", [PATH, EXAMPLE_PATH])
    def test_without_it_a_delivery_is_kept_and_refused(
        self, guarded: FlaskClient, session: Session, authorization: str | None, path: str
    ) -> None:
        certificate = store_certificate(session)
        headers = {} if authorization is None else {"Authorization": authorization}
        form = {"xqueue_header": header_of(), "xqueue_body": success()}

        answer = guarded.post(path, data=form, headers=headers)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert columns_of(session, certificate.id)["status"] is Status.GENERATING
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.outcome, row.matched, row.body) == (Outcome.UNAUTHORIZED, False, success())
        assert answer.json == {"error": row.content} == {"error": "user name and password are missing or wrong"}

    def test_with_it_the_answer_is_taken(self, guarded: FlaskClient, session: Session) -> None:
        store_certificate(session)
        sent = base64.b64encode("xqueue:pässword:x".encode()).decode()

        answer = send(guarded, success(), headers={"Authorization": f"Basic {sent}"})

        assert (answer.status_code, answer.json) == (200, APPLIED)

    def test_what_was_refused_for_want_of_it_can_be_applied_later(self, guarded: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session)
        send(guarded, success())
        delivery_id = session.scalars(select(CallbackInbox.id)).one()

        verdict = apply_again(session, delivery_id)

        session.commit()
        assert verdict.outcome is Outcome.APPLIED
        assert columns_of(session, certificate.id)["status"] is Status.DOWNLOADABLE

    def test_a_password_that_nobody_asked_for_is_ignored(self, client: FlaskClient, session: Session) -> None:
        store_certificate(session)

        answer = send(client, success(), headers={"Authorization": "Basic Og=="})

        assert answer.json == APPLIED


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
        store_certificate(session)

        answer = send(behind_proxy, success(), headers={"X-Forwarded-For": "x" * 100})

        assert answer.json == APPLIED
