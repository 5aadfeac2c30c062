"""Programs that talk to the API with a token, and scripts of a page that talk to it with a session."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD
from tests.fakes import NOON
from tests.openapi import document_of
from tests.visitors import Visitor
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.roles import Scope
from webapp.models.accounts import Account
from webapp.services import accounts

ALL_SCOPES = tuple(Scope)


class Program:
    """Asks with the same headers each time; every answer of a route that there is must be as the document says."""

    def __init__(self, app: Flask, headers: Mapping[str, str]) -> None:
        """Begin without cookies."""
        self.app = app
        self.client = app.test_client()
        self.headers = dict(headers)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send a request; `If_Match` gives the header If-Match."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        address = path if path.startswith("/") else f"/api/v1/{path}"
        answer = self.client.open(address, method=method, json=body, headers=sent)
        if address.startswith("/api/v1/") and answer.status_code not in (404, 405):
            document_of(self.app).check(method, unquote(urlsplit(address).path), answer)
        return answer

    def get(self, path: str, **headers: str) -> TestResponse:
        """Fetch."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send."""
        return self.ask("POST", path, body, **headers)

    def move(self, change_id: int, move: str, body: Any = None) -> TestResponse:
        """Look at a change, and do something with what was seen."""
        seen = self.get(f"changes/{change_id}").headers["ETag"]
        return self.post(f"changes/{change_id}/{move}", body, If_Match=seen)


def make_token(
    session: Session, account: Account, scopes: Iterable[Scope] = ALL_SCOPES, days: int | None = None
) -> str:
    """Give the text of a new token for an account."""
    token = accounts.create_token(
        session,
        Actor(MACHINE_NAME),
        account.username,
        name="tests",
        scopes=scopes,
        secret=f"secret-{account.username}-{'-'.join(sorted(scopes))}-{days}",
        now=NOON,
        days=days,
    )
    session.commit()
    return token


def program_of(app: Flask, session: Session, account: Account, scopes: Iterable[Scope] = ALL_SCOPES) -> Program:
    """Give a program that acts for an account."""
    return Program(app, {"Authorization": f"Bearer {make_token(session, account, scopes)}"})


def script_of(app: Flask, account: Account) -> Program:
    """Give a script of a page of somebody who has signed in, with the token that it needs for writing."""
    visitor = Visitor(app)
    visitor.sign_in(account.username, PASSWORD)
    script = Program(app, {})
    script.client = visitor.client
    script.headers["X-CSRFToken"] = script.get("/csrf/api/v1/token").get_json()["csrfToken"]
    return script
