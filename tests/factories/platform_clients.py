"""The platform's own clients: a page that carries its cookies, and a program with a token in its header."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.platform_tokens import token_of
from tests.openapi import document_of
from webapp.web.errors import legacy

HEADER_PAYLOAD, SIGNATURE = "edx-jwt-cookie-header-payload", "edx-jwt-cookie-signature"
WRITES = ("POST", "PUT", "PATCH", "DELETE")


class FrontEnd:
    """A page of the platform, as its library sends requests: two cookies, a header, and a form token for each write."""

    def __init__(self, app: Flask, username: str | None = "ada", **claims: Any) -> None:
        """Begin with the cookies of somebody who has signed in at the platform, or of nobody."""
        self.app = app
        self.client = app.test_client()
        self.headers: dict[str, str] = {"USE-JWT-COOKIE": "true"}
        self.sends_token = True
        if username is not None:
            self.carry(token_of(username, **claims))

    def carry(self, token: str) -> None:
        """Carry another token in the cookies."""
        head, _, mark = token.rpartition(".")
        self.client.set_cookie(HEADER_PAYLOAD, head)
        self.client.set_cookie(SIGNATURE, mark)

    def ask(self, method: str, address: str, **sent: Any) -> TestResponse:
        """Send a request; the address goes out as it is, a raw plus among it."""
        headers = {**self.headers, **sent.pop("headers", {})}
        if method in WRITES and self.sends_token:
            token = self.client.get("/csrf/api/v1/token", headers=headers).get_json()["csrfToken"]
            headers["X-CSRFToken"] = token
        answer = self.client.open(address, method=method, headers=headers, **sent)
        if answer.status_code not in (404, 405) and legacy.PLACES.fullmatch(urlsplit(address).path):
            document_of(self.app).check(method, unquote(urlsplit(address).path), answer)
        return answer

    def get(self, address: str, **sent: Any) -> TestResponse:
        """Fetch."""
        return self.ask("GET", address, **sent)

    def post(self, address: str, said: Any = None, **sent: Any) -> TestResponse:
        """Send JSON, or nothing."""
        return self.ask("POST", address, json=said, **sent) if said is not None else self.ask("POST", address, **sent)

    def submit(self, address: str, form: Mapping[str, Any]) -> TestResponse:
        """Send a FormData, which is multipart."""
        return self.ask("POST", address, data=dict(form), content_type="multipart/form-data; boundary=----edge")

    def delete(self, address: str, said: Any) -> TestResponse:
        """Send a DELETE with a body, as axios does."""
        return self.ask("DELETE", address, json=said)


class Service(FrontEnd):
    """A program of the platform: a token in its header, no cookies, no form token."""

    def __init__(self, app: Flask, username: str = "worker", *, scheme: str = "JWT", **claims: Any) -> None:
        """Begin with a token of somebody."""
        super().__init__(app, None)
        self.headers = {"Authorization": f"{scheme} {token_of(username, **claims)}"}
        self.sends_token = False
