"""Does the schedule apply what is due and end what nobody touched, by itself?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.factories.governance import Staff, make_change, make_wish, terms_of
from webapp import clock
from webapp.domain.approval import policy
from webapp.domain.approval.states import State
from webapp.domain.configs.kinds import Kind
from webapp.services.configs import ledger
from webapp.services.governance import decisions
from webapp.tasks.changes import settle_changes

A_MOMENT = timedelta(minutes=5)


def settle(app: Flask) -> int:
    with app.app_context():
        return settle_changes(app)


class TestGivenTheSchedule:
    def test_it_applies_what_is_due(self, app: Flask, session: Session, staff: Staff) -> None:
        earlier = clock.now() - A_MOMENT
        wish = make_wish(apply_at=earlier + timedelta(minutes=1))
        change = make_change(session, staff.editor, wish, now=earlier)
        decisions.approve(session, terms_of(staff.approver, now=earlier), change.id)
        session.commit()

        settled = settle(app)

        session.refresh(change)
        assert (settled, change.state) == (1, State.APPLIED)

    def test_it_applies_nothing_while_changes_are_frozen(self, app: Flask, session: Session, staff: Staff) -> None:
        earlier = clock.now() - A_MOMENT
        wish = make_wish(apply_at=earlier + timedelta(minutes=1))
        change = make_change(session, staff.editor, wish, now=earlier)
        decisions.approve(session, terms_of(staff.approver, now=earlier), change.id)
        until = clock.now() + timedelta(hours=1)
        decisions.freeze(session, terms_of(staff.admin, now=earlier), until=until, reason="Exams are on.")
        session.commit()

        settled = settle(app)

        session.refresh(change)
        assert (settled, change.state) == (0, State.SCHEDULED)

    def test_one_whose_kind_somebody_holds_keeps_back_no_other(
        self, app: Flask, session: Session, staff: Staff, database: Database
    ) -> None:
        if isinstance(database, SqliteDatabase):
            pytest.skip("SQLite knows no locks of rows")
        earlier = clock.now() - A_MOMENT
        at = earlier + timedelta(minutes=1)
        view = make_wish(Kind.HTML_VIEW, payload={"enabled": True, "configuration": {"default": {}}}, apply_at=at)
        held, other = (make_change(session, staff.editor, wish, now=earlier) for wish in (make_wish(apply_at=at), view))
        for change in (held, other):
            decisions.approve(session, terms_of(staff.approver, now=earlier), change.id)
        session.commit()

        ledger.lock(session, Kind.CRAWLERS)
        with pytest.raises(OperationalError, match="lock timeout"):
            settle(app)
        session.rollback()

        assert (held.state, other.state) == (State.SCHEDULED, State.APPLIED)

    def test_it_ends_what_nobody_touched(self, app: Flask, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, now=clock.now() - policy.EXPIRES_AFTER - A_MOMENT)

        settle(app)

        session.refresh(change)
        assert change.state is State.EXPIRED
