"""Do the headers of the ecosystem note §6 guard every kind of answer?"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.fakes import FakeAttempts
from webapp import create_app
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings

pytestmark = pytest.mark.any_database

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PAGE_POLICY = {
    "default-src": ["'none'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "frame-src": ["'self'"],
}

FRAMED_BY = {"certificate that is none": "'self'"}
"""Public certificates may be shown in a frame of our own pages."""

ASKED_ANEW = ("crawler or not", "document for programs")
"""Programs keep them by their ETag, and ask each time whether they still hold."""

ANSWERS: dict[str, tuple[Callable[[FlaskClient], TestResponse], int]] = {
    "page": (lambda client: client.get("/login"), 200),
    "redirect": (lambda client: client.get("/"), 302),
    "not there": (lambda client: client.get("/nothing"), 404),
    "not so": (lambda client: client.get("/admin/inbox/1/apply"), 405),
    "form without token": (lambda client: client.post("/login"), 400),
    "static file": (lambda client: client.get("/static/css/base.css"), 200),
    "static file that is none": (lambda client: client.get("/static/nothing.css"), 404),
    "static file by POST": (lambda client: client.post("/static/css/base.css"), 405),
    "static file beyond its end": (
        lambda client: client.get("/static/css/base.css", headers={"Range": "bytes=9999999-"}),
        416,
    ),
    "Flask-Admin's file that is none": (lambda client: client.get("/admin/static/nothing.js"), 404),
    "callback": (lambda client: client.post("/update_certificate", data={"xqueue_header": '{"lms_key": "k"}'}), 200),
    "unreadable callback": (lambda client: client.post("/update_certificate"), 400),
    "callback by GET": (lambda client: client.get("/update_certificate"), 405),
    "learner's request": (lambda client: client.post("/request_certificate"), 200),
    "foreign request": (
        lambda client: client.post("/request_certificate", headers={"Origin": "https://evil.test"}),
        403,
    ),
    "request by GET": (lambda client: client.get("/request_certificate"), 405),
    "example callback": (lambda client: client.post("/update_example_certificate"), 400),
    "certificate that is none": (lambda client: client.get("/certificates/" + "0" * 32), 404),
    "alive": (lambda client: client.get("/healthz"), 200),
    "ready": (lambda client: client.get("/readyz"), 200),
    "program without a token": (lambda client: client.get("/api/v1/configs"), 401),
    "what no program can ask": (lambda client: client.get("/api/v1/nothing"), 404),
    "crawler or not": (lambda client: client.get("/api/v1/crawlers/check?user_agent=x"), 200),
    "document for programs": (lambda client: client.get("/api/openapi.json"), 200),
    "document for their authors": (lambda client: client.get("/api/docs"), 200),
    "form token": (lambda client: client.get("/csrf/api/v1/token"), 200),
    "too large": (lambda client: client.post("/login", data={"password": "x" * 2_000_000}), 413),
    "no such method": (lambda client: client.open("/login", method="BREW"), 405),
}


@pytest.fixture(scope="module")
def shared_secure_app(settings: Settings) -> Flask:
    """The application as it is behind https."""
    return create_app(replace(settings, base_url="https://desk.test"), Ports(attempts=FakeAttempts()))


@pytest.fixture
def secure_app(app: Flask, shared_secure_app: Flask) -> Iterator[Flask]:
    """The application as it is behind https, over the same empty database."""
    secure = shared_secure_app
    secure.extensions["ports"] = app.extensions["ports"]
    yield secure
    with secure.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def failing_app(app: Flask, settings: Settings) -> Iterator[Flask]:
    """An application of its own with a view that has a bug, and one whose database has gone."""
    failing = create_app(settings, Ports(attempts=FakeAttempts()))
    failing.config["PROPAGATE_EXCEPTIONS"] = False
    for path, problem in (("/bug", ZeroDivisionError("secret detail")), ("/gone", _gone())):
        view = _raises(problem)
        view.guard = "public"  # type: ignore[attr-defined]  # as webapp.web.auth.public marks it
        failing.add_url_rule(path, path, view)
    yield failing
    with failing.app_context():
        db.session.remove()
        db.engine.dispose()


def _gone() -> OperationalError:
    return OperationalError("SELECT secret", {}, Exception("secret detail"))


def _raises(problem: Exception) -> Callable[[], str]:
    def view() -> str:
        raise problem

    return view


def policy_of(answer: TestResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def guarded(answer: TestResponse) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in EXPECTED}


class TestGivenEveryKindOfAnswer:
    @pytest.mark.parametrize("kind", ANSWERS)
    def test_it_carries_the_guards(self, client: FlaskClient, kind: str) -> None:
        ask, status = ANSWERS[kind]

        answer = ask(client)

        assert answer.status_code == status
        assert guarded(answer) == EXPECTED
        assert policy_of(answer)["frame-ancestors"] == [FRAMED_BY.get(kind, "'none'")]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Request-ID"]
        assert "Strict-Transport-Security" not in answer.headers

    @pytest.mark.parametrize("kind", ANSWERS)
    def test_behind_https_it_carries_hsts(self, secure_app: Flask, kind: str) -> None:
        ask, status = ANSWERS[kind]

        answer = ask(secure_app.test_client())

        assert answer.status_code == status
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"

    def test_no_cache_keeps_it_unless_it_is_a_file(self, client: FlaskClient) -> None:
        kinds = {kind: ask for kind, (ask, _) in ANSWERS.items() if kind != "static file"}

        kept = {kind: ask(client).headers.get("Cache-Control") for kind, ask in kinds.items()}

        assert kept == {**dict.fromkeys(kinds, "no-store"), **dict.fromkeys(ASKED_ANEW, "private, no-cache")}

    def test_a_file_is_kept_and_asked_for_anew(self, client: FlaskClient) -> None:
        first = client.get("/static/css/base.css")

        again = client.get("/static/css/base.css", headers={"If-None-Match": first.headers["ETag"]})

        assert (first.status_code, again.status_code) == (200, 304)
        assert "no-store" not in {first.headers["Cache-Control"], again.headers["Cache-Control"]}

    def test_it_does_not_tell_what_runs_here(self, client: FlaskClient) -> None:
        answers = [ask(client) for ask, _ in ANSWERS.values()]

        assert [answer.headers.get("X-Powered-By") for answer in answers] == [None] * len(answers)


class TestGivenAPage:
    def test_its_policy_lets_its_own_parts_run_and_nothing_else(self, client: FlaskClient) -> None:
        answer = client.get("/login")

        policy = policy_of(answer)
        nonce = policy["script-src"][0]
        assert {name: policy[name] for name in PAGE_POLICY} == PAGE_POLICY
        assert policy["script-src"] == policy["style-src"] == [nonce]
        assert nonce.startswith("'nonce-")
        assert f'nonce="{nonce[7:-1]}"' in answer.text

    def test_its_nonce_is_new_each_time(self, client: FlaskClient) -> None:
        policies = {client.get("/login").headers["Content-Security-Policy"] for _ in range(5)}

        assert len(policies) == 5


class TestGivenAFailureOfOurs:
    @pytest.mark.parametrize(("path", "status"), [("/bug", 500), ("/gone", 503)])
    def test_the_answer_is_guarded_and_gives_nothing_away(self, failing_app: Flask, path: str, status: int) -> None:
        answer = failing_app.test_client().get(path)

        assert answer.status_code == status
        assert guarded(answer) == EXPECTED
        assert "secret" not in answer.text
        assert answer.headers["X-Request-ID"] in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


class TestGivenARequestId:
    @pytest.mark.parametrize("offered", ["abc", "A.b_c-1", "x" * 128])
    def test_a_good_one_is_given_back(self, client: FlaskClient, offered: str) -> None:
        answer = client.get("/healthz", headers={"X-Request-ID": offered})

        assert answer.headers["X-Request-ID"] == offered

    @pytest.mark.parametrize("offered", ["", "x" * 129, "a b", "a/b", "é", "a;b", "<b>"])
    def test_a_bad_one_is_replaced(self, client: FlaskClient, offered: str) -> None:
        answer = client.get("/healthz", headers={"X-Request-ID": offered})

        assert answer.headers["X-Request-ID"] not in (offered, "")
        assert len(answer.headers["X-Request-ID"]) == 36


class TestGivenHealth:
    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    def test_it_answers_on_plain_http_whatever_the_base_url(self, secure_app: Flask, path: str) -> None:
        answer = secure_app.test_client().get(path, base_url="http://10.0.0.1:8000")

        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers

    def test_a_callback_sets_no_cookie(self, client: FlaskClient) -> None:
        answer = client.post("/update_certificate", data={"xqueue_header": '{"lms_key": "k"}', "xqueue_body": "{}"})

        assert "Set-Cookie" not in answer.headers
