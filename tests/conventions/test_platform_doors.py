"""Does every route of the platform's own clients ask for the right person and scope, and stand in the document?"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.accounts import make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.programs import Program, program_of, script_of
from tests.openapi import document_of
from webapp.domain.roles import Role, Scope
from webapp.web.auth import guard_of
from webapp.web.auth.guards import Door, PlatformGuard
from webapp.web.errors import legacy

pytestmark = pytest.mark.any_database

READS, WRITES, PROPOSES = Scope.CERTIFICATES_READ, Scope.CERTIFICATES_WRITE, Scope.CONFIGS_PROPOSE
GUARDS: dict[str, PlatformGuard] = {
    "search": PlatformGuard(Door.SUPPORT, READS),
    **dict.fromkeys(("generate", "regenerate"), PlatformGuard(Door.SUPPORT, WRITES)),
    **dict.fromkeys(("list_of_learner", "show_of_course"), PlatformGuard(Door.SIGNED_IN, READS)),
    **dict.fromkeys(
        ("list_issued", "show_config", "show_course", "list_history", "list_tasks"), PlatformGuard(Door.COURSE, READS)
    ),
    **dict.fromkeys(
        (
            "grant_exceptions",
            "import_exceptions",
            "remove_exception",
            "invalidate",
            "end_invalidation",
            "start_run",
        ),
        PlatformGuard(Door.COURSE, WRITES),
    ),
    "toggle_generation": PlatformGuard(Door.COURSE, PROPOSES),
}
OPEN = {"generate_user_cert", "not_fetched"}
SUPPORT = {name for name, guard in GUARDS.items() if guard.door is not Door.SIGNED_IN}
SAMPLES = {"course_id": DEMO_COURSE, "username": "ada"}


def routes(app: Flask) -> Iterator[tuple[str, Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("compat."):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint.removeprefix("compat."), rule, method


def address_of(rule: Rule) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda part: SAMPLES[part[1]], rule.rule)


def statuses(program: Program) -> dict[str, int]:
    """Ask for everything with an empty body."""
    return {
        name: program.client.open(
            address_of(rule), method=method, json=None if method == "GET" else {}, headers=program.headers
        ).status_code
        for name, rule, method in routes(program.app)
        if name not in OPEN
    }


class TestGivenEveryRoute:
    def test_its_guard_stands_in_the_table(self, app: Flask) -> None:
        with app.app_context():
            guards = {name: guard_of(rule.endpoint) for name, rule, _ in routes(app)}

        assert {name: guard for name, guard in guards.items() if name not in OPEN} == GUARDS
        assert {guards[name] for name in OPEN} == {"public"}

    def test_its_address_is_one_where_old_answers_are_given(self, app: Flask) -> None:
        odd = [rule.rule for _, rule, _ in routes(app) if not legacy.PLACES.fullmatch(address_of(rule))]

        assert odd == []

    def test_it_stands_in_the_document_under_its_own_tag(self, app: Flask) -> None:
        paths = document_of(app).said["paths"]
        told = {
            one["operationId"].removeprefix("platform_"): one
            for methods in paths.values()
            for one in methods.values()
            if one["tags"] == ["platform"]
        }

        assert set(told) == (set(GUARDS) | OPEN) - {"not_fetched"}
        assert {name: told[name]["x-permission"] for name in GUARDS} == {
            name: f"platform:{guard.door.value}" for name, guard in GUARDS.items()
        }

    @pytest.mark.parametrize("role", Role)
    def test_support_alone_of_all_roles_comes_in(self, app: Flask, session: Session, role: Role) -> None:
        make_certificate(session)
        account = make_account(session, "sam", role)
        session.commit()

        found = statuses(script_of(app, account))

        shut = {name for name, status in found.items() if status == 403}
        assert shut == (set() if role is Role.SUPPORT else SUPPORT)
        assert all(status < 500 for status in found.values())

    @pytest.mark.parametrize("scope", Scope)
    def test_a_token_comes_as_far_as_its_scope(self, app: Flask, session: Session, scope: Scope) -> None:
        make_certificate(session)
        program = program_of(app, session, make_account(session, "sam", Role.SUPPORT), [scope])

        found = statuses(program)

        shut = {name for name, status in found.items() if status == 403}
        assert shut == {name for name, guard in GUARDS.items() if guard.scope is not scope}

    def test_an_account_without_a_role_comes_nowhere(self, app: Flask, session: Session) -> None:
        make_certificate(session)
        account = make_account(session, "sam")
        session.commit()

        assert set(statuses(script_of(app, account)).values()) == {403}

    def test_nobody_comes_in_without_signing_in(self, app: Flask) -> None:
        found = statuses(Program(app, {}))

        assert found == {name: 403 if guard.door is Door.SUPPORT else 401 for name, guard in GUARDS.items()}
