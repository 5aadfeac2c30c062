"""Is what no program should send refused by every operation alike, with nothing changed and nothing given away?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.governance import make_change, make_wish
from tests.factories.programs import Program, make_token, program_of, script_of
from tests.fakes import NOON
from tests.openapi import document_of
from webapp import clock
from webapp.domain.roles import Role, Scope
from webapp.models.accounts import ApiToken
from webapp.models.base import db

pytestmark = pytest.mark.any_database

EVERY_ROLE = [role for role in Role if role is not Role.AUDITOR]
THERE = {"change_id": 1, "number": 1, "kind": "crawlers", "key": "-", "username": "ada", "course_id": HTML}
MISSING = {
    "change_id": 999_999,
    "number": 999_999,
    "kind": "weather",
    "key": "nothing",
    "username": "nobody",
    "course_id": "course-v1:no+such+run",
}
JUDGED_LATER = ("propose_change", "replace_config")
"""Take any JSON as a payload, for the kind's own rules to judge once the rest can be read."""
TEN_MEGABYTES = b'"' + b"x" * 10_000_000 + b'"'


@dataclass(frozen=True)
class Operation:
    """What the document says of one operation."""

    name: str
    method: str
    path: str
    told: dict[str, Any]
    body: dict[str, Any] | None

    def address(self, values: dict[str, Any]) -> str:
        """Give its address, with these values and 1 for what is not among them."""
        path = self.path
        for one in self.told["parameters"]:
            if one["in"] == "path":
                path = path.replace(f"{{{one['name']}}}", quote(str(values.get(one["name"], 1)), safe=""))
        return path


def operations(app: Flask) -> Iterator[Operation]:
    """Every operation of our own interface, with the schema of its JSON body; a body of many records has none."""
    said = document_of(app).said
    for path, methods in said["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {}).get("application/json")
            schema = content["schema"] if content and "$ref" in content["schema"] else None
            while schema and "properties" not in schema:  # of what is another for each kind the first
                name = (schema["oneOf"][0] if "oneOf" in schema else schema)["$ref"].rpartition("/")[2]
                schema = said["components"]["schemas"][name]
            if path.startswith("/api/v1/"):
                yield Operation(told["operationId"], method.upper(), path, told, schema)


def code_of(answer: TestResponse) -> tuple[int, str]:
    """Give the status and the code of an answer."""
    said = answer.get_json(force=True) if answer.mimetype == "application/problem+json" else {}
    return answer.status_code, said.get("code", "")


def blurred(answer: TestResponse) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Give what an answer tells, but for what was asked and the number of the request."""
    said = {**answer.get_json(force=True), "instance": "", "request_id": ""}
    return answer.status_code, said, {**answer.headers, "X-Request-ID": "", "Content-Length": ""}


@pytest.fixture(autouse=True)
def _desk(session: Session) -> None:
    """One of each thing, and two changes."""
    make_run(session, HTML)
    make_candidate(session, course_id=HTML)
    make_certificate(session, "ada", DEMO_COURSE, key="")
    editor = make_account(session, "eva", Role.EDITOR)
    make_change(session, editor, now=clock.now())
    make_change(session, editor, make_wish("generation", payload={"enabled": True}), now=clock.now())
    session.commit()


@pytest.fixture
def mighty(app: Flask, session: Session) -> Program:
    """A program that may ask for everything that programs may ask for."""
    return program_of(app, session, make_account(session, "mia", *EVERY_ROLE))


def counts(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    session.rollback()
    names = sorted(db.metadata.tables)
    return {name: session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}  # noqa: S608


class TestGivenABody:
    @pytest.mark.parametrize(
        ("content", "mime", "status", "code"),
        [
            (b"{", "application/json", 400, "bad_json"),
            (b"\xff\xfe", "application/json", 400, "bad_json"),
            (b"[" * 40 + b"]" * 40, "application/json", 400, "too_deep"),
            (b"{}", "text/plain", 415, "unsupported_media_type"),
            (b"<a/>", "application/xml", 415, "unsupported_media_type"),
            (b"a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
            (TEN_MEGABYTES, "application/json", 413, "too_large"),
            (b"[]", "application/json", 422, "invalid"),
            (b'"text"', "application/json", 422, "invalid"),
            (b"null", "application/json", 422, "invalid"),
            (b'{"surprise": 1}', "application/json", 422, "invalid"),
        ],
        ids=["broken", "bytes", "deep", "text", "xml", "form", "10 MB", "list", "string", "null", "unknown field"],
    )
    def test_every_operation_refuses_it_and_changes_nothing(
        self, app: Flask, session: Session, mighty: Program, content: bytes, mime: str, status: int, code: str
    ) -> None:
        before = counts(session)

        found = {
            one.name: code_of(
                mighty.client.open(
                    one.address(THERE),
                    method=one.method,
                    data=content,
                    content_type=mime,
                    headers={**mighty.headers, "If-Match": "*"},
                )
            )
            for one in operations(app)
            if one.body is not None
        }

        assert found == dict.fromkeys(found, (status, code))
        assert len(found) > 10
        assert counts(session) == before

    def test_every_field_of_another_type_is_named(self, app: Flask, mighty: Program) -> None:
        for one in operations(app):
            fields = (one.body or {}).get("properties", {})
            wrong: dict[str, Any] = {
                name: [[{}]]
                for name, schema in fields.items()
                if schema.get("type") != "array" and {"type", "$ref", "anyOf"} & set(schema)
            }
            if one.name in JUDGED_LATER:
                wrong.pop("payload", None)
            if not wrong:
                continue

            answer = mighty.client.open(
                one.address(THERE), method=one.method, json=wrong, headers={**mighty.headers, "If-Match": "*"}
            )

            assert code_of(answer) == (422, "invalid"), one.name
            named = {
                fault["field"].partition(".")[0].partition("[")[0] for fault in answer.get_json(force=True)["errors"]
            }
            assert set(wrong) <= named, one.name

    def test_what_takes_none_passes_over_it(self, app: Flask, mighty: Program) -> None:
        for one in operations(app):
            if one.method == "GET":
                bare, stuffed = (
                    mighty.client.get(one.address(THERE), data=content, headers=mighty.headers).status_code
                    for content in (None, b'{"limit": 1}')
                )
                assert stuffed == bare, one.name


class TestGivenACursor:
    def test_one_of_another_list_is_refused_by_every_list(self, app: Flask, mighty: Program) -> None:
        cursor = mighty.get("changes?limit=1").get_json()["next"]

        found = {one.name: code_of(mighty.get(f"{one.address(THERE)}?cursor={cursor}")) for one in lists(app)}

        assert found.pop("list_changes") == (200, "")
        assert found == dict.fromkeys(found, (400, "bad_cursor"))

    @pytest.mark.parametrize(("key", "answered"), [(None, (200, "")), ("another installation's", (400, "bad_cursor"))])
    def test_one_by_another_installations_key_is_refused(
        self, app: Flask, mighty: Program, key: str | None, answered: tuple[int, str]
    ) -> None:
        signer = URLSafeSerializer(key or app.config["SECRET_KEY"], salt=b"cursor api.list_changes {} {}")

        assert code_of(mighty.get(f"changes?cursor={signer.dumps([7])}")) == answered

    @pytest.mark.parametrize("cursor", ["", "x", "a.b", "%00", "%F0%9F%92%A9", "x" * 5_000, "WzFd.", "..", "null"])
    def test_nonsense_is_refused_by_every_list(self, app: Flask, mighty: Program, cursor: str) -> None:
        found = {one.name: code_of(mighty.get(f"{one.address(THERE)}?cursor={cursor}")) for one in lists(app)}

        assert {status for status, _ in found.values()} == {400}
        assert {code for _, code in found.values()} <= {"bad_cursor", "bad_filter"}


class TestGivenAName:
    def test_an_unknown_one_in_the_address_is_refused_by_every_operation(self, app: Flask, mighty: Program) -> None:
        found = {
            one.name: code_of(
                mighty.client.open(
                    f"{one.address(THERE)}?surprise=1", method=one.method, headers={**mighty.headers, "If-Match": "*"}
                )
            )
            for one in operations(app)
        }

        assert found == dict.fromkeys(found, (400, "bad_filter"))


class TestGivenATokenThatIsNoGood:
    @pytest.fixture(params=["expired", "revoked", "foreign", "of a disabled account", "cut"])
    def program(self, request: pytest.FixtureRequest, app: Flask, session: Session) -> Program:
        """A program whose token once was good, or never."""
        account = make_account(session, "mia", *EVERY_ROLE)
        token = make_token(session, account)
        kept = session.query(ApiToken).one()
        match request.param:
            case "expired":
                kept.expires_at = NOON - timedelta(days=3_650)
            case "revoked":
                kept.revoked_at = NOON
            case "of a disabled account":
                account.disabled_at = NOON
            case "foreign":
                token = "f" * len(token)
            case "cut":
                token = token[:-1]
        session.commit()
        return Program(app, {"Authorization": f"Bearer {token}"})

    def test_every_operation_is_shut_and_says_the_same_of_what_there_is_and_is_not(
        self, app: Flask, program: Program
    ) -> None:
        for one in operations(app):
            if one.told["security"]:
                there, missing = (
                    program.client.open(one.address(values), method=one.method, headers=program.headers)
                    for values in (THERE, MISSING)
                )
                assert code_of(there) == (401, "unauthenticated"), one.name
                assert 'error="invalid_token"' in there.headers["WWW-Authenticate"]
                assert blurred(there) == blurred(missing), one.name


class TestGivenSomebodyWhoMayNotKnow:
    @pytest.fixture(params=["nobody", "no role", "a learner's own account", "another scope"])
    def outsider(self, request: pytest.FixtureRequest, app: Flask, session: Session) -> Program:
        """Somebody to whom no learner may be told of."""
        match request.param:
            case "nobody":
                return Program(app, {})
            case "another scope":
                return program_of(app, session, make_account(session, "mia", *EVERY_ROLE), [Scope.RECORDS_WRITE])
            case "no role":
                account = make_account(session, "nora")
            case _:
                learner = make_candidate(session, "bob", course_id=DEMO_COURSE, external_id=8)
                account = make_account(session, "bob", learner_id=learner.id)
        session.commit()
        return script_of(app, account)

    def test_every_address_says_the_same_of_what_there_is_and_is_not(self, app: Flask, outsider: Program) -> None:
        for one in operations(app):
            if one.told["security"] and one.told["security"][0].get("token") != [Scope.RECORDS_WRITE]:
                there, missing = (
                    outsider.client.open(one.address(values), method=one.method, headers=outsider.headers)
                    for values in (THERE, MISSING)
                )
                assert there.status_code in (401, 403), one.name
                assert blurred(there) == blurred(missing), one.name

    @pytest.mark.parametrize("address", ["certificates", "milestones"])
    def test_every_list_says_the_same_of_a_learner_there_is_and_is_not(self, outsider: Program, address: str) -> None:
        there, missing = (outsider.get(f"{address}?username={name}") for name in ("ada", "nobody"))

        assert there.status_code in (401, 403)
        assert blurred(there) == blurred(missing)


def lists(app: Flask) -> list[Operation]:
    """Every operation that gives pages."""
    return [one for one in operations(app) if "cursor" in {each["name"] for each in one.told["parameters"]}]
