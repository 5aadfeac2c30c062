"""Can an auditor check the audit and take it along, from its page?"""

import json
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import SqliteDatabase
from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.domain.roles import Role
from webapp.models.base import db
from webapp.services import audit

pytestmark = pytest.mark.any_database


@pytest.fixture
def auditor(app: Flask, session: Session) -> Visitor:
    """Somebody who reads the audit, of which three events are there."""
    make_account(session, "aurelia", Role.AUDITOR)
    for name in ("ada", "=1+1", "bob"):
        audit.append(session, Actor(name), "account.enabled", "account", name, now=NOON)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("aurelia", PASSWORD)
    return visitor


class TestGivenActsOfNoPerson:
    @pytest.mark.parametrize("typed", ["Certdesk, on schedule", "schedule", "جدول Certdesk الزمني"])
    def test_they_are_found_by_the_words_that_the_list_shows(
        self, auditor: Visitor, session: Session, typed: str
    ) -> None:
        audit.append(session, Actor(SCHEDULE_NAME), "account.enabled", "account", "bob", now=NOON)
        session.commit()

        for asked in ({"actor": typed}, {"q": typed}):
            answer = auditor.client.get("/audit/", query_string=asked, headers={"Accept-Language": "ar"})

            assert "جدول Certdesk الزمني</bdi>" in answer.text
            assert "=1+1" not in answer.text


class TestGivenEvents:
    def test_the_check_says_that_nothing_was_altered_and_shows_the_head(
        self, auditor: Visitor, session: Session
    ) -> None:
        page = auditor.get("/audit/verify")

        assert "Nothing was altered" in page
        assert audit.head_of(session) in page

    def test_a_head_that_is_gone_is_told(self, auditor: Visitor) -> None:
        page = auditor.get(f"/audit/verify?head={'a' * 64}")

        assert "the tail was cut" in page

    @pytest.mark.parametrize("head", ["zzz", "A" * 64, "a" * 63])
    def test_what_is_no_head_is_no_alarm(self, auditor: Visitor, head: str) -> None:
        page = auditor.get(f"/audit/verify?head={head}")

        assert "That is no head" in page
        assert "Nothing was altered" in page

    def test_an_altered_event_is_named(self, auditor: Visitor, app: Flask, database: SqliteDatabase) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
            connection.execute(text("UPDATE audit_event SET actor_name = 'eve' WHERE seq = 2"))

        page = auditor.get("/audit/verify")

        assert "Event 2" in page

    @pytest.mark.parametrize(
        "change",
        ["UPDATE audit_event SET body = '{}' WHERE seq = 2", "UPDATE audit_event SET reason = 'why' WHERE seq = 2"],
    )
    def test_an_altered_event_can_be_looked_at_and_says_so(self, auditor: Visitor, app: Flask, change: str) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
            connection.execute(text(change))

        pages = [auditor.get(f"/audit/details/?id={number}") for number in (1, 2)]

        assert ["The audit was altered" in page for page in pages] == [False, True]
        assert "altered_text" in pages[1] or "why" in pages[1]

    @pytest.mark.parametrize(
        "change",
        [
            "at = '2026.11-21 12:00:00.000000'",
            "at = x'ff'",
            "at = 7",
            "key = CAST(x'ff62' AS TEXT)",
            "key = CAST(key AS BLOB)",
            "kind = CAST(x'ff62' AS TEXT)",
            "actor_name = CAST(actor_name AS BLOB), reason = x'ff', ip = x'ff', request_id = x'ff', action = x'ff'",
            "actor_id = 'seven', change_id = 'six', to_version = 1.5",
            "body = CAST(x'7bff7d' AS TEXT), at = 'never', actor_id = 'seven', reason = x'ff'",
            "body = x'ff'",
            "hash = x'ff'",
            "prev = x'ff'",
        ],
    )
    def test_one_whose_values_are_none_keeps_back_neither_itself_nor_others(
        self, auditor: Visitor, app: Flask, change: str
    ) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
            connection.execute(text(f"UPDATE audit_event SET {change} WHERE seq = 2"))  # noqa: S608 - texts of ours

        pages = [auditor.get(f"/audit{rest}") for rest in ("", "?q=bob", "/verify")]
        one = auditor.get("/audit/details/?id=2")
        listed = auditor.client.get("/api/v1/audit").get_json()["results"]
        taken = auditor.client.get("/api/v1/audit.jsonl").text.splitlines()

        assert [[f"id={number}" in page for number in (1, 2, 3)] for page in pages[:2]] == [
            [True, True, True],
            [False, False, True],
        ]
        assert ("The audit was altered" in one, "The audit was altered" in pages[2]) == (True, True)
        assert [event["seq"] for event in listed] == [4, 3, 2, 1]
        assert [json.loads(line)["seq"] for line in taken] == [1, 2, 3, 4, 5]

    @pytest.mark.parametrize(
        ("word", "found"),
        [("bob", {"3"}), ("ada", {"1"}), ("2", {"2"}), ("%", set()), ("aurelia", {"4"}), ("9" * 30, set())],
    )
    def test_a_word_finds_who_did_it_and_what_it_was_done_to(
        self, auditor: Visitor, word: str, found: set[str]
    ) -> None:
        page = auditor.get(f"/audit?q={word}")

        assert {*re.findall(r"/audit/details/\?id=(\d+)", page)} == found

    @pytest.mark.parametrize("form", ["CSV", "JSON Lines"])
    def test_what_the_filters_leave_is_exported(self, auditor: Visitor, form: str) -> None:
        page = auditor.get("/audit?actor=bob&at_from=2026-11-21&at_to=2026-11-21")

        link = re.search(rf'href="([^"]+)">Export {form}', page)
        assert link is not None
        answer = auditor.client.get(unescape(link[1]))

        assert (answer.status_code, "bob" in answer.text, "ada" in answer.text) == (200, True, False)
