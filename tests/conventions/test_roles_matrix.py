"""May each role do what it is for at every admin route, and nothing else?"""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.visitors import Visitor
from webapp.domain.roles import Permission, Role, permitted
from webapp.web.admin.desk_view import DeskView
from webapp.web.admin.site import GOVERNED, VIEWS

pytestmark = pytest.mark.any_database

EVERYBODY = frozenset(Role)
NOBODY_ELSE = frozenset({Role.ADMIN})
READERS_OF_AUDIT = frozenset({Role.AUDITOR, Role.ADMIN})
SUPPORT = frozenset({Role.SUPPORT})
EDITORS = frozenset({Role.EDITOR})
GOVERNED_READ = ("index_view", "details_view", "payload_view")
GOVERNED_ASKED = (
    ("form_view", "GET"),
    ("blank_view", "GET"),
    ("propose", "POST"),
    ("propose_new", "POST"),
    ("propose_deletion", "POST"),
    ("propose_deletions", "POST"),
    ("revert", "POST"),
)
PROPOSERS = frozenset({Role.EDITOR, Role.ADMIN})
APPROVERS = frozenset({Role.APPROVER})
ACCOUNT_ACTS = ("disable", "enable", "end_sessions", "reset_second_factor", "revoke_token")
LISTS = (
    "certificates",
    "learners",
    "courses",
    "examples",
    "allowlist",
    "invalidations",
    "badge_awards",
    "inbox",
    "letters",
)
IMPORTS = (("file_view", "GET"), ("take_file", "POST"))
COURSE_FILES = ("figures", "learners", "allowlist", "invalidations", "run")
COURSE_ACTS = (
    "allow",
    "invalidate",
    "disallow",
    "end_invalidation",
    "start_run",
    "make_examples",
    "ask_for_switch",
    "withdraw",
    "switch_mails",
)
"""Besides these roles the team of the course run may: tests/integration/courses/test_team.py."""
ACTS = (
    "generate", "regenerate", "delete", "allow", "disallow", "invalidate", "end_invalidation", "override_date",
    "end_date_override",
)  # fmt: skip

MATRIX: dict[tuple[str, str], frozenset[Role]] = {
    ("console.home", "GET"): EVERYBODY,
    ("console.ask", "POST"): EVERYBODY,
    ("console.search", "GET"): EVERYBODY,
    ("console.suggest", "GET"): EVERYBODY,
    ("console.sign_out", "POST"): EVERYBODY,
    ("console.show_second_factor", "GET"): EVERYBODY,
    **{(f"console.{act}_second_factor", "POST"): EVERYBODY for act in ("begin", "confirm", "drop")},
    ("console.renew_recovery_codes", "POST"): EVERYBODY,
    ("console.revoke_own_token", "POST"): EVERYBODY,
    ("admin.index", "GET"): EVERYBODY,
    **{(f"{name}.{view}", "GET"): EVERYBODY for name in LISTS for view in ("index_view", "details_view")},
    **{(f"{name}.export_{form}", "GET"): EVERYBODY for name in LISTS for form in ("csv", "jsonl")},
    **{(f"{name}.{door}", method): SUPPORT for name in ("allowlist", "invalidations") for door, method in IMPORTS},
    **{(f"support.{view}", "GET"): EVERYBODY for view in ("lookup", "learner", "explanation")},
    **{(f"support.{act}", "POST"): SUPPORT for act in ACTS},
    ("support.take_case", "POST"): EVERYBODY,
    ("support.show_note", "GET"): EVERYBODY,
    **{(f"support.{act}_note", "POST"): EVERYBODY for act in ("write", "withdraw")},
    ("support.strike_note", "POST"): SUPPORT,
    ("support.foresee_erasure", "GET"): NOBODY_ELSE,
    ("support.erase", "POST"): NOBODY_ELSE,
    **{(f"runs.{view}", "GET"): EVERYBODY for view in ("show", "results")},
    ("runs.new", "GET"): SUPPORT,
    **{(f"run_list.{view}", "GET"): EVERYBODY for view in ("index_view", "export_csv", "export_jsonl")},
    **{(f"runs.{act}", "POST"): SUPPORT for act in ("start", "start_for_real", "pause", "resume", "cancel")},
    ("certificates.count_view", "GET"): EVERYBODY,
    ("certificates.choose_view", "POST"): SUPPORT,
    **{(f"saved_views.{act}", "POST"): EVERYBODY for act in ("make", "change", "remove", "restore")},
    ("course.show", "GET"): EVERYBODY,
    **{(f"course.export_{what}", "GET"): EVERYBODY for what in COURSE_FILES},
    **{(f"course.{act}", "POST"): SUPPORT for act in COURSE_ACTS},
    ("notices.list_notices", "GET"): EVERYBODY,
    **{(f"help.{view}", "GET"): EVERYBODY for view in ("show", "show_glossary", "show_design")},
    **{(f"help.{act}", "POST"): EVERYBODY for act in ("switch_tour", "try_part")},
    **{(f"notices.{act}", "POST"): EVERYBODY for act in ("mark_read", "switch_mails")},
    **{(f"changes.{view}", "GET"): EVERYBODY for view in ("show", "preview", "picture")},
    **{(f"change_list.{view}", "GET"): EVERYBODY for view in ("index_view", "export_csv", "export_jsonl")},
    **{(f"change_list.{act}", "POST"): NOBODY_ELSE for act in ("freeze", "thaw")},
    **{(f"changes.{move}", "POST"): EVERYBODY for move in ("hold", "withdraw", "take_back", "acknowledge", "comment")},
    **{(f"changes.{move}", "POST"): APPROVERS for move in ("approve", "resume", "reject")},
    **{(f"changes.{move}", "POST"): PROPOSERS for move in ("edit", "rebase", "revert")},
    ("changes.emergency", "POST"): NOBODY_ELSE,
    ("course_preview.show", "GET"): EVERYBODY,
    **{(f"inbox.{act}", "POST"): SUPPORT for act in ("apply_again", "close", "reopen")},
    **{(f"letters.{act}", "POST"): SUPPORT for act in ("retry", "discard")},
    ("badge_awards.send_again", "POST"): SUPPORT,
    **{(f"audit.{view}", "GET"): READERS_OF_AUDIT for view in ("index_view", "details_view", "verify")},
    **{(f"accounts.{view}", "GET"): NOBODY_ELSE for view in ("index_view", "details_view")},
    **{(f"accounts.export_{form}", "GET"): NOBODY_ELSE for form in ("csv", "jsonl")},
    **{(f"accounts.{act}", "POST"): NOBODY_ELSE for act in ACCOUNT_ACTS},
    ("caches.index", "GET"): NOBODY_ELSE,
    ("caches.empty", "POST"): NOBODY_ELSE,
    **{(f"{view.endpoint_name}.{door}", "GET"): EVERYBODY for view in GOVERNED for door in GOVERNED_READ},
    **{
        (f"{view.endpoint_name}.{door}", method): NOBODY_ELSE if view.kind == "access" else EDITORS
        for view in GOVERNED
        for door, method in GOVERNED_ASKED
    },
    ("badge_images.image", "GET"): EVERYBODY,
    ("html_view.sample_view", "GET"): EVERYBODY,
    ("html_view.preview", "POST"): EDITORS,
}
"""Endpoint and method -> the roles that may; everything else that a rule offers is inherited and shut, or public."""

PUBLIC_BLUEPRINTS = (
    "static",
    "api_docs",
    "badges",
    "certificate",
    "compat",
    "credentials",
    "form_tokens",
    "health",
    "learner_requests",
    "metrics",
    "prints",
    "shares",
    "xqueue",
)
PROGRAMS = "api"
"""(The platform's own clients, `compat`, have theirs in test_platform_doors.py.) The blueprint of the programs' interface: test_api.py has its matrix."""
PUBLIC = {
    "admin.static",
    "console.ask_code",
    "console.check_code",
    "console.come_from_provider",
    "console.come_from_third_party",
    "console.leave_for_provider",
    "console.sign_in",
    "console.sign_in_now",
    "console.sign_out_page",
}
INHERITED = ("new/", "edit/?id=1", "delete/", "action/", "ajax/lookup/", "ajax/update/", "export/csv/")
"""What Flask-Admin would bring along under each list."""
TAKEN_OVER = ("new/", "edit/?id=1", "delete/", "action/")
"""What governed kinds answer themselves, with a change request; test_write_paths.py tries each."""
SAMPLES = {
    "account_id": "999999",
    "change_id": "999999",
    "number": "999999",
    "course_id": DEMO_COURSE,
    "delivery_id": "999999",
    "letter_id": "999999",
    "award_id": "999999",
    "export_type": "csv",
    "run_id": "999999",
    "sha256": "0" * 64,
    "username": "ada",
    "view_id": "999999",
}


def offered(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC and rule.endpoint.split(".")[0] not in (*PUBLIC_BLUEPRINTS, PROGRAMS)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address_of(rule: Rule) -> str:
    path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: SAMPLES[found[1]], rule.rule)
    return f"{path}?id=1" if rule.endpoint.endswith("details_view") else path


def someone(app: Flask, session: Session, *roles: Role) -> Visitor:
    make_certificate(session)
    make_account(session, "sam", *roles)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("sam", PASSWORD)
    return visitor


def statuses_for(visitor: Visitor, table: list[tuple[Rule, str]], *, of: str = "/") -> dict[tuple[str, str], int]:
    """Ask for everything in the table, with the token of one page, and give the status of each answer."""
    form = {"csrf_token": visitor.token_on(of), "note": "no"}
    return {
        (rule.endpoint, method): visitor.client.open(
            address_of(rule), method=method, data=None if method == "GET" else form
        ).status_code
        for rule, method in table
    }


class TestGivenEveryRouteAndMethod:
    def test_it_stands_in_the_table(self, app: Flask) -> None:
        known = {(rule.endpoint, method) for rule, method in offered(app)}

        assert known == set(MATRIX)

    @pytest.mark.parametrize("role", Role)
    def test_a_role_is_let_in_where_the_table_says(self, app: Flask, session: Session, role: Role) -> None:
        visitor = someone(app, session, role)
        table = [
            (rule, method)
            for rule, method in offered(app)
            if (rule.endpoint, method) in MATRIX and rule.endpoint != "console.sign_out"
        ]

        refused = {where for where, status in statuses_for(visitor, table).items() if status == 403}

        assert refused == {where for where, roles in MATRIX.items() if role not in roles}

    def test_an_account_without_a_role_has_home_alone(self, app: Flask, session: Session) -> None:
        visitor = someone(app, session)

        table = [(rule, method) for rule, method in offered(app) if rule.endpoint != "console.sign_out"]

        statuses = statuses_for(visitor, table)

        let_in = {endpoint for (endpoint, _), status in statuses.items() if status != 403}
        own = {
            "console.home",
            "console.ask",
            *(name for name, _ in MATRIX if name.startswith("console.") and "_sec" in name),
        }
        assert let_in == {*own, "console.renew_recovery_codes", "console.revoke_own_token"}  # a learner has no role

    def test_nobody_is_let_in_without_signing_in(self, app: Flask, session: Session, visitor: Visitor) -> None:
        make_certificate(session)
        session.commit()

        statuses = statuses_for(visitor, offered(app), of="/login")

        assert {where: status for where, status in statuses.items() if status not in (302, 401)} == {}

    @pytest.mark.parametrize("role", Role)
    def test_every_role_may_sign_out(self, app: Flask, session: Session, role: Role) -> None:
        visitor = someone(app, session, role)

        answer = visitor.post("/logout", of="/")

        assert answer.status_code == 302


class TestGivenWhatFlaskAdminBringsAlong:
    @pytest.mark.parametrize("view", VIEWS)
    def test_it_is_404_even_for_whoever_may_see_the_list(
        self, app: Flask, session: Session, view: type[DeskView]
    ) -> None:
        visitor = someone(app, session, Role.SUPPORT, Role.EDITOR, Role.ADMIN)
        taken_over = TAKEN_OVER if view in GOVERNED else ()
        paths = [f"{view.address.rstrip('/')}/{path}" for path in INHERITED if path not in taken_over]

        fetched = {path: visitor.client.get(path).status_code for path in paths}
        posted = {path: visitor.post(path, of="/").status_code for path in paths}

        assert fetched == dict.fromkeys(paths, 404)
        assert posted == dict.fromkeys(paths, 404)


class TestGivenEveryPermission:
    def test_the_roles_that_should_carry_it_do_and_no_others(self) -> None:
        carried = {one: frozenset(role for role in Role if permitted([role], one)) for one in Permission}

        assert carried == {
            Permission.READ_DESK: EVERYBODY,
            Permission.HANDLE_DELIVERIES: SUPPORT,
            Permission.SUPPORT_LEARNERS: SUPPORT,
            Permission.WRITE_RECORDS: frozenset({Role.SUPPORT, Role.ADMIN}),
            Permission.READ_AUDIT: READERS_OF_AUDIT,
            Permission.PROPOSE_CHANGES: PROPOSERS,
            Permission.DECIDE_CHANGES: APPROVERS,
            Permission.ACT_IN_EMERGENCY: NOBODY_ELSE,
            Permission.MANAGE_ACCOUNTS: NOBODY_ELSE,
            Permission.ERASE_LEARNERS: NOBODY_ELSE,
            Permission.OPERATE: NOBODY_ELSE,
            Permission.KEEP_VIEWS: NOBODY_ELSE,
        }
