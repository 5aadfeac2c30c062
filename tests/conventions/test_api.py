"""Does every route of the API ask for the right permission and scope, and stand in the document?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.accounts import make_account
from tests.factories.programs import Program, program_of, script_of
from webapp.domain.approval.states import Move
from webapp.domain.roles import PERMISSIONS, Permission, Role, Scope
from webapp.web.auth import ProgramGuard, guard_of

pytestmark = pytest.mark.any_database

READS = ProgramGuard(Permission.READ_DESK, Scope.CONFIGS_READ)
ACTS = ProgramGuard(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
"""Who may do it is the policy's affair, inside, so that each refusal leaves an event."""
PROPOSES = ProgramGuard(Permission.PROPOSE_CHANGES, Scope.CONFIGS_PROPOSE)
LOOKS = ProgramGuard(Permission.READ_DESK, Scope.CERTIFICATES_READ)
IMPORTS = ProgramGuard(Permission.WRITE_RECORDS, Scope.RECORDS_WRITE)
SUPPORTS = ProgramGuard(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
AUDITS = ProgramGuard(Permission.READ_AUDIT, Scope.AUDIT_READ)
EXPORTED = ("certificates", "allowlist", "invalidations", "milestones")
MOVES = {move: move.value.replace("-", "_") for move in Move if move is not Move.EDIT}
GUARDS: dict[str, ProgramGuard] = {
    **dict.fromkeys(("list_configs", "show_config", "list_versions", "show_version", "show_diff"), READS),
    **dict.fromkeys(("list_changes", "show_change", "show_freeze"), READS),
    **dict.fromkeys(("replace_config", "merge_config", "remove_config"), ACTS),
    **dict.fromkeys(("propose_change", "edit_change", "freeze", "thaw", *MOVES.values()), ACTS),
    **dict.fromkeys(("preview_change", "keep_image"), PROPOSES),
    **dict.fromkeys(("list_certificates", "show_certificate", "show_timeline", "list_milestones"), LOOKS),
    **dict.fromkeys(("explain", "explain_by_query"), LOOKS),
    **dict.fromkeys(("list_runs", "show_run", "export_results", "show_examples"), LOOKS),
    **dict.fromkeys(("start_run", "pause_run", "resume_run", "cancel_run", "make_examples"), SUPPORTS),
    "take_records": IMPORTS,
    **dict.fromkeys(("list_allowlist", "show_allowlisted", "list_invalidations", "show_invalidation"), LOOKS),
    **dict.fromkeys(
        ("allow", "disallow", "invalidate", "end_invalidation", "import_allowlist", "import_invalidations"), SUPPORTS
    ),
    **dict.fromkeys(("generate", "regenerate", "delete"), SUPPORTS),
    **{f"export_{name}_{form}": LOOKS for name in EXPORTED for form in ("csv", "jsonl")},
    **{f"export_{name}_{form}": READS for name in ("changes", "configs") for form in ("csv", "jsonl")},
    **dict.fromkeys(("list_events", "export_csv", "export_jsonl", "verify"), AUDITS),
}
OPEN = {"check_crawler"}
SAMPLES = {
    "change_id": "999999",
    "kind": "crawlers",
    "key": "-",
    "number": "1",
    "run_id": "999999",
    "username": "nobody",
    "course_id": "none",
}
NAMES = sorted(GUARDS)
EVERY_ROLE = [role for role in Role if role is not Role.AUDITOR]
"""All that one account can hold together; admin reads the audit as well."""

BY_PEOPLE = {"approve", "resume", "reject", "acknowledge", "emergency", "freeze", "thaw"}
"""What no token may do (approvals note §3.2): operations that say so."""


def routes(app: Flask) -> Iterator[tuple[str, Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint.removeprefix("api."), rule, method


def statuses(program: Program) -> dict[str, tuple[int, str]]:
    """Ask for everything with an empty body, and give the status and the code of each answer."""
    found = {}
    for name, rule, method in routes(program.app):
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda part: SAMPLES[part[1]], rule.rule)
        answer = program.client.open(path, method=method, json=None if method == "GET" else {}, headers=program.headers)
        said: Any = answer.get_json(force=True) if answer.mimetype == "application/problem+json" else {}
        found[name] = (answer.status_code, said.get("code", ""))
    return found


class TestGivenEveryRoute:
    def test_its_guard_stands_in_the_table(self, app: Flask) -> None:
        with app.app_context():
            guards = {name: guard_of(rule.endpoint) for name, rule, _ in routes(app)}

        assert {name: guard for name, guard in guards.items() if name not in OPEN} == GUARDS
        assert {guards[name] for name in OPEN} == {"public"}

    @pytest.mark.parametrize("role", Role)
    def test_a_role_comes_as_far_as_its_permissions(self, app: Flask, session: Session, role: Role) -> None:
        account = make_account(session, "sam", role)
        session.commit()

        found = statuses(script_of(app, account))

        shut = {name for name in GUARDS if found[name] == (403, "role")}
        barred = {name for name, guard in GUARDS.items() if guard.permission not in PERMISSIONS[role]}
        inside = {"freeze", "thaw"} if role is not Role.ADMIN else set()
        assert shut - inside == barred
        assert all(status < 500 for status, _ in found.values())

    @pytest.mark.parametrize("scope", Scope)
    def test_a_token_comes_as_far_as_its_scope(self, app: Flask, session: Session, scope: Scope) -> None:
        program = program_of(app, session, make_account(session, "sam", *EVERY_ROLE), [scope])

        found = statuses(program)

        shut = {name for name in GUARDS if found[name] == (403, "scope")}
        assert shut == {name for name, guard in GUARDS.items() if guard.scope is not scope}

    def test_an_account_without_a_role_comes_nowhere(self, app: Flask, session: Session) -> None:
        account = make_account(session, "sam")
        session.commit()

        found = statuses(script_of(app, account))

        assert {name for name in GUARDS if found[name] != (403, "role")} == set()

    def test_nobody_comes_in_without_signing_in(self, app: Flask) -> None:
        found = statuses(Program(app, {}))

        assert {name for name in GUARDS if found[name] != (401, "unauthenticated")} == set()

    def test_a_session_writes_nothing_without_its_form_token(self, app: Flask, session: Session) -> None:
        account = make_account(session, "sam", *EVERY_ROLE)
        session.commit()
        script = script_of(app, account)
        script.headers = {}

        found = statuses(script)

        writes = {name for name, _, method in routes(app) if method != "GET"}
        assert {name for name in writes if found[name] != (400, "csrf")} == set()


class TestGivenTheDocument:
    def test_it_tells_of_every_route_and_of_nothing_else(self, app: Flask) -> None:
        said = app.test_client().get("/api/openapi.json").get_json()

        told = {
            (path, method.upper(), operation["operationId"])
            for path, methods in said["paths"].items()
            for method, operation in methods.items()
            if path.startswith("/api/v1/")  # the platform's own clients: test_platform_doors.py
        }
        assert told == {
            (re.sub(r"<[^>]*?([a-z_]+)>", r"{\1}", rule.rule), method, name) for name, rule, method in routes(app)
        }

    def test_every_operation_says_what_it_does_and_for_whom(self, app: Flask) -> None:
        said = app.test_client().get("/api/openapi.json").get_json()
        operations = [
            one for path, methods in said["paths"].items() if path.startswith("/api/v1/") for one in methods.values()
        ]

        assert [one["operationId"] for one in operations if not one["summary"].endswith(".")] == []
        assert {one["operationId"] for one in operations if not one["security"]} == OPEN
        for one in operations:
            if one["security"]:
                first = (
                    {"session": []}
                    if one["operationId"] in BY_PEOPLE
                    else {"token": [GUARDS[one["operationId"]].scope.value]}
                )
                assert one["security"][0] == first

    def test_every_move_of_the_workflow_has_its_address(self, app: Flask) -> None:
        paths = app.test_client().get("/api/openapi.json").get_json()["paths"]

        for word, name in MOVES.items():
            assert paths[f"/api/v1/changes/{{change_id}}/{word}"]["post"]["operationId"] == name

    def test_what_wants_if_match_says_so(self, app: Flask, session: Session) -> None:
        program = program_of(app, session, make_account(session, "sam", *EVERY_ROLE))
        paths = program.get("/api/openapi.json").get_json()["paths"]
        operations = [operation for methods in paths.values() for operation in methods.values()]

        found = statuses(program)

        told = {
            one["operationId"] for one in operations if any(each["name"] == "If-Match" for each in one["parameters"])
        }
        assert {name for name, (status, _) in found.items() if status == 428} == told
