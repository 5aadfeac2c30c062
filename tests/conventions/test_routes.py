"""Does every route say who may enter it, in a path and with parameters as the house writes them?"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from webapp.domain.roles import Permission
from webapp.web.auth import ProgramGuard, guard_of
from webapp.web.auth.guards import PlatformGuard

pytestmark = pytest.mark.any_database

PUBLIC = {
    "static": "styles, scripts and fonts of pages that anybody may see",
    "api.check_crawler": "the list keeps no secret, and whoever counts visits needs no account",
    "api_docs.show": "it tells what there is to ask, and nothing of what is kept",
    "api_docs.show_document": "it tells what there is to ask, and nothing of what is kept",
    "form_tokens.show": "a form token is worth nothing but in the session that it was made for",
    "compat.generate_user_cert": "who has not signed in is told so with status 400, as ever",
    "compat.not_fetched": "it tells everybody alike that nothing is to be fetched here",
    "admin.static": "Flask-Admin's own files; they hold nothing of ours",
    **{
        f"badges.show_{what}": "a badge is there to be checked by anybody"
        for what in ("issuer", "class", "class_picture", "assertion", "baked")
    },
    **{
        f"credentials.show_{what}": "a badge is there to be checked by anybody"
        for what in ("credential", "status_list", "did_document")
    },
    "certificate.show": "a certificate is there to be shown to the world",
    "certificate.show_slip": "a certificate is there to be shown to the world, in other people's pages too",
    "console.ask_code": "this is where people sign in",
    "console.come_from_provider": "this is where people sign in",
    "console.come_from_third_party": "this is where people sign in",
    "console.check_code": "this is where people sign in",
    "console.leave_for_provider": "this is where people sign in",
    "console.sign_in": "this is where people sign in",
    "console.sign_in_now": "this is where people sign in",
    "console.sign_out_page": "leads home and changes nothing",
    "health.healthz": "load balancers ask without signing in",
    "health.readyz": "load balancers ask without signing in",
    "learner_requests.request_certificate": "who has not signed in is told so with status 200, as ever",
    "metrics.show": "whoever can reach it may look, unless a token is set",
    "prints.show_card": "a shared address is shown with its picture",
    "prints.show_pdf": "a certificate is there to be shown to the world, on paper too",
    "shares.lead_to_profile": "the page of a certificate is open to everybody, and so are its ways to pass it on",
    "shares.note_share": "the page of a certificate is open to everybody, and so are its ways to pass it on",
    "xqueue.update_certificate": "XQueue has no session; the job's key is the proof",
    "xqueue.update_example_certificate": "XQueue has no session; the job's key is the proof",
}
OLD_WIRE_PATHS = {"/request_certificate", "/update_certificate", "/update_example_certificate"}
OLD_WIRE_NAMES = {"generate_user_cert", "generation_history", "instructor_tasks", "toggle_generation"}
"""Of the addresses of the platform's own clients (interface §5)."""
EVERY_METHOD_ON_PURPOSE = {
    "learner_requests.request_certificate": "answers 405 itself, in JSON",
    "xqueue.update_certificate": "answers 405 itself, in JSON",
    "xqueue.update_example_certificate": "answers 405 itself, in JSON",
}
WRITES = re.compile(
    r"(^|[._])(add|apply|approve|close|create|delete|disable|edit|enable|end|generate|import|merge|post|propose|"
    r"purge|reject|remove|reopen|revert|save|send|set|submit|update|upload|now|action)([._]|$)"
)
WORDS = re.compile(r"[a-z0-9-]+(\.(csv|json|jsonl))?|\.well-known")
SAMPLES = {
    "account_id": "1",
    "assertion_id": "0" * 32,
    "award_id": "1",
    "change_id": "1",
    "course_id": "course-v1:edX+Demo+2026",
    "delivery_id": "1",
    "letter_id": "1",
    "filename": "x.css",
    "key": "-",
    "kind": "crawlers",
    "number": "1",
    "run_id": "1",
    "sha256": "0" * 64,
    "slug": "nothing",
    "username": "ada",
    "verify_uuid": "0" * 32,
    "view_id": "1",
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def address_of(rule: Rule) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: SAMPLES[found[1]], rule.rule)


def names_in(rule: Rule) -> Iterator[str]:
    for part in rule.rule.split("/"):
        if part and not part.startswith("<"):
            yield part


class TestGivenEveryRoute:
    def test_it_says_who_may_enter(self, app: Flask) -> None:
        with app.app_context():
            guards = {rule.endpoint: guard_of(rule.endpoint) for rule in rules(app)}

        shut = {
            name
            for name, guard in guards.items()
            if isinstance(guard, Permission | ProgramGuard | PlatformGuard) or guard == "signed_in"
        }
        assert {name for name in guards if name not in shut} == set(PUBLIC)

    def test_anonymous_people_see_a_public_page_or_the_sign_in(self, app: Flask, client: FlaskClient) -> None:
        answers = {
            rule.endpoint: client.get(address_of(rule))
            for rule in rules(app)
            if rule.endpoint not in PUBLIC and "GET" in (rule.methods or ())
        }

        led = {name: (answer.status_code, (answer.location or "")[:6]) for name, answer in answers.items()}
        assert led.pop("compat.search") == (403, "")  # without a redirect, as ever
        assert {name: seen for name, seen in led.items() if seen not in ((302, "/login"), (401, ""))} == {}
        assert len(led) > 25

    def test_anonymous_writes_are_refused(self, app: Flask, client: FlaskClient) -> None:
        answers = {
            (rule.endpoint, method): client.open(address_of(rule), method=method).status_code
            for rule in rules(app)
            for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
            if rule.endpoint not in PUBLIC
        }

        as_ever = [answers.pop((f"compat.{act}", "POST")) for act in ("generate", "regenerate")]
        assert as_ever == [403, 403]
        assert {where: status for where, status in answers.items() if status not in (400, 401, 405)} == {}

    def test_its_path_is_in_kebab_case_or_an_old_wire_path(self, app: Flask) -> None:
        paths = {rule.rule: list(names_in(rule)) for rule in rules(app)}

        odd = {
            path
            for path, names in paths.items()
            if not all(WORDS.fullmatch(name) or name in OLD_WIRE_NAMES for name in names)
        }
        assert odd == OLD_WIRE_PATHS

    def test_its_parameters_have_a_type(self, app: Flask) -> None:
        untyped = [rule.rule for rule in rules(app) if re.search(r"<[^:>]+>", rule.rule)]

        assert untyped == []

    def test_fetching_it_changes_nothing(self, app: Flask) -> None:
        suspects = [
            rule.endpoint
            for rule in rules(app)
            if "GET" in (rule.methods or ()) and WRITES.search(rule.endpoint) and rule.endpoint not in PUBLIC
        ]

        assert suspects == []

    def test_it_takes_few_methods(self, app: Flask) -> None:
        many = {
            rule.endpoint
            for rule in rules(app)
            if rule.methods is None
            or (rule.methods & {"PUT", "PATCH", "DELETE"} and not rule.endpoint.startswith(("api.", "compat.")))
        }

        assert many == set(EVERY_METHOD_ON_PURPOSE)

    def test_every_name_on_the_public_list_is_a_route(self, app: Flask) -> None:
        names = {rule.endpoint for rule in rules(app)}

        assert set(PUBLIC) | set(EVERY_METHOD_ON_PURPOSE) <= names


class TestGivenAPathThatIsNone:
    @pytest.mark.parametrize("path", ["/nothing", "/admin/nothing/", "/admin/certificates/1", "/%00", "/..%2f..%2fetc"])
    def test_it_is_404_for_anybody(self, client: FlaskClient, path: str) -> None:
        answer = client.get(path)

        assert answer.status_code == 404
