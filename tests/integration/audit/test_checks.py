"""Is the audit checked by itself every night, and who hears of it when somebody altered it?"""

import re

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.databases import Database, SqliteDatabase
from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import NOON, FakeAttempts
from tests.visitors import Visitor
from webapp.adapters.metering.late import LateMeter
from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.models.audit import AuditCheck
from webapp.models.base import db
from webapp.ports import Ports
from webapp.services import audit
from webapp.services.watching import chain
from webapp.tasks.jobs import AT_ONCE, JOBS, run_job

CHECK = next(job for job in JOBS if job.name == "check-audit")
EVENTS = 3


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with a meter of its own."""
    app.extensions["ports"] = Ports(attempts=FakeAttempts(), meter=LateMeter(lambda: db.engine.pool))
    return app


@pytest.fixture(autouse=True)
def events(session: Session) -> None:
    """Three events are there."""
    for name in ("ada", "bob", "eve"):
        audit.append(session, Actor(name), "account.enabled", "account", name, now=NOON)
    session.commit()


def behind_the_guards(session: Session, database: Database, trigger: str, statement: str) -> None:
    """Do what no door lets anybody do."""
    if isinstance(database, SqliteDatabase):
        session.execute(text(f"DROP TRIGGER {trigger}"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(statement))
    session.commit()


def checked(app: Flask) -> int | None:
    """Let a night pass."""
    return run_job(app, CHECK, "night", rest=AT_ONCE)


class TestGivenAnAuditAsItWasWritten:
    def test_the_check_says_so_and_keeps_the_head(self, app: Flask, session: Session) -> None:
        wrong = checked(app)

        last = chain.last_check(session)
        assert last is not None
        assert (wrong, last.events, last.first_bad, last.head) == (0, EVENTS, None, audit.head_of(session))

    def test_whoever_watches_sees_when_it_was(self, app: Flask) -> None:
        before = app.test_client().get("/metrics").text

        checked(app)

        after = app.test_client().get("/metrics").text
        assert "ledger" not in before
        assert "certsvc_ledger_bad_count 0.0" in after
        assert re.search(r"^certsvc_ledger_last_check_timestamp_seconds 1\.\d+e\+09$", after, re.MULTILINE)


def alarmed(app: Flask, session: Session) -> tuple[int | None, AuditCheck]:
    """Check, see that it is told as loudly as can be, and give how many are wrong and what was written down."""
    with capture_logs() as logs:
        wrong = checked(app)
    found = chain.last_check(session)
    assert found is not None
    assert [one["event"] for one in logs if one["log_level"] == "critical"] == ["audit.altered"]
    return wrong, found


class TestGivenOneThatSomebodyAltered:
    def test_it_is_told_and_so_is_whoever_watches(self, app: Flask, session: Session, database: Database) -> None:
        behind_the_guards(
            session, database, "audit_event_no_update", "UPDATE audit_event SET actor_name = 'mallory' WHERE seq = 2"
        )

        wrong, found = alarmed(app, session)

        assert (wrong, found.first_bad) == (1, 2)
        assert "certsvc_ledger_bad_count 1.0" in app.test_client().get("/metrics").text

    def test_so_it_is_where_one_byte_made_a_moment_none(self, app: Flask, session: Session, database: Database) -> None:
        if not isinstance(database, SqliteDatabase):
            pytest.skip("PostgreSQL keeps to the types of its columns")
        behind_the_guards(
            session, database, "audit_event_no_update", "UPDATE audit_event SET at = replace(at, '-11', '.11')"
        )

        wrong, found = alarmed(app, session)

        assert (wrong, found.first_bad, found.reason) == (1, 1, "the column at was altered")

    def test_a_tail_that_was_cut_since_the_last_check_shows(
        self, app: Flask, session: Session, database: Database
    ) -> None:
        checked(app)
        behind_the_guards(session, database, "audit_event_no_delete", "DELETE FROM audit_event WHERE seq = 3")

        wrong = checked(app)

        last = chain.last_check(session)
        assert last is not None
        assert (wrong, last.first_bad) == (1, EVENTS)
        assert "tail was cut" in last.reason

    def test_a_cut_tail_is_told_every_night_whatever_is_added_meanwhile(
        self, app: Flask, session: Session, database: Database
    ) -> None:
        checked(app)
        behind_the_guards(session, database, "audit_event_no_delete", "DELETE FROM audit_event WHERE seq = 3")

        wrong = [checked(app), checked(app)]
        audit.append(session, Actor("fay"), "account.enabled", "account", "fay", now=NOON)
        session.commit()
        wrong += [checked(app), checked(app)]

        assert wrong == [1, 1, 1, 1]
        assert "certsvc_ledger_bad_count 1.0" in app.test_client().get("/metrics").text

    def test_it_is_no_longer_told_once_the_tail_is_back(self, app: Flask, session: Session, database: Database) -> None:
        checked(app)
        session.execute(text("CREATE TABLE kept AS SELECT * FROM audit_event WHERE seq = 3"))
        behind_the_guards(session, database, "audit_event_no_delete", "DELETE FROM audit_event WHERE seq = 3")
        wrong = [checked(app), checked(app)]

        session.execute(text("INSERT INTO audit_event SELECT * FROM kept"))
        session.commit()
        wrong.append(checked(app))

        assert wrong == [1, 1, 0]

    def test_the_auditors_page_says_what_the_night_found(
        self, app: Flask, session: Session, database: Database, visitor: Visitor
    ) -> None:
        make_account(session, "aurelia", Role.AUDITOR)
        session.commit()
        visitor.sign_in("aurelia", PASSWORD)
        fresh = visitor.get("/audit/verify")
        behind_the_guards(
            session, database, "audit_event_no_update", "UPDATE audit_event SET actor_name = 'mallory' WHERE seq = 2"
        )
        checked(app)

        page = visitor.get("/audit/verify")

        assert "and was not yet" in fresh
        assert "The nightly check found it altered" in page
