"""What do the audit's commands print, and does it leave in forms that are safe?"""

import csv
import io
import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.audits import tamper, write
from tests.fakes import NOON
from tests.integration.cli.terminal import Terminal
from webapp.domain.actors import Actor
from webapp.domain.audit_chain import GENESIS
from webapp.services import audit

FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\r=1")


class TestGivenTheCommands:
    def test_verify_prints_the_head(self, app: Flask, session: Session) -> None:
        head = write(session, 2)

        done = Terminal(app).types("audit", "verify")

        assert (done.exit_code, done.stdout) == (0, f"2 events, all as they were written. Head: {head}\n")

    def test_verify_says_how_many_are_left_of_a_cut_tail(self, app: Flask, session: Session) -> None:
        write(session, 2)

        done = Terminal(app).types("audit", "verify", "--head", "a" * 64)

        assert (done.exit_code, "Event 3: the head printed earlier is gone" in done.stderr) == (1, True)
        assert "The 2 before it are as they were written." in done.stderr

    @pytest.mark.parametrize("head", ["zzz", "", "A" * 64, "a" * 63])
    def test_what_is_no_head_is_wrong_usage(self, app: Flask, session: Session, head: str) -> None:
        write(session, 1)

        assert Terminal(app).types("audit", "verify", "--head", head).exit_code == 2

    def test_verify_names_the_bad_row_as_json(self, app: Flask, session: Session, database: Database) -> None:
        write(session, 3)
        tamper(session, database, "UPDATE audit_event SET reason = 'x' WHERE seq = 2")

        done = Terminal(app).types("audit", "verify", "--json")

        said = json.loads(done.stdout)
        assert done.exit_code == 1
        assert (said["ok"], said["first_bad"], set(said)) == (False, 2, {"ok", "checked", "first_bad", "head"})

    def test_export_as_json_gives_every_event_as_it_was_hashed(self, app: Flask, session: Session) -> None:
        head = write(session, 3, reason="é\n=1")

        done = Terminal(app).types("audit", "export")

        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert [event["seq"] for event in events] == [1, 2, 3]
        assert (events[0]["prev"], events[2]["hash"], events[2]["reason"]) == (GENESIS, head, "é\n=1")
        assert events[0]["at"] == "2026-11-21T12:00:00.000000+00:00"

    @pytest.mark.parametrize(("form", "heads"), [("jsonl", 0), ("csv", 1)])
    def test_export_gives_an_altered_event_as_well(
        self, app: Flask, session: Session, database: Database, form: str, heads: int
    ) -> None:
        write(session, 3)
        tamper(session, database, "UPDATE audit_event SET body = replace(body, 'details', 'detail') WHERE seq = 2")

        done = Terminal(app).types("audit", "export", "--format", form)

        assert (done.exit_code, len(done.stdout.splitlines())) == (0, heads + 3)
        assert ["altered_text" in line for line in done.stdout.splitlines()[heads:]] == [False, True, False]

    @pytest.mark.parametrize("formula", FORMULAS)
    def test_export_as_csv_runs_no_formula(self, app: Flask, session: Session, formula: str) -> None:
        actor = Actor(formula, ip=formula, request_id=formula)
        audit.append(session, actor, formula, formula, formula, now=NOON, reason=formula, details={"a": formula})
        session.commit()

        done = Terminal(app).types("audit", "export", "--format", "csv")

        head, row = csv.reader(io.StringIO(done.stdout, newline=""))
        assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert [row[head.index(name)] for name in ("actor_name", "action", "key", "reason", "ip")] == [
            f"'{formula}"
        ] * 5

    def test_export_as_csv_has_a_column_for_everything(self, app: Flask, session: Session) -> None:
        write(session, 1)

        done = Terminal(app).types("audit", "export", "--format", "csv")

        head, row = csv.reader(io.StringIO(done.stdout, newline=""))
        assert len(head) == len(row)
        assert {"seq", "at", "actor_name", "action", "kind", "key", "reason", "details", "hash"} <= set(head)

    def test_export_as_csv_says_what_json_says(self, app: Flask, session: Session) -> None:
        write(session, 2)

        table, lines = Terminal(app).types("audit", "export", "--format", "csv"), Terminal(app).types("audit", "export")

        rows = list(csv.DictReader(io.StringIO(table.stdout, newline="")))
        events = [json.loads(line) for line in lines.stdout.splitlines()]
        assert [set(row) for row in rows] == [set(event) for event in events]
        assert [(row["prev"], row["hash"]) for row in rows] == [(event["prev"], event["hash"]) for event in events]
