"""How does a session begin, live and end, and whose is it?"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.fakes import NOON
from tests.integration.console.sessions import cookie_of, leads_to_sign_in, move_session, open_sessions, with_cookie
from tests.visitors import Visitor
from webapp import clock
from webapp.models.accounts import Account, AccountSession
from webapp.models.audit import AuditEvent
from webapp.models.base import db


@pytest.fixture
def forget_sessions(app: Flask, session: Session) -> Iterator[Callable[[], None]]:
    """Makes the database fail whenever somebody's session is looked up."""
    gone = []

    def forget() -> None:
        session.execute(text("ALTER TABLE account_session RENAME TO away"))
        session.commit()
        gone.append(True)

    yield forget
    if gone:
        with app.app_context():
            db.session.remove()
        session.rollback()
        session.execute(text("ALTER TABLE away RENAME TO account_session"))
        session.commit()


class TestGivenADatabaseThatFails:
    @pytest.mark.parametrize("path", ["/", "/admin/certificates/", "/login"])
    def test_whoever_is_signed_in_is_told_so_once(
        self, visitor: Visitor, sam: Account, forget_sessions: Callable[[], None], path: str
    ) -> None:
        visitor.sign_in("sam", PASSWORD)
        forget_sessions()

        page = visitor.get(path, 503)

        assert "Certdesk cannot work just now" in page
        assert "Nothing was changed." in page


class TestGivenASession:
    def test_it_has_a_new_id_since_the_sign_in(self, app: Flask, visitor: Visitor, sam: Account) -> None:
        visitor.get("/login")
        before = cookie_of(visitor)

        visitor.sign_in("sam", PASSWORD)

        assert cookie_of(visitor) != before
        assert leads_to_sign_in(with_cookie(app, before).get("/"))

    def test_each_sign_in_has_an_id_of_its_own(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)
        first = cookie_of(visitor)

        visitor.sign_in("sam", PASSWORD)

        assert cookie_of(visitor) != first
        assert len(set(session.scalars(select(AccountSession.token_digest)))) == 2

    def test_the_database_does_not_know_the_cookies_token(
        self, app: Flask, visitor: Visitor, sam: Account, session: Session
    ) -> None:
        visitor.sign_in("sam", PASSWORD)

        with visitor.client.session_transaction() as held:
            token = held["_user_id"]
        assert token not in session.scalars(select(AccountSession.token_digest)).all()

    def test_signing_out_ends_it_for_whoever_replays_the_cookie(
        self, app: Flask, visitor: Visitor, sam: Account, session: Session
    ) -> None:
        visitor.sign_in("sam", PASSWORD)
        stolen = cookie_of(visitor)

        answer = visitor.post("/logout", of="/")

        assert leads_to_sign_in(answer)
        assert leads_to_sign_in(with_cookie(app, stolen).get("/"))
        assert open_sessions(session) == 0
        assert "account.signed_out" in session.scalars(select(AuditEvent.action)).all()

    def test_fetching_the_sign_out_address_changes_nothing(
        self, visitor: Visitor, sam: Account, session: Session
    ) -> None:
        visitor.sign_in("sam", PASSWORD)

        answer = visitor.client.get("/logout")

        assert (answer.status_code, answer.location) == (302, "/")
        assert open_sessions(session) == 1
        assert "Hello, sam" in visitor.get("/")

    @pytest.mark.parametrize(
        ("seen_ago", "made_ago", "lives"),
        [
            (timedelta(minutes=59), timedelta(minutes=59), True),
            (timedelta(minutes=61), timedelta(minutes=61), False),
            (timedelta(0), timedelta(hours=11, minutes=59), True),
            (timedelta(0), timedelta(hours=12, minutes=1), False),
        ],
    )
    def test_it_lives_an_hour_idle_and_twelve_hours_at_most(
        self, visitor: Visitor, sam: Account, session: Session, seen_ago: timedelta, made_ago: timedelta, lives: bool
    ) -> None:
        visitor.sign_in("sam", PASSWORD)
        move_session(session, seen_at=seen_ago, created_at=made_ago)

        answer = visitor.client.get("/")

        assert answer.status_code == (200 if lives else 302)
        assert leads_to_sign_in(answer) is not lives

    def test_use_prolongs_it(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)
        move_session(session, seen_at=timedelta(minutes=50))

        visitor.get("/")

        seen = session.scalars(select(AccountSession.seen_at)).one()
        assert clock.now() - seen < timedelta(minutes=1)

    def test_a_page_that_looks_again_by_itself_does_not(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)
        move_session(session, seen_at=timedelta(minutes=50))

        visitor.client.get("/", headers={"Certdesk-Unattended": "1"})

        seen = session.scalars(select(AccountSession.seen_at)).one()
        assert clock.now() - seen > timedelta(minutes=49)

    def test_its_end_is_explained_once(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)
        move_session(session, seen_at=timedelta(hours=2))

        pages = [visitor.client.get("/", follow_redirects=True).text for _ in range(2)]

        assert ["You were signed out" in page for page in pages] == [True, False]

    def test_a_disabled_account_loses_it_at_once(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)
        session.execute(update(Account).values(disabled_at=NOON))
        session.commit()

        answer = visitor.client.get("/")

        assert leads_to_sign_in(answer)

    @pytest.mark.parametrize("value", ["", "x", "." * 3000, "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb"])
    def test_a_forged_cookie_is_nobodys(self, app: Flask, sam: Account, value: str) -> None:
        answer = with_cookie(app, value).get("/")

        assert leads_to_sign_in(answer)
