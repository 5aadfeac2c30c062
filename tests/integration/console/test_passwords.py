"""Who gets in with a name and a password, and who is kept out?"""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.fakes import NOON
from tests.integration.console.sessions import open_sessions
from tests.visitors import Visitor
from webapp.adapters.counting.attempts import Attempts
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.ports import Ports

pytestmark = pytest.mark.any_database

WRONG = "The name or the password is wrong."
ALLOWED = 10


class TestGivenAnAccount:
    @pytest.mark.parametrize("name", ["sam", "SAM", "  sam ", "ｓａｍ"])
    def test_the_right_password_leads_home(self, visitor: Visitor, sam: Account, name: str) -> None:
        answer = visitor.sign_in(name, PASSWORD)

        assert (answer.status_code, answer.location) == (302, "/")
        assert "Hello, sam" in visitor.get("/")

    def test_the_sign_in_is_audited(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)

        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.actor_name, event.actor_id, event.key) == (
            "account.signed_in",
            "sam",
            sam.id,
            "sam",
        )
        assert (event.ip, bool(event.request_id)) == ("127.0.0.1", True)

    @pytest.mark.parametrize("password", ["wrong", PASSWORD + " ", PASSWORD.upper(), "\x00", "é" * 300])
    def test_a_wrong_password_is_401_and_begins_nothing(
        self, visitor: Visitor, sam: Account, session: Session, password: str
    ) -> None:
        answer = visitor.sign_in("sam", password)

        assert (answer.status_code, WRONG in answer.text) == (401, True)
        assert open_sessions(session) == 0

    def test_the_form_never_gives_a_password_back(self, visitor: Visitor, sam: Account) -> None:
        answer = visitor.sign_in("sam", "a wrong password")

        assert "a wrong password" not in answer.text
        assert 'value="sam"' in answer.text

    @pytest.mark.parametrize("form", [{"username": "sam"}, {"password": "x"}, {"username": "s" * 151, "password": "x"}])
    def test_an_incomplete_form_is_422(self, visitor: Visitor, sam: Account, form: dict[str, str]) -> None:
        answer = visitor.post("/login", form)

        assert (answer.status_code, "Fill in both fields." in answer.text) == (422, True)

    def test_who_is_signed_in_is_led_home_from_the_form(self, visitor: Visitor, sam: Account) -> None:
        visitor.sign_in("sam", PASSWORD)

        answer = visitor.client.get("/login")

        assert (answer.status_code, answer.location) == (302, "/")


class TestGivenNobodyWhoMaySignIn:
    @pytest.mark.parametrize("name", ["nobody", "", "sam\x00", "%", "💥" * 100])
    def test_an_unknown_name_is_told_the_same_as_a_wrong_password(
        self, visitor: Visitor, sam: Account, name: str
    ) -> None:
        answer = visitor.sign_in(name or "-", PASSWORD)

        assert (answer.status_code, WRONG in answer.text) == (401, True)

    def test_a_disabled_account_is_told_the_same(self, visitor: Visitor, sam: Account, session: Session) -> None:
        session.execute(update(Account).values(disabled_at=NOON))
        session.commit()

        answer = visitor.sign_in("sam", PASSWORD)

        assert (answer.status_code, WRONG in answer.text) == (401, True)
        assert open_sessions(session) == 0

    @pytest.mark.parametrize("password", ["nobody's password", "", "None"])
    def test_an_account_without_a_password_has_no_right_one(
        self, visitor: Visitor, sam: Account, session: Session, password: str
    ) -> None:
        session.execute(update(Account).values(password_hash=None))
        session.commit()

        answer = visitor.sign_in("sam", password)

        assert answer.status_code in (401, 422)
        assert open_sessions(session) == 0


class TestGivenTenWrongPasswords:
    def test_the_eleventh_from_one_address_is_429(self, visitor: Visitor, sam: Account) -> None:
        tries = [visitor.sign_in(f"nobody{number}", "wrong").status_code for number in range(ALLOWED)]

        answer = visitor.sign_in("nobody-else", "wrong")

        assert tries == [401] * ALLOWED
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")

    def test_the_eleventh_for_one_name_is_429_from_any_address(self, visitor: Visitor, sam: Account) -> None:
        for number in range(ALLOWED):
            visitor.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
            visitor.sign_in("SAM" if number % 2 else " sam", "wrong")
        visitor.client.environ_base["REMOTE_ADDR"] = "10.0.1.1"

        answer = visitor.sign_in("sam", "wrong")

        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")

    def test_the_right_password_is_429_too(self, visitor: Visitor, sam: Account, session: Session) -> None:
        for _ in range(ALLOWED):
            visitor.sign_in("sam", "wrong")

        answer = visitor.sign_in("sam", PASSWORD)

        assert (answer.status_code, "Too many wrong passwords" in answer.text) == (429, True)
        assert open_sessions(session) == 0

    def test_another_name_from_another_address_is_let_in(self, visitor: Visitor, sam: Account) -> None:
        for _ in range(ALLOWED):
            visitor.sign_in("somebody", "wrong")
        visitor.client.environ_base["REMOTE_ADDR"] = "10.0.0.9"

        answer = visitor.sign_in("sam", PASSWORD)

        assert answer.status_code == 302

    def test_the_real_counter_says_how_long_to_wait(self, app: Flask, visitor: Visitor, sam: Account) -> None:
        app.extensions["ports"] = Ports(attempts=Attempts())
        tries = [visitor.sign_in("sam", "wrong").status_code for _ in range(ALLOWED)]

        answer = visitor.sign_in("sam", PASSWORD)

        assert tries == [401] * ALLOWED
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60


class TestGivenTenRightPasswords:
    def test_none_of_them_counts(self, visitor: Visitor, sam: Account) -> None:
        for _ in range(ALLOWED + 2):
            visitor.sign_in("sam", PASSWORD)
            visitor.post("/logout", of="/")

        answer = visitor.sign_in("sam", PASSWORD)

        assert answer.status_code == 302
