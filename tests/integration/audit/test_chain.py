"""Is the audit one unbroken chain, whoever writes at once, and is whatever was done to it found?"""

import json
import threading
import tracemalloc

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.factories.audits import SAM, tamper, write
from tests.fakes import NOON
from tests.integration.cli.terminal import Terminal
from webapp.domain.actors import Actor
from webapp.domain.audit_chain import GENESIS
from webapp.models.audit import AuditEvent
from webapp.models.base import db, unit_of_work
from webapp.services import audit, audit_reading

THREADS, EACH = 12, 10
SQLITE_PAGE = 4_096


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
        done = Terminal(app).types("audit", "verify", "--json")

        assert (verdict.first_bad, verdict.head) == (
            2,
            session.scalar(text("SELECT hash FROM audit_event WHERE seq = 1")),
        )
        assert (done.exit_code, json.loads(done.stdout)["first_bad"]) == (1, 2)

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
