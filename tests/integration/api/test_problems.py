"""Is whatever is refused below /api/ a problem by RFC 9457, with a code?"""

from typing import Any, NoReturn

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.factories.governance import REASON
from tests.factories.programs import Program
from webapp.services.configs.current import Current

pytestmark = pytest.mark.any_database
ON = {"enabled": True}
WISH: dict[str, Any] = {"kind": "generation", "payload": ON, "reason": REASON}


def send(program: Program, content: bytes, mime: str = "application/json", path: str = "changes") -> TestResponse:
    return program.client.post(f"/api/v1/{path}", data=content, content_type=mime, headers=program.headers)


def nested(levels: int) -> bytes:
    return b'{"kind": "generation", "payload": ' + b"[" * levels + b"]" * levels + b"}"


class TestGivenSomethingThatCannotBeHad:
    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/api/v1/nothing", 404, "not_found"),
            ("GET", "/api/nothing", 404, "not_found"),
            ("GET", "/api/v1/changes/999", 404, "unknown_change"),
            ("GET", "/api/v1/changes/99999999999999999999", 404, "unknown_change"),
            ("PATCH", "/api/v1/changes/99999999999999999999", 428, "precondition_required"),
            ("GET", "/api/v1/configs/crawlers/-/versions/99999999999999999999", 404, "unknown_key"),
            ("GET", "/api/v1/configs/nothing/-", 404, "unknown_kind"),
            ("GET", "/api/v1/configs/crawlers/other", 404, "unknown_key"),
            ("GET", "/api/v1/configs/course/course-v1:a+b+c", 404, "unknown_key"),
            ("GET", "/api/v1/configs/course/%00", 404, "unknown_key"),
            ("GET", "/api/v1/configs/access/nobody", 404, "unknown_key"),
            ("DELETE", "/api/v1/changes", 405, "method_not_allowed"),
            ("POST", "/api/v1/configs", 405, "method_not_allowed"),
        ],
    )
    def test_the_problem_says_so(self, editor: Program, method: str, path: str, status: int, code: str) -> None:
        answer = editor.ask(method, path)

        said = answer.get_json(force=True)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert (said["status"], said["code"], said["type"]) == (status, code, f"urn:certdesk:problem:{code}")
        assert said["request_id"] == answer.headers["X-Request-ID"]
        assert said["title"]
        assert said["detail"]
        assert said["instance"].startswith("/api/")
        assert ("Allow" in answer.headers) == (status == 405)

    def test_a_page_that_is_none_stays_a_page(self, editor: Program) -> None:
        assert editor.get("/nothing").mimetype == "text/html"


class TestGivenABody:
    @pytest.mark.parametrize(
        ("content", "mime", "status", "code"),
        [
            (b"{}", "text/plain", 415, "unsupported_media_type"),
            (b"kind=generation", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
            (b"", "application/json", 400, "bad_json"),
            (b"{", "application/json", 400, "bad_json"),
            (b'{"kind": NaN}', "application/json", 400, "bad_json"),
            (b'{"kind": "\xff"}', "application/json", 400, "bad_json"),
            (b'{"kind": "\\ud800"}', "application/json", 400, "bad_json"),
            (nested(40), "application/json", 400, "too_deep"),
            (nested(100_000), "application/json", 400, "too_deep"),
            (b" " * 1_100_000, "application/json", 413, "too_large"),
            (b"[]", "application/json", 422, "invalid"),
        ],
        ids=["text", "form", "empty", "broken", "nan", "bytes", "surrogate", "deep", "deeper", "large", "list"],
    )
    def test_what_is_no_json_of_ours_is_refused(
        self, editor: Program, content: bytes, mime: str, status: int, code: str
    ) -> None:
        answer = send(editor, content, mime)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)

    def test_every_field_that_is_wrong_is_named(self, editor: Program) -> None:
        answer = editor.post("changes", {"key": 3, "reason": None, "surprise": 1, "apply_at": "2026-12-01T00:00:00"})

        said = answer.get_json(force=True)
        assert (answer.status_code, said["code"]) == (422, "invalid")
        assert [fault["field"] for fault in said["errors"]] == ["surprise", "kind", "key", "reason", "apply_at"]
        assert all(fault["reason"] for fault in said["errors"])

    @pytest.mark.parametrize(
        ("other", "status", "code", "field"),
        [
            ({"payload": {"enabled": "yes"}}, 422, "invalid", "enabled"),
            ({"payload": {**ON, "more": 1}}, 422, "invalid", "more"),
            ({"payload": {"enabled": False}}, 422, "unchanged", "payload"),
            ({"reason": "short"}, 422, "reason_missing", "reason"),
            ({"apply_at": "2020-01-01T00:00:00Z"}, 422, "bad_moment", "apply_at"),
            ({"title": "x" * 201}, 422, "invalid", "title"),
            ({"ask": "nobody"}, 422, "invalid", "ask"),
            ({"key": "other"}, 422, "invalid", "key"),
            ({"action": "explode"}, 422, "invalid", "action"),
            ({"kind": "weather"}, 404, "unknown_kind", None),
            ({"base_version": 7}, 409, "stale_base", None),
        ],
    )
    def test_what_the_services_refuse_has_a_code_and_a_field(
        self, editor: Program, other: dict[str, Any], status: int, code: str, field: str | None
    ) -> None:
        answer = editor.post("changes", {**WISH, **other})

        said = answer.get_json(force=True)
        assert (answer.status_code, said["code"]) == (status, code)
        assert [fault["field"] for fault in said.get("errors", [])] == ([field] if field else [])

    def test_an_open_request_is_linked(self, editor: Program) -> None:
        first = editor.post("changes", WISH).headers["Location"]

        answer = editor.post("changes", WISH)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "open_request")
        assert answer.get_json(force=True)["change"] == first
        assert answer.headers["Link"] == f'<{first}>; rel="related"'


class TestGivenAFailureOfOurs:
    @pytest.mark.parametrize(
        ("failure", "status", "code"),
        [
            (ZeroDivisionError("secret"), 500, "failed"),
            (OperationalError("secret", {}, Exception()), 503, "unavailable"),
        ],
    )
    def test_the_problem_keeps_it_to_itself(self, app: Flask, failure: Exception, status: int, code: str) -> None:
        def fail() -> NoReturn:
            raise failure

        known, app.extensions["current"] = app.extensions["current"], Current(fail)
        answer = Program(app, {}).get("crawlers/check?user_agent=x")
        app.extensions["current"] = known

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)
        assert "secret" not in answer.text
        assert ("Retry-After" in answer.headers) == (status == 503)
