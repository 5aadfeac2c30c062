"""Do those who audit, and nobody else, see, take away and check the audit?"""

import csv
import io
import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import make_account
from tests.factories.audits import tamper
from tests.factories.governance import Staff, make_change, make_wish
from tests.factories.programs import Program, program_of
from tests.fakes import NOON
from webapp.domain.actors import Actor
from webapp.domain.audit_chain import FIELDS
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.services import audit

EXPORTS = ["audit.csv", "audit.jsonl"]


def said(**changed: object) -> str:
    """A text that is nearly an event's."""
    names: dict[str, object] = dict.fromkeys(("actor_id", "change_id", "revision", "from_version", "to_version"))
    texts = dict.fromkeys(("actor_name", "action", "kind", "key", "reason", "request_id", "ip"), "")
    whole: dict[str, object] = {"seq": 1, "at": "2026-11-21T12:00:00.000000+00:00", "details": {}, **names, **texts}
    return json.dumps({**whole, **changed})


REPLACED = [
    "{}",
    "",
    "garbage",
    "[]",
    '{"seq":"x"}',
    said(details=3),
    said(seq=True),
    said(at="yesterday"),
    said(at="2026-11-21T12:00:00"),
    said(actor_id="7"),
    said(reason=None),
    said(reason="\ud800"),
]


def replace_the_last_text(session: Session, database: Database, body: str) -> None:
    """Put another text in the place of the last event's."""
    quoted = body.replace("'", "''").replace(":", "\\:")
    last = "seq = (SELECT max(seq) FROM audit_event)"
    tamper(session, database, f"UPDATE audit_event SET body = '{quoted}' WHERE {last}")  # noqa: S608 - texts of ours


@pytest.fixture
def auditor(app: Flask, session: Session) -> Program:
    """A program of an auditor's."""
    return program_of(app, session, make_account(session, "otto", Role.AUDITOR))


class TestGivenTheAudit:
    @pytest.mark.any_database
    @pytest.mark.parametrize("path", ["audit", *EXPORTS, "audit/verify"])
    @pytest.mark.parametrize("who", ["editor", "approver", "viewer", "support"])
    def test_others_do_not_see_it(self, app: Flask, session: Session, staff: Staff, who: str, path: str) -> None:
        account = make_account(session, "sue", Role.SUPPORT) if who == "support" else getattr(staff, who)

        answer = program_of(app, session, account).get(path)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "role")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("action=change.proposed", True),
            ("actor=eva", True),
            ("actor=EVA", False),
            ("kind=crawlers&key=-", True),
            ("kind=crawlers&key=x", False),
            ("request_id=r-1", True),
            ("from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&kind=crawlers", True),
            ("to=2001-01-01T00:00:00Z", False),
        ],
    )
    def test_it_is_narrowed(self, session: Session, staff: Staff, auditor: Program, query: str, *, found: bool) -> None:
        make_change(session, staff.editor)

        said = auditor.get(f"audit?{query}").get_json()["results"]

        assert [event["action"] for event in said] == (["change.proposed"] if found else [])

    def test_it_is_walked_from_the_newest_on(self, session: Session, auditor: Program) -> None:
        for number in range(5):
            audit.append(session, Actor("eva"), "demo.loaded", "test", str(number), now=NOON)
        session.commit()

        keys, path = [], "audit?kind=test&limit=2"
        while path:
            answer = auditor.get(path)
            keys += [event["key"] for event in answer.get_json()["results"]]
            path = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]

        assert keys == ["4", "3", "2", "1", "0"]

    def test_it_is_verified(self, session: Session, staff: Staff, auditor: Program) -> None:
        make_change(session, staff.editor)

        said = auditor.get("audit/verify").get_json()
        cut = auditor.get(f"audit/verify?head={'0' * 63}1").get_json()

        assert said == {"ok": True, "checked": said["checked"], "first_bad": None, "head": audit.head_of(session)}
        assert (cut["ok"], cut["first_bad"]) == (False, said["checked"] + 1)

    @pytest.mark.any_database
    @pytest.mark.parametrize("head", ["x", "A" * 64, "a" * 65])
    def test_what_is_no_head_is_refused(self, auditor: Program, head: str) -> None:
        answer = auditor.get(f"audit/verify?head={head}")

        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_filter")


class TestGivenAnEventWhoseTextSomebodyReplaced:
    @pytest.mark.parametrize("body", REPLACED)
    def test_it_is_listed_as_its_row_has_it_with_the_text(
        self, session: Session, database: Database, auditor: Program, body: str
    ) -> None:
        audit.append(session, Actor("eva", 7), "demo.loaded", "test", "x", now=NOON)
        session.commit()
        replace_the_last_text(session, database, body)

        answer = auditor.get("audit?kind=test")

        assert answer.status_code == 200
        (event,) = answer.get_json()["results"]
        assert (event["at"], event["actor_id"], event["key"]) == ("2026-11-21T12:00:00Z", 7, "x")
        assert event["details"] == {"altered_text": body}

    @pytest.mark.parametrize("path", EXPORTS)
    @pytest.mark.parametrize("body", REPLACED)
    def test_it_leaves_with_the_others(
        self, session: Session, database: Database, auditor: Program, body: str, path: str
    ) -> None:
        for key in "abc":
            audit.append(session, Actor("eva"), "demo.loaded", "test", key, now=NOON)
        session.commit()
        replace_the_last_text(session, database, body)

        text = auditor.get(f"{path}?kind=test").text

        rows = csv.DictReader(io.StringIO(text)) if path == "audit.csv" else map(json.loads, text.splitlines())
        assert [row["key"] for row in rows] == ["a", "b", "c"]
        assert text.count("altered_text") == 1


class TestGivenAnExport:
    def test_it_holds_every_event_and_itself(self, session: Session, staff: Staff, auditor: Program) -> None:
        make_change(session, staff.editor)

        lines = [json.loads(line) for line in auditor.get("audit.jsonl").text.splitlines()]

        events = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        assert [line["seq"] for line in lines] == [event.seq for event in events]
        assert (lines[-1]["action"], lines[-1]["actor_name"]) == ("audit.exported", "otto")
        assert lines[-1]["details"] == {"format": "jsonl", "filters": {}}
        assert set(lines[0]) == {*FIELDS, "details", "prev", "hash"}

    def test_a_spreadsheet_runs_nothing_of_it(self, session: Session, staff: Staff, auditor: Program) -> None:
        make_change(session, staff.editor, make_wish(reason="=HYPERLINK(1) and so on"))
        for begun in "+-@":
            audit.append(session, Actor(f"{begun}1"), "demo.loaded", "test", "x", now=NOON)
        session.commit()

        rows = list(csv.DictReader(io.StringIO(auditor.get("audit.csv").text)))

        assert [row["reason"] for row in rows if row["reason"]] == ["'=HYPERLINK(1) and so on"]
        assert [row["actor_name"] for row in rows if row["kind"] == "test"] == ["'+1", "'-1", "'@1"]

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", EXPORTS)
    def test_it_is_narrowed_as_the_list_is(self, session: Session, staff: Staff, auditor: Program, path: str) -> None:
        make_change(session, staff.editor)

        answer = auditor.get(f"{path}?action=change.proposed")

        assert answer.text.count("change.proposed") == 1
        assert "token.created" not in answer.text
        assert answer.headers["Content-Disposition"] == f"attachment; filename={path}"
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.any_database
    def test_what_cannot_be_understood_leaves_no_event(self, session: Session, auditor: Program) -> None:
        answer = auditor.get("audit.csv?from=yesterday")

        assert answer.status_code == 400
        assert session.scalar(select(AuditEvent.seq).where(AuditEvent.action == "audit.exported")) is None
