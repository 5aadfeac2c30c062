"""Is there anything that a program can send to which we have no answer?"""

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.programs import Program, program_of
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role

pytestmark = pytest.mark.any_database

KINDS = st.sampled_from([*Kind, "nothing", "", "\x00", "\ud800"])
KEYS = st.sampled_from(["-", "honor", "eva", "course-v1:a+b+c", "a/b/c"]) | st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
PAYLOADS = JSON | st.dictionaries(
    st.sampled_from(["enabled", "known_user_agents", "configuration", "icon", "mode", "roles", "use_updated"]), JSON
)
WISHES = JSON | st.fixed_dictionaries(
    {},
    optional={
        "kind": KINDS | JSON,
        "key": KEYS | JSON,
        "action": st.sampled_from(["set", "delete"]) | JSON,
        "payload": PAYLOADS,
        "title": JSON,
        "reason": st.just("Because hypothesis asks.") | JSON,
        "base_version": JSON,
        "apply_at": st.datetimes().map(lambda moment: f"{moment.isoformat()}+14:00") | JSON,
        "ask": JSON,
        "confirmed_warnings": JSON,
        "emergency": JSON,
        "typed_key": JSON,
    },
)
NAMES = ["limit", "cursor", "kind", "key", "q", "at", "enabled", "state", "mine", "from", "to", "actor", "user_agent"]
PATHS = ["configs", "configs/crawlers/-", "configs/crawlers/-/diff", "changes", "audit", "crawlers/check"]


@pytest.fixture
def mighty(app: Flask, session: Session) -> Program:
    """A program that may ask for everything that programs may ask for."""
    return program_of(app, session, make_account(session, "sam", Role.EDITOR, Role.ADMIN))


def send(program: Program, method: str, path: str, body: Any) -> int:  # noqa: ANN401 - any JSON
    headers = {**program.headers, "If-Match": "*"}
    answer = program.client.open(
        f"/api/v1/{path}", method=method, data=json.dumps(body), content_type="application/json", headers=headers
    )
    assert answer.status_code < 400 or answer.mimetype == "application/problem+json"
    return answer.status_code


class TestGivenAnything:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(WISHES)
    def test_a_wish_is_taken_or_refused(self, mighty: Program, wish: Any) -> None:  # noqa: ANN401 - any JSON
        assert send(mighty, "POST", "changes", wish) in (201, 400, 403, 404, 409, 422)
        assert send(mighty, "POST", "changes/preview", wish) in (200, 400, 404, 422)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(["PUT", "PATCH", "DELETE"]), st.sampled_from([*Kind]), KEYS, WISHES)
    def test_a_value_is_asked_for_or_refused(
        self,
        mighty: Program,
        method: str,
        kind: Kind,
        key: str,
        wish: Any,  # noqa: ANN401 - any JSON
    ) -> None:
        path = f"configs/{kind}/{key.encode('utf-8', 'replace').hex() if not key.isascii() else key}"
        assert send(mighty, method, path.replace("?", "").replace("#", ""), wish) < 500

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20), max_size=3))
    def test_a_list_is_given_or_refused(self, mighty: Program, path: str, filters: dict[str, str]) -> None:
        answer = mighty.client.get(f"/api/v1/{path}", query_string=filters, headers=mighty.headers)

        assert answer.status_code in (200, 400, 404)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=60))
    def test_bytes_are_refused(self, mighty: Program, content: bytes) -> None:
        answer = mighty.client.post(
            "/api/v1/changes", data=content, content_type="application/json", headers=mighty.headers
        )

        assert answer.status_code in (400, 422)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=40))
    def test_any_header_is_read_or_passed_over(self, mighty: Program, said: str) -> None:
        for name in ("If-Match", "If-None-Match", "Authorization", "X-Request-ID"):
            answer = mighty.client.put(
                "/api/v1/configs/crawlers/-", json={"payload": {}}, headers={**mighty.headers, name: said}
            )

            assert answer.status_code in (400, 401, 412, 422, 428)
