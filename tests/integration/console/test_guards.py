"""What guards a sign-in: the form's token, the cookie's marks, and logs that tell nothing?"""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.factories.accounts import PASSWORD
from tests.integration.console.pages import token_in
from tests.integration.console.sessions import open_sessions
from tests.visitors import Visitor
from webapp.models.accounts import Account

pytestmark = pytest.mark.any_database


class TestGivenAFormWithoutItsToken:
    def test_signing_in_is_400_and_begins_nothing(self, client: FlaskClient, sam: Account, session: Session) -> None:
        answer = client.post("/login", data={"username": "sam", "password": PASSWORD})

        assert answer.status_code == 400
        assert open_sessions(session) == 0

    def test_signing_out_is_400_and_ends_nothing(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)

        answer = visitor.client.post("/logout")

        assert answer.status_code == 400
        assert open_sessions(session) == 1

    def test_anothers_token_is_400(self, app: Flask, visitor: Visitor, sam: Account, session: Session) -> None:
        other = Visitor(app)
        other.sign_in("sam", PASSWORD)
        foreign = token_in(other.get("/"))
        visitor.get("/login")

        answer = visitor.client.post("/login", data={"username": "sam", "password": PASSWORD, "csrf_token": foreign})

        assert answer.status_code == 400
        assert open_sessions(session) == 1


class TestGivenThePublicAddress:
    def test_over_http_the_cookie_is_plain(self, visitor: Visitor, sam: Account) -> None:
        answer = visitor.sign_in("sam", PASSWORD)

        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("certdesk=")
        assert all(part in cookie for part in ("; HttpOnly", "; SameSite=Lax", "; Path=/"))
        assert "Secure" not in cookie
        assert "Strict-Transport-Security" not in answer.headers

    def test_over_https_the_cookie_is_bound_to_the_host(self, secure_app: Flask, sam: Account) -> None:
        client = secure_app.test_client()

        answer = client.get("/login", base_url="https://desk.test")

        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-certdesk=")
        assert all(part in cookie for part in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"))
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"

    def test_over_https_people_can_sign_in(self, secure_app: Flask, sam: Account) -> None:
        client = secure_app.test_client()
        page = client.get("/login", base_url="https://desk.test").text
        form = {"username": "sam", "password": PASSWORD, "csrf_token": token_in(page)}

        answer = client.post("/login", base_url="https://desk.test", data=form)

        assert answer.status_code == 302
        assert client.get("/", base_url="https://desk.test").status_code == 200


class TestGivenTheLogs:
    def test_no_password_and_no_name_stands_in_them(self, visitor: Visitor, sam: Account) -> None:
        with capture_logs() as lines:
            visitor.sign_in("sam", "hunter2hunter2")
            visitor.sign_in("sam", PASSWORD)
            visitor.post("/logout", of="/")

        written = json.dumps(lines, default=str)
        assert [line["event"] for line in lines] == ["account.sign_in_failed"]
        assert not [secret for secret in ("hunter2", PASSWORD, "sam") if secret in written]
