"""Does every operation keep the word that the served document gives for it, whoever asks and whatever is sent?

`CONTRACT_EXAMPLES=200 pytest tests/integration/api/test_contract.py` asks longer than every commit can afford to.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.governance import make_change
from tests.factories.programs import program_of, script_of
from webapp import clock
from webapp.domain.roles import Role, Scope

pytestmark = [pytest.mark.any_database, pytest.mark.long]

ASKED = int(os.environ.get("CONTRACT_EXAMPLES", "0"))
"""How often each operation is asked by whoever may do most; 0 is as often as every commit can afford."""
LINE_BY_LINE = {"POST /api/v1/records"}
"""Takes what is good, and tells of each record that is not: 200, whatever they are."""
Operation: TypeAlias = "APIOperation[Any, Any, Any, Any]"
AnyCase: TypeAlias = "Case[Any]"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PLAIN = {"Accept-Encoding": "identity"}
"""Schemathesis reads what is not compressed."""
EVERY_ROLE = [role for role in Role if role is not Role.AUDITOR]
"""All that one account can hold together."""
THERE = {
    "change_id": 1,
    "number": 1,
    "kind": "crawlers",
    "key": "-",
    "username": "ada",
    "course_id": HTML,
}
"""Parameter of a path -> what is there; of others, the document's types alone say what is asked for."""
Who = Mapping[str, str]
"""The headers by which somebody is known."""


def by_session(app: Flask, session: Session, name: str, *roles: Role) -> Who:
    account = make_account(session, name, *roles)
    session.commit()
    script = script_of(app, account)
    cookie = script.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return {"Cookie": f"{cookie.key}={cookie.value}", **script.headers, **PLAIN}


@pytest.fixture
def mighty(app: Flask, session: Session) -> list[Who]:
    """Whoever may do most: a program, and a script of a page, which may decide."""
    token = program_of(app, session, make_account(session, "mia", *EVERY_ROLE)).headers
    return [by_session(app, session, "max", *EVERY_ROLE), {**token, **PLAIN}]


@pytest.fixture
def everybody(app: Flask, session: Session, mighty: list[Who]) -> list[Who]:
    """Nobody, somebody without a role, one of each role, and a token of each scope; then whoever may do most."""
    roles = [by_session(app, session, role.value, role) for role in Role]
    owner = make_account(session, "ole", *EVERY_ROLE)
    scopes = [{**program_of(app, session, owner, [scope]).headers, **PLAIN} for scope in Scope]
    return [PLAIN, by_session(app, session, "nora"), *roles, *scopes, *mighty]


@pytest.fixture
def operations(app: Flask, session: Session) -> list[Operation]:
    """Every operation of the document, over a desk in which there is one of each thing."""
    make_run(session, HTML)
    make_candidate(session, course_id=HTML)
    make_certificate(session, "ada", DEMO_COURSE, key="")
    make_change(session, make_account(session, "eva", Role.EDITOR), now=clock.now())
    session.commit()
    return [*_operations(app)]


def _operations(app: Flask) -> Iterator[Operation]:
    config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}}})
    for found in schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config).get_all_operations():
        assert isinstance(found, Ok), "the document can be read"
        yield found.ok()


def ask(operation: Operation, whoever: Sequence[Who], mode: GenerationMode, often: int, *more: CheckFunction) -> None:
    """Send generated requests of one operation, half of them about what is there, and hold each answer to the document."""
    there = {one.name: THERE[one.name] for one in operation.path_parameters if one.name in THERE}
    about = operation.as_strategy(mode, path_parameters=there) if there else operation.as_strategy(mode)

    @settings(
        max_examples=max(often, ASKED),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(about | operation.as_strategy(mode))
    def send(case: AnyCase) -> None:
        for who in whoever:
            case.call_and_validate(headers=dict(who), checks=[*CHECKS, *more])

    send()


class TestGivenTheDocument:
    def test_what_anybody_is_answered_stands_in_it(
        self, operations: list[Operation], everybody: list[Who], subtests: pytest.Subtests
    ) -> None:
        for operation in operations:
            with subtests.test(operation.label):
                ask(operation, everybody, GenerationMode.POSITIVE, 2)

    def test_who_may_do_most_is_answered_as_it_says(
        self, operations: list[Operation], mighty: list[Who], subtests: pytest.Subtests
    ) -> None:
        for operation in operations:
            with subtests.test(operation.label):
                ask(operation, mighty, GenerationMode.POSITIVE, 5, ignored_auth)

    def test_what_it_does_not_allow_is_refused(
        self, operations: list[Operation], mighty: list[Who], subtests: pytest.Subtests
    ) -> None:
        for operation in operations:
            with subtests.test(operation.label), suppress(Unsatisfiable):  # where any request is allowed
                refused = [] if operation.label in LINE_BY_LINE else [negative_data_rejection]
                ask(operation, mighty, GenerationMode.NEGATIVE, 3, *refused)
