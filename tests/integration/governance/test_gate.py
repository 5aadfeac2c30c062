"""Does the database itself let nothing into the ledger but what was approved (approvals note §3.4)?

Every attack is plain SQL on the application's own connection. What stays possible, whatever a gate says: who owns the
database can drop it, or let PostgreSQL's triggers sleep; and whoever may write as the application may forge each row of a
whole request one by one, in the names of people who have the roles - a proposal with its approvals, an emergency with
its admin, roles as the machine gives them - with fewer approvals than the installation asks for, and without a word
in the audit. So the audit's head is printed elsewhere, and a version without its event tells on whoever did that.
"""

import sqlite3
from contextlib import closing

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.factories.accounts import make_account
from tests.factories.governance import Staff, make_staff
from tests.integration.governance import scenes
from tests.integration.governance.attacks import ATTACKS, contributor, request, version, version_of
from tests.integration.governance.attacks_by_database import OF_POSTGRESQL, OF_SQLITE, TABLES, WORDS, Way
from tests.integration.governance.scenes import Scene
from webapp import paths
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.base import db
from webapp.services.configs import ledger


@pytest.fixture
def staff(staff: Staff, session: Session) -> Staff:
    """Everybody, and eddy, who is another editor."""
    make_account(session, "eddy", Role.EDITOR)
    session.commit()
    return staff


def filled_in(session: Session, scene: Scene, staff: Staff, *statements: str) -> list[str]:
    """Set a scene, and put its numbers into statements."""
    number = scene(session, staff)
    session.commit()
    accounts = {row.username: row.id for row in session.execute(text("SELECT username, id FROM account"))}
    session.rollback()
    return [one.format_map({**accounts, "id": number, "nobody": 4_711}) for one in statements]


def contents(session: Session) -> list[str]:
    """Give every row of every guarded table."""
    session.rollback()
    rows = [row for table in TABLES for row in session.execute(text(f"SELECT '{table}', t.* FROM {table} t"))]  # noqa: S608 - our own tables
    session.rollback()
    return sorted(map(repr, rows))


def run(app: Flask, statements: list[str]) -> None:
    """Run plain SQL on the application's own connection, in one transaction."""
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement.replace(":", "\\:")))


def refused(app: Flask, statements: list[str]) -> str:
    """Run plain SQL of which the last statement is refused, and give in which words."""
    with app.app_context(), db.engine.connect() as connection, connection.begin() as transaction:
        for statement in statements[:-1]:
            connection.execute(text(statement.replace(":", "\\:")))
        with pytest.raises(DatabaseError) as refusal:
            connection.execute(text(statements[-1].replace(":", "\\:")))
        transaction.rollback()
    return str(refusal.value)


def refused_bare(database: SqliteDatabase, statements: list[str]) -> str:
    """Do so on a connection on which nobody has set a pragma: triggers see no row that REPLACE removes."""
    with closing(sqlite3.connect(database.path)) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        with pytest.raises(sqlite3.Error) as refusal:
            connection.execute(statements[-1])
        connection.rollback()
    return str(refusal.value)


class TestGivenPlainSql:
    @pytest.mark.parametrize("kind", ATTACKS)
    def test_the_gate_says_no(self, app: Flask, session: Session, staff: Staff, kind: str) -> None:
        attack = ATTACKS[kind]
        statements = filled_in(session, attack.scene, staff, *attack.statements)
        before = contents(session)

        said = refused(app, statements)

        assert attack.words in said
        assert contents(session) == before

    def test_no_way_of_its_database_leads_round(self, app: Flask, session: Session, database: Database) -> None:
        ways: dict[str, Way] = OF_SQLITE if isinstance(database, SqliteDatabase) else OF_POSTGRESQL
        through = []
        for kind, (scene, attack) in ways.items():
            session.expunge_all()
            database.empty(app)
            statements = filled_in(session, scene, make_staff(session), *attack)
            before = contents(session)
            said = (
                refused_bare(database, statements) if isinstance(database, SqliteDatabase) else refused(app, statements)
            )
            if not WORDS.search(said) or contents(session) != before:
                through.append((kind, said))

        assert through == []


class TestGivenTheWordsOfTheGate:
    def test_each_is_heard_in_an_attack(self) -> None:
        step = ScriptDirectory(str(paths.MIGRATIONS)).get_revision("0010")

        said = {words for rules in step.module.GATE.values() for _, words in rules}

        assert said - {attack.words for attack in ATTACKS.values()} - {"an image is never replaced"} == set()


class TestGivenWhatWasApproved:
    @pytest.mark.parametrize("scene", [scenes.approved, scenes.of_the_machine])
    def test_plain_sql_makes_it_live_and_the_gate_closes_it(
        self, app: Flask, session: Session, staff: Staff, scene: Scene
    ) -> None:
        run(app, filled_in(session, scene, staff, version()))

        query = "SELECT state, closed_at IS NULL FROM change_request ORDER BY id DESC LIMIT 1"
        assert tuple(session.execute(text(query)).one()) == ("applied", False)

    def test_a_review_by_somebody_else_is_taken(self, app: Flask, session: Session, staff: Staff) -> None:
        how = "UPDATE change_request SET reviewed_at = '2026-11-21 12:00:00', reviewed_by = 'amir' WHERE id = {id}"

        run(app, filled_in(session, scenes.emergency, staff, how))

        assert session.scalar(text("SELECT reviewed_by FROM change_request WHERE emergency")) == "amir"


class TestGivenWhoeverWritesAsTheApplication:
    """What no gate can hold, so that nobody is surprised; see the head of this file."""

    def test_a_forged_emergency_in_an_admins_name_comes_in_without_a_word_in_the_audit(
        self, app: Flask, session: Session, staff: Staff
    ) -> None:
        last = "(SELECT max(id) FROM change_request)"
        forged = [
            request(origin="'emergency'", emergency="TRUE", author_id="{adam}", author_name="'adam'", base_version="2"),
            contributor("adam", change_id=last, account_name="'adam'"),
            version_of("crawlers", "{{}}", version="3"),
        ]

        run(app, filled_in(session, scenes.applied, staff, *forged))

        told = session.scalars(select(AuditEvent.to_version).where(AuditEvent.to_version.is_not(None))).all()
        assert (ledger.live_number(session, "crawlers", "-"), told) == (3, [2])
