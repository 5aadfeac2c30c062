"""May pages of the origins on the list, and of no other, read what we answer?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers

from tests.factories.accounts import make_account
from tests.factories.programs import program_of
from tests.fakes import FakeAttempts
from webapp import create_app
from webapp.domain.roles import Role
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings

pytestmark = pytest.mark.any_database
OURS, FOREIGN = "https://support.example.org", "https://evil.example.org"
ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-csrftoken"}
SHARED = [
    "/api/v1/certificates",
    "/api/v1/no-such-thing",
    "/api/certificates/v0/certificates/ada",
    "/api/instructor/v2/courses/course-v1:a+b+c/certificates/issued",
    "/csrf/api/v1/token",
    "/certificates/search",
    "/certificates/regenerate",
    "/courses/course-v1:a+b+c/generate_user_cert",
]
OTHERS = ["/", "/login", "/admin/certificates/", "/certificates/" + "0" * 32, "/update_certificate", "/healthz"]


@pytest.fixture
def browser(app: Flask, settings: Settings) -> Iterator[FlaskClient]:
    """A browser before an application that shares with one origin, over the database of the other."""
    sharing = create_app(replace(settings, cors_origins=(OURS,)), Ports(attempts=FakeAttempts()))
    yield sharing.test_client()
    with sharing.app_context():
        db.engine.dispose()  # the file is another for the next test


def said_to(headers: Headers) -> dict[str, str]:
    """Give what an answer says to browsers."""
    return {name: value for name, value in headers.items() if name.startswith("Access-Control")}


class TestGivenAnOriginOnTheList:
    @pytest.mark.parametrize("path", SHARED)
    def test_its_browser_may_ask_and_read(self, browser: FlaskClient, path: str) -> None:
        beforehand = browser.options(path, headers={"Origin": OURS, **ASKED})
        answer = browser.get(path, headers={"Origin": OURS})

        assert beforehand.status_code == 204
        told = said_to(beforehand.headers)
        assert (told["Access-Control-Allow-Origin"], told["Access-Control-Allow-Credentials"]) == (OURS, "true")
        assert {"USE-JWT-COOKIE", "X-CSRFToken", "If-Match", "Idempotency-Key", "Authorization"} <= {
            *told["Access-Control-Allow-Headers"].split(", ")
        }
        seen = said_to(answer.headers)
        assert (seen["Access-Control-Allow-Origin"], seen["Access-Control-Allow-Credentials"]) == (OURS, "true")
        assert {"ETag", "Link", "Location", "Retry-After", "RateLimit", "Idempotent-Replayed", "WWW-Authenticate"} <= {
            *seen["Access-Control-Expose-Headers"].split(", ")
        }
        assert "Origin" in answer.headers["Vary"].split(", ")
        assert len(answer.headers.getlist("Vary")) == 1

    @pytest.mark.parametrize("path", OTHERS)
    def test_other_paths_say_nothing(self, browser: FlaskClient, path: str) -> None:
        answers = [
            browser.get(path, headers={"Origin": OURS}),
            browser.options(path, headers={"Origin": OURS, **ASKED}),
        ]

        assert [said_to(answer.headers) for answer in answers] == [{}, {}]

    def test_what_is_read_with_a_token_is_shared(self, app: Flask, browser: FlaskClient, session: Session) -> None:
        program = program_of(app, session, make_account(session, "vera", Role.VIEWER))

        answer = browser.get("/api/v1/certificates", headers={**program.headers, "Origin": OURS})
        again = browser.get(
            "/api/v1/certificates",
            headers={**program.headers, "Origin": OURS, "If-None-Match": answer.headers["ETag"]},
        )

        assert (answer.status_code, again.status_code) == (200, 304)
        assert said_to(again.headers)["Access-Control-Allow-Origin"] == OURS


class TestGivenAnyOtherOrigin:
    @pytest.mark.parametrize(
        "origin",
        [FOREIGN, "null", f"{OURS}.evil.example", f"{OURS}:8443", OURS.upper(), "http://support.example.org", ""],
    )
    def test_nothing_is_shared_but_caches_are_told(self, browser: FlaskClient, origin: str) -> None:
        beforehand = browser.options("/api/v1/certificates", headers={"Origin": origin, **ASKED})
        answer = browser.get("/csrf/api/v1/token", headers={"Origin": origin})

        assert [said_to(one.headers) for one in (beforehand, answer)] == [{}, {}]
        assert "Origin" in answer.headers["Vary"].split(", ")

    def test_without_a_list_nobody_is_spoken_with(self, client: FlaskClient) -> None:
        answer = client.get("/csrf/api/v1/token", headers={"Origin": OURS})

        assert said_to(answer.headers) == {}
