"""Do the migrations make what the models say, there and back, and do the audit's guards hold?"""

from collections.abc import Callable
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.fakes import NOON
from webapp import paths
from webapp.cli import migrations
from webapp.domain.actors import Actor
from webapp.domain.audit_chain import GENESIS
from webapp.models.audit import AuditEvent
from webapp.models.base import db, unit_of_work
from webapp.services import audit
from webapp.services.installation import schema


def upgrade() -> None:
    flask_migrate.upgrade()
    db.session.remove()


def downgrade() -> None:
    flask_migrate.downgrade(revision="base")
    db.session.remove()


def tables() -> set[str]:
    with db.engine.connect() as connection:
        names = set(db.inspect(connection).get_table_names())
    return names - {"alembic_version"}


def problems() -> list[str]:
    with Session(db.engine) as session:
        return migrations.differences(session) + schema.missing_triggers(session)


class TestGivenTheFilesOfTheMigrations:
    def test_their_names_say_which_is_the_newest(self) -> None:
        script = ScriptDirectory(str(paths.MIGRATIONS))

        steps = {step.revision: Path(step.path).name for step in script.walk_revisions()}

        assert schema.head_revision() == script.get_current_head()
        assert [name for revision, name in steps.items() if not name.startswith(f"{revision}_")] == []


class TestGivenAnEmptyDatabase:
    def test_upgrading_makes_what_the_models_say(self, fresh_app: Flask) -> None:
        before = tables()

        upgrade()

        assert before == set()
        assert tables() == set(db.metadata.tables)
        assert problems() == []

    def test_going_back_leaves_nothing_and_forward_again_everything(self, fresh_app: Flask) -> None:
        upgrade()
        downgrade()
        left = tables()

        upgrade()

        assert left == set()
        assert problems() == []

    def test_upgrading_twice_changes_nothing(self, fresh_app: Flask) -> None:
        upgrade()
        with unit_of_work() as session:
            audit.append(session, Actor("sam"), "account.enabled", "account", "sam", now=NOON)

        upgrade()

        with Session(db.engine) as session:
            assert audit.verify(session).checked == 1

    def test_each_step_back_and_forward_keeps_the_guards_at_the_head(self, fresh_app: Flask) -> None:
        upgrade()
        flask_migrate.downgrade(revision="-1")
        db.session.remove()

        upgrade()

        assert problems() == []

    def test_the_head_is_not_reached_before(self, fresh_app: Flask) -> None:
        with Session(db.engine) as session:
            before = schema.at_head(session)
        upgrade()

        with Session(db.engine) as session:
            assert (before, schema.at_head(session)) == (False, True)


def _row(seq: int, prev: str) -> dict[str, object]:
    return {"seq": seq, "prev": prev, "hash": "f" * 64, "at": "2026-11-21 12:00:00", "text": "{}"}


INSERT = (
    "INSERT INTO audit_event (seq, at, actor_name, action, kind, key, reason, request_id, ip, body, prev, hash) "
    "VALUES (:seq, :at, '', '', '', '', '', '', '', :text, :prev, :hash)"
)
APPEND_ONLY = "the audit is append-only"
FOLLOWS = "an audit event must follow the last one"

ATTACKS: dict[str, tuple[str, Callable[[str], dict[str, object]], str]] = {
    "alter": ("UPDATE audit_event SET reason = 'x'", lambda _head: {}, APPEND_ONLY),
    "alter one": ("UPDATE audit_event SET hash = 'x' WHERE seq = 2", lambda _head: {}, APPEND_ONLY),
    "renumber": ("UPDATE audit_event SET seq = seq + 10", lambda _head: {}, APPEND_ONLY),
    "empty": ("DELETE FROM audit_event", lambda _head: {}, APPEND_ONLY),
    "cut the tail": ("DELETE FROM audit_event WHERE seq = 3", lambda _head: {}, APPEND_ONLY),
    "leave a gap": (INSERT, lambda head: _row(5, head), FOLLOWS),
    "come before": (INSERT, lambda head: _row(0, head), FOLLOWS),
    "fork": (INSERT, lambda _head: _row(4, GENESIS), FOLLOWS),
    "follow nothing": (INSERT, lambda _head: _row(4, "0" * 63 + "1"), FOLLOWS),
    "write over": (INSERT, lambda head: _row(3, head), FOLLOWS),
}
Attack = tuple[str, Callable[[str], dict[str, object]]]
OF_SQLITE: dict[str, Attack] = {
    "replace": (INSERT.replace("INSERT", "INSERT OR REPLACE", 1), lambda head: _row(3, head)),
    "replace the first": (INSERT.replace("INSERT", "INSERT OR REPLACE", 1), lambda _head: _row(1, GENESIS)),
    "replace by REPLACE": (INSERT.replace("INSERT", "REPLACE", 1), lambda _head: _row(1, GENESIS)),
    "alter or replace": ("UPDATE OR REPLACE audit_event SET seq = 2 WHERE seq = 3", lambda _head: {}),
    "upsert": (INSERT + " ON CONFLICT (seq) DO UPDATE SET reason = 'x'", lambda head: _row(3, head)),
}
OF_POSTGRESQL: dict[str, Attack] = {
    "truncate": ("TRUNCATE audit_event", lambda _head: {}),
    "truncate with what hangs on it": ("TRUNCATE audit_event CASCADE", lambda _head: {}),
    "upsert": (INSERT + " ON CONFLICT (seq) DO UPDATE SET reason = 'x'", lambda head: _row(3, head)),
}


@pytest.fixture
def head(app: Flask) -> str:
    """The end of a chain of three events."""
    with app.app_context(), unit_of_work() as session:
        for number in range(3):
            audit.append(session, Actor("sam"), "account.enabled", "account", str(number), now=NOON)
        return audit.head_of(session)


def attack(app: Flask, statement: str, values: dict[str, object]) -> str:
    """Run plain SQL on the application's own connection and give what the database says."""
    with app.app_context(), pytest.raises(DatabaseError) as refused, db.engine.begin() as connection:
        connection.execute(text(statement), values)
    return str(refused.value)


def whole(app: Flask, head: str) -> bool:
    with app.app_context(), Session(db.engine) as session:
        return audit.verify(session, head=head).ok and session.query(AuditEvent).count() == 3


class TestGivenAnAuditWithEvents:
    @pytest.mark.parametrize("kind", ATTACKS)
    def test_plain_sql_cannot_change_it(self, app: Flask, head: str, kind: str) -> None:
        statement, values, answer = ATTACKS[kind]

        said = attack(app, statement, values(head))

        assert answer in said
        assert whole(app, head)

    def test_no_other_way_of_its_database_can(self, app: Flask, head: str, database: Database) -> None:
        ways = OF_SQLITE if isinstance(database, SqliteDatabase) else OF_POSTGRESQL

        said = {kind: attack(app, statement, values(head)) for kind, (statement, values) in ways.items()}

        assert [kind for kind, words in said.items() if APPEND_ONLY not in words and FOLLOWS not in words] == []
        assert whole(app, head)

    def test_what_follows_the_last_one_is_taken(self, app: Flask, head: str) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text(INSERT), _row(4, head))

        with app.app_context(), Session(db.engine) as session:
            assert session.query(AuditEvent).count() == 4

    def test_a_missing_guard_is_found(self, fresh_app: Flask) -> None:
        upgrade()
        of_table = "" if db.engine.dialect.name == "sqlite" else " ON audit_event"
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP TRIGGER audit_event_no_update{of_table}"))

        found = problems()

        assert found == ["the trigger audit_event_no_update is missing"]
