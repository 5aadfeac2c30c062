"""Is the audit one unbroken chain, whoever writes at once, and does it leave in forms that are safe?"""

import csv
import io
import json
import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.fakes import NOON
from webapp.__main__ import program
from webapp.domain.actors import Actor
from webapp.domain.audit_chain import GENESIS
from webapp.models.audit import AuditEvent
from webapp.models.base import db, unit_of_work
from webapp.services import audit, audit_reading

SAM = Actor("sam", 7, ip="192.0.2.1", request_id="request-1")
THREADS, EACH = 12, 10
SQLITE_PAGE = 4_096
FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\r=1")


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    code: int
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session outside of any application context."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        yield session


def write(session: Session, number: int, *, reason: str = "") -> str:
    """Append so many events and give the head."""
    for place in range(number):
        audit.append(
            session, SAM, "account.enabled", "account", str(place), now=NOON + timedelta(seconds=place), reason=reason
        )
    session.commit()
    return audit.head_of(session)


def tamper(session: Session, database: Database, statement: str) -> None:
    """Change rows as somebody could who owns the database and takes the guards away first."""
    if isinstance(database, SqliteDatabase):
        triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in triggers:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    for part in statement.split(";"):
        session.execute(text(part))
    session.commit()


def break_the_file(app: Flask, session: Session, database: SqliteDatabase) -> None:
    """Let the file say of a value that is nothing but `x` that it goes on where there is nothing."""
    session.close()
    with app.app_context():
        db.engine.dispose()  # the last one who leaves writes the file
    content = bytearray(database.path.read_bytes())
    pages = range(0, len(content), SQLITE_PAGE)
    place = next(one for one in pages if content[one + 4 : one + SQLITE_PAGE] == b"x" * (SQLITE_PAGE - 4))
    content[place : place + 4] = b"\xff" * 4
    database.path.write_bytes(content)


def run(app: Flask, *arguments: str) -> Printed:
    done = app.test_cli_runner().invoke(program, list(arguments), obj=lambda: app)
    return Printed(done.exit_code, done.stdout)


class TestGivenEvents:
    def test_each_names_the_one_before_it(self, session: Session) -> None:
        head = write(session, 3)

        rows = session.execute(select(AuditEvent.seq, AuditEvent.prev, AuditEvent.hash).order_by(AuditEvent.seq)).all()
        assert [row.seq for row in rows] == [1, 2, 3]
        assert [row.prev for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
        assert head == rows[2].hash

    def test_an_event_says_who_what_where_and_why(self, session: Session) -> None:
        audit.append(
            session,
            SAM,
            "delivery.closed",
            "delivery",
            "5",
            now=NOON,
            reason="é\u202e<b>",
            details={"z": [1, None], "a": "ü"},
        )
        session.commit()

        event = session.scalars(select(AuditEvent)).one()
        assert (event.actor_id, event.actor_name, event.ip, event.request_id) == (7, "sam", "192.0.2.1", "request-1")
        assert (event.at, event.reason, audit.details_of(event)) == (NOON, "é\u202e<b>", {"a": "ü", "z": [1, None]})
        assert audit.verify(session).ok

    def test_what_is_rolled_back_leaves_no_gap(self, session: Session) -> None:
        write(session, 1)
        audit.append(session, SAM, "account.enabled", "account", "never", now=NOON)
        session.rollback()

        write(session, 1)

        verdict = audit.verify(session)
        assert (verdict.ok, verdict.checked) == (True, 2)

    def test_a_head_printed_earlier_is_found_again(self, session: Session) -> None:
        early = write(session, 2)
        late = write(session, 2)

        verdicts = [audit.verify(session, head=head) for head in (early, late, GENESIS, None)]

        assert [verdict.ok for verdict in verdicts] == [True] * 4
        assert {verdict.head for verdict in verdicts} == {late}

    def test_none_at_all_is_a_good_chain(self, session: Session) -> None:
        verdict = audit.verify(session)

        assert (verdict.ok, verdict.checked, verdict.head) == (True, 0, GENESIS)

    @pytest.mark.parametrize(
        ("statement", "first_bad"),
        [
            ("UPDATE audit_event SET reason = 'x' WHERE seq = 3", 3),
            ("UPDATE audit_event SET actor_name = 'eve' WHERE seq = 1", 1),
            ("UPDATE audit_event SET actor_id = NULL WHERE seq = 2", 2),
            ("UPDATE audit_event SET body = body || ' ' WHERE seq = 4", 4),
            ("UPDATE audit_event SET hash = 'ffff' WHERE seq = 5", 5),
            ("DELETE FROM audit_event WHERE seq = 1", 1),
            ("DELETE FROM audit_event WHERE seq = 3", 3),
            ("UPDATE audit_event SET seq = 99 WHERE seq = 2; UPDATE audit_event SET seq = 2 WHERE seq = 3;"
             " UPDATE audit_event SET seq = 3 WHERE seq = 99", 2),
            ("UPDATE audit_event SET seq = seq + 1000", 1),
            ("UPDATE audit_event SET at = '0044-03-15 12:00:00.000000' WHERE seq = 2", 2),
        ],
    )  # fmt: skip
    def test_the_first_row_that_was_tampered_with_is_named(
        self, session: Session, database: Database, statement: str, first_bad: int
    ) -> None:
        write(session, 5)

        tamper(session, database, statement)

        verdict = audit.verify(session)
        assert (verdict.ok, verdict.first_bad) == (False, first_bad)
        assert verdict.reason

    @pytest.mark.parametrize(
        "change",
        [
            "at = '2026.11-21 12:00:01.000000'",
            "at = '2026-11-21T12:00:01.000000'",
            "at = '2026-11-21 12:00:01'",
            "at = 7",
            "at = x'ff'",
            "key = CAST(x'ff62' AS TEXT)",
            "key = CAST(key AS BLOB)",
            "body = CAST(x'7bff7d' AS TEXT)",
            "body = CAST(body AS BLOB)",
            "prev = CAST(x'ff' || prev AS TEXT)",
            "hash = CAST(hash AS BLOB)",
            "actor_id = 'seven'",
        ],
    )
    def test_so_is_one_that_sqlite_keeps_though_it_is_no_event(
        self, app: Flask, session: Session, database: Database, change: str
    ) -> None:
        if not isinstance(database, SqliteDatabase):
            pytest.skip("PostgreSQL keeps to the types of its columns")
        write(session, 4)
        tamper(session, database, f"UPDATE audit_event SET {change} WHERE seq = 2")  # noqa: S608 - texts of ours

        verdict = audit.verify(session)
        done = run(app, "audit", "verify", "--json")

        assert (verdict.first_bad, verdict.head) == (
            2,
            session.scalar(text("SELECT hash FROM audit_event WHERE seq = 1")),
        )
        assert (done.code, json.loads(done.text)["first_bad"]) == (1, 2)

    @pytest.mark.parametrize(
        "moment", ["infinity", "-infinity", "2026-11-21 12:00:01+00 BC", "12026-11-21 12:00:01+00"]
    )
    def test_so_is_a_moment_that_only_postgresql_knows(self, session: Session, database: Database, moment: str) -> None:
        if isinstance(database, SqliteDatabase):
            pytest.skip("SQLite keeps any text")
        write(session, 4)
        moment = moment.replace(":", "\\:")
        tamper(session, database, f"UPDATE audit_event SET at = '{moment}' WHERE seq = 2")  # noqa: S608 - texts of ours

        verdict = audit.verify(session)

        assert (verdict.first_bad, verdict.reason) == (2, "the column at was altered")

    @pytest.mark.parametrize("number", [1, 40, 2_100])
    def test_so_is_one_that_the_database_itself_cannot_read(
        self, app: Flask, session: Session, database: Database, number: int
    ) -> None:
        if not isinstance(database, SqliteDatabase):
            pytest.skip("the file is written into")
        write(session, number - 1)
        audit.append(session, SAM, "account.enabled", "account", "x", now=NOON, reason="x" * (3 * SQLITE_PAGE))
        write(session, 20)
        break_the_file(app, session, database)

        verdict = audit.verify(session)

        assert (verdict.first_bad, verdict.reason) == (number, "cannot be read")

    def test_a_cut_tail_is_told_by_the_head(self, session: Session, database: Database) -> None:
        head = write(session, 5)

        tamper(session, database, "DELETE FROM audit_event WHERE seq > 3")

        assert audit.verify(session).ok
        verdict = audit.verify(session, head=head)
        assert (verdict.ok, verdict.first_bad) == (False, 4)


class TestGivenWritersAtOnce:
    def test_all_that_they_write_is_one_unbroken_chain(self, app: Flask, session: Session) -> None:
        failures: list[Exception] = []
        begin = threading.Barrier(THREADS)

        def work(name: str) -> None:
            begin.wait()
            for number in range(EACH):
                try:
                    with app.app_context(), unit_of_work() as own:
                        audit.append(own, Actor(name), "account.enabled", "account", str(number), now=NOON)
                except Exception as problem:
                    failures.append(problem)

        threads = [threading.Thread(target=work, args=(f"writer{number}",)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        verdict = audit.verify(session)
        written = session.execute(select(AuditEvent.actor_name, func.count()).group_by(AuditEvent.actor_name)).all()
        assert failures == []
        assert (verdict.ok, verdict.checked) == (True, THREADS * EACH)
        assert [number for _, number in written] == [EACH] * THREADS


class TestGivenManyEvents:
    @pytest.mark.long
    def test_memory_does_not_grow_with_them(self, session: Session) -> None:
        many = 12_000
        for number in range(many):
            audit.append(session, SAM, "account.enabled", "account", str(number), now=NOON, reason="x" * 500)
        session.commit()
        session.expunge_all()

        tracemalloc.start()
        listed = sum(1 for _ in audit_reading.source_of().rows(session))
        _, most_listed = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        checked = audit.verify(session).checked
        _, most_checked = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        all_of_it = many * 2_500
        assert (listed, checked) == (many, many)
        assert most_listed < all_of_it
        assert most_checked < all_of_it


class TestGivenTheCommands:
    def test_verify_prints_the_head(self, app: Flask, session: Session) -> None:
        head = write(session, 2)

        done = run(app, "audit", "verify")

        assert (done.code, done.text) == (0, f"2 events, all as they were written. Head: {head}\n")

    def test_verify_says_how_many_are_left_of_a_cut_tail(self, app: Flask, session: Session) -> None:
        write(session, 2)

        arguments = ["audit", "verify", "--head", "a" * 64]
        done = app.test_cli_runner().invoke(program, arguments, obj=lambda: app)

        assert (done.exit_code, "Event 3: the head printed earlier is gone" in done.stderr) == (1, True)
        assert "The 2 before it are as they were written." in done.stderr

    @pytest.mark.parametrize("head", ["zzz", "", "A" * 64, "a" * 63])
    def test_what_is_no_head_is_wrong_usage(self, app: Flask, session: Session, head: str) -> None:
        write(session, 1)

        assert run(app, "audit", "verify", "--head", head).code == 2

    def test_verify_names_the_bad_row_as_json(self, app: Flask, session: Session, database: Database) -> None:
        write(session, 3)
        tamper(session, database, "UPDATE audit_event SET reason = 'x' WHERE seq = 2")

        done = run(app, "audit", "verify", "--json")

        said = json.loads(done.text)
        assert done.code == 1
        assert (said["ok"], said["first_bad"], set(said)) == (False, 2, {"ok", "checked", "first_bad", "head"})

    def test_export_as_json_gives_every_event_as_it_was_hashed(self, app: Flask, session: Session) -> None:
        head = write(session, 3, reason="é\n=1")

        done = run(app, "audit", "export")

        events = [json.loads(line) for line in done.lines]
        assert [event["seq"] for event in events] == [1, 2, 3]
        assert (events[0]["prev"], events[2]["hash"], events[2]["reason"]) == (GENESIS, head, "é\n=1")
        assert events[0]["at"] == "2026-11-21T12:00:00.000000+00:00"

    @pytest.mark.parametrize(("form", "heads"), [("jsonl", 0), ("csv", 1)])
    def test_export_gives_an_altered_event_as_well(
        self, app: Flask, session: Session, database: Database, form: str, heads: int
    ) -> None:
        write(session, 3)
        tamper(session, database, "UPDATE audit_event SET body = replace(body, 'details', 'detail') WHERE seq = 2")

        done = run(app, "audit", "export", "--format", form)

        assert (done.code, len(done.lines)) == (0, heads + 3)
        assert ["altered_text" in line for line in done.lines[heads:]] == [False, True, False]

    @pytest.mark.parametrize("formula", FORMULAS)
    def test_export_as_csv_runs_no_formula(self, app: Flask, session: Session, formula: str) -> None:
        actor = Actor(formula, ip=formula, request_id=formula)
        audit.append(session, actor, formula, formula, formula, now=NOON, reason=formula, details={"a": formula})
        session.commit()

        done = run(app, "audit", "export", "--format", "csv")

        head, row = csv.reader(io.StringIO(done.text, newline=""))
        assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert [row[head.index(name)] for name in ("actor_name", "action", "key", "reason", "ip")] == [
            f"'{formula}"
        ] * 5

    def test_export_as_csv_has_a_column_for_everything(self, app: Flask, session: Session) -> None:
        write(session, 1)

        done = run(app, "audit", "export", "--format", "csv")

        head, row = csv.reader(io.StringIO(done.text, newline=""))
        assert len(head) == len(row)
        assert {"seq", "at", "actor_name", "action", "kind", "key", "reason", "details", "hash"} <= set(head)

    def test_export_as_csv_says_what_json_says(self, app: Flask, session: Session) -> None:
        write(session, 2)

        table, lines = run(app, "audit", "export", "--format", "csv"), run(app, "audit", "export")

        rows = list(csv.DictReader(io.StringIO(table.text, newline="")))
        events = [json.loads(line) for line in lines.lines]
        assert [set(row) for row in rows] == [set(event) for event in events]
        assert [(row["prev"], row["hash"]) for row in rows] == [(event["prev"], event["hash"]) for event in events]
