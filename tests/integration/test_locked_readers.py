"""Does somebody who reads wait while another process holds SQLite's one lock of all writers?"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.databases import Database, SqliteDatabase
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.governance import Staff, make_change, make_staff
from tests.factories.programs import program_of
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.roles import Role, Scope
from webapp.models.accounts import AccountSession, ApiToken
from webapp.models.base import db
from webapp.models.governance.notices import Notice
from webapp.models.support import Mention
from webapp.services.support import notes

WRITERS_WAIT_S = 4
AGO = timedelta(minutes=2)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Have another process write all the while."""
    if not isinstance(database, SqliteDatabase):
        pytest.skip("PostgreSQL has no such lock")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def seconds_of(read: Callable[[], object]) -> float:
    """Give how long something takes."""
    began = time.monotonic()
    read()
    return time.monotonic() - began


class TestGivenAnotherProcessThatWrites:
    def test_whoever_reads_in_a_session_does_not_wait_and_is_seen_afterwards(
        self, visitor: Visitor, session: Session, database: Database
    ) -> None:
        make_account(session, "sam", Role.VIEWER)
        session.commit()
        visitor.sign_in("sam", PASSWORD)
        session.execute(update(AccountSession).values(seen_at=clock.now() - AGO))
        session.commit()

        with locked(database), capture_logs() as logs:
            took = seconds_of(lambda: visitor.get("/admin/certificates/"))
        visitor.get("/admin/certificates/")

        assert took < WRITERS_WAIT_S
        assert [one for one in logs if one["log_level"] != "info"] == []
        session.rollback()
        assert session.scalars(select(AccountSession.seen_at)).one() > clock.now() - AGO

    def test_nor_does_a_program(self, app: Flask, session: Session, database: Database) -> None:
        account = make_account(session, "sam", Role.VIEWER)
        program = program_of(app, session, account, [Scope.CERTIFICATES_READ])
        session.execute(update(ApiToken).values(last_used_at=None))
        session.commit()

        with locked(database):
            took = seconds_of(lambda: program.get("certificates"))
        program.get("certificates")

        assert took < WRITERS_WAIT_S
        session.rollback()
        assert session.scalars(select(ApiToken.last_used_at)).one() is not None

    def test_a_notice_stays_unread_until_its_change_can_be_noted_as_opened(
        self, visitor: Visitor, session: Session, database: Database
    ) -> None:
        staff: Staff = make_staff(session)
        page = f"/changes/{make_change(session, staff.editor, now=clock.now() - AGO).id}"
        visitor.sign_in("amir", PASSWORD)
        unread = select(Notice.id).where(Notice.account_id == staff.approver.id, Notice.read_at.is_(None))

        with locked(database):
            took = seconds_of(lambda: visitor.get(page))
        still = session.scalars(unread).all()
        session.rollback()
        visitor.get(page)

        assert took < WRITERS_WAIT_S
        assert (len(still), session.scalars(unread).all()) == (1, [])

    def test_so_does_the_mention_of_a_note(self, visitor: Visitor, session: Session, database: Database) -> None:
        sam, eve = make_account(session, "sam", Role.SUPPORT), make_account(session, "eve", Role.SUPPORT)
        make_run(session, HTML)
        learner = make_candidate(session, "ada", course_id=HTML)
        notes.write(session, Actor("eve", eve.id), learner.id, HTML, "Look at this, @sam.", now=clock.now() - AGO)
        session.commit()
        visitor.sign_in("sam", PASSWORD)
        unread = select(Mention.id).where(Mention.account_id == sam.id, Mention.read_at.is_(None))

        with locked(database):
            took = seconds_of(lambda: visitor.get(f"/learners/ada/{HTML}"))
        still = session.scalars(unread).all()
        session.rollback()
        visitor.get(f"/learners/ada/{HTML}")

        assert took < WRITERS_WAIT_S
        assert (len(still), session.scalars(unread).all()) == (1, [])

    def test_who_writes_waits_as_ever_on_the_same_connection(
        self, app: Flask, visitor: Visitor, session: Session, database: Database
    ) -> None:
        make_account(session, "sam", Role.VIEWER)
        session.commit()
        visitor.sign_in("sam", PASSWORD)
        session.execute(update(AccountSession).values(seen_at=clock.now() - AGO))
        session.commit()
        with locked(database):
            visitor.get("/admin/certificates/")

        with app.app_context(), db.engine.connect() as connection:
            waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()

        assert waits == WRITERS_WAIT_S * 1_000
