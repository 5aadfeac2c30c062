"""How do people sign in and out, and who is kept from it?"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import NOON, FakeAttempts
from tests.visitors import Visitor
from webapp import clock, create_app
from webapp.adapters.attempts import Attempts
from webapp.domain.roles import Role
from webapp.models.accounts import Account, AccountSession
from webapp.models.audit import AuditEvent
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings

WRONG = "The name or the password is wrong."
ALLOWED = 10


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session outside of any application context, so that each request has one of its own."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def sam(session: Session) -> Account:
    """An account with a password."""
    account = make_account(session, "sam", Role.SUPPORT)
    session.commit()
    return account


@pytest.fixture
def secure_app(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application as it is behind https, over the same database."""
    secure = create_app(replace(settings, base_url="https://desk.test"), Ports(attempts=FakeAttempts()))
    yield secure
    with secure.app_context():
        db.session.remove()
        db.engine.dispose()


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("certdesk")
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("certdesk", value)
    return client


def token_in(page: str) -> str:
    found = re.search(r'<input[^>]*name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def leads_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and urlsplit(answer.location).path == "/login"


def move_session(session: Session, **moments: timedelta) -> None:
    session.execute(update(AccountSession).values({name: clock.now() - ago for name, ago in moments.items()}))
    session.commit()


def open_sessions(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(AccountSession.id)).where(AccountSession.ended_at.is_(None))) or 0


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


class TestGivenAPageThatSomebodyWanted:
    def test_the_sign_in_leads_back_to_it(self, visitor: Visitor, sam: Account) -> None:
        wanted = "/admin/certificates/?q=ada+lovelace&status=error"

        asked = visitor.client.get(wanted)
        answer = visitor.sign_in(
            "sam", PASSWORD, next_page=unquote(urlsplit(asked.location).query.removeprefix("next="))
        )

        assert leads_to_sign_in(asked)
        assert answer.location == wanted

    @pytest.mark.parametrize(
        "target", ["/ok", "/search?q=a%20b", "/admin/inbox/?waiting=1", "/ok?next=https://evil.test"]
    )
    def test_an_address_of_ours_is_followed(self, visitor: Visitor, sam: Account, target: str) -> None:
        answer = visitor.sign_in("sam", PASSWORD, next_page=target)

        assert answer.location == target

    @pytest.mark.parametrize(
        "target",
        [
            "//evil.test",
            "///evil.test",
            "\\\\evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "https://evil.test",
            "https:evil.test",
            "https:/evil.test",
            "http:///evil.test",
            "javascript:alert(1)",
            "data:text/html,x",
            "evil.test",
            "%2F%2Fevil.test",
            "/%09/evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            " //evil.test",
            "\x00//evil.test",
            "/%5Cevil.test",
            "//user@evil.test/",
            "//[evil",
            "/%2Fevil.test",
            "//evil.test\\@localhost",
        ],
    )
    def test_no_other_site_is_led_to(self, visitor: Visitor, sam: Account, target: str) -> None:
        answer = visitor.sign_in("sam", PASSWORD, next_page=target)

        as_browsers_read_it = answer.location.replace("\\", "/").replace("\t", "").replace("\n", "").strip()
        assert answer.status_code == 302
        assert urlsplit(urljoin("http://localhost/login", as_browsers_read_it)).netloc == "localhost"
        assert as_browsers_read_it.startswith("/")

    def test_the_form_does_not_carry_an_address_of_others(self, visitor: Visitor) -> None:
        page = visitor.get("/login?next=https://evil.test/")

        assert "evil.test" not in page


class TestGivenAFormWithoutItsToken:
    def test_signing_in_is_400_and_begins_nothing(self, client: FlaskClient, sam: Account, session: Session) -> None:
        answer = client.post("/login", data={"username": "sam", "password": PASSWORD})

        assert answer.status_code == 400
        assert open_sessions(session) == 0

    def test_signing_out_is_400_and_ends_nothing(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)

        answer = visitor.client.post("/logout")

        assert answer.status_code == 400
        assert open_sessions(session) == 1

    def test_anothers_token_is_400(self, app: Flask, visitor: Visitor, sam: Account, session: Session) -> None:
        other = Visitor(app)
        other.sign_in("sam", PASSWORD)
        foreign = token_in(other.get("/"))
        visitor.get("/login")

        answer = visitor.client.post("/login", data={"username": "sam", "password": PASSWORD, "csrf_token": foreign})

        assert answer.status_code == 400
        assert open_sessions(session) == 1


class TestGivenThePublicAddress:
    def test_over_http_the_cookie_is_plain(self, visitor: Visitor, sam: Account) -> None:
        answer = visitor.sign_in("sam", PASSWORD)

        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("certdesk=")
        assert all(part in cookie for part in ("; HttpOnly", "; SameSite=Lax", "; Path=/"))
        assert "Secure" not in cookie
        assert "Strict-Transport-Security" not in answer.headers

    def test_over_https_the_cookie_is_bound_to_the_host(self, secure_app: Flask, sam: Account) -> None:
        client = secure_app.test_client()

        answer = client.get("/login", base_url="https://desk.test")

        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-certdesk=")
        assert all(part in cookie for part in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"))
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"

    def test_over_https_people_can_sign_in(self, secure_app: Flask, sam: Account) -> None:
        client = secure_app.test_client()
        page = client.get("/login", base_url="https://desk.test").text
        form = {"username": "sam", "password": PASSWORD, "csrf_token": token_in(page)}

        answer = client.post("/login", base_url="https://desk.test", data=form)

        assert answer.status_code == 302
        assert client.get("/", base_url="https://desk.test").status_code == 200


class TestGivenTheLogs:
    def test_no_password_and_no_name_stands_in_them(self, visitor: Visitor, sam: Account) -> None:
        with capture_logs() as lines:
            visitor.sign_in("sam", "hunter2hunter2")
            visitor.sign_in("sam", PASSWORD)
            visitor.post("/logout", of="/")

        written = json.dumps(lines, default=str)
        assert [line["event"] for line in lines] == ["account.sign_in_failed"]
        assert not [secret for secret in ("hunter2", PASSWORD, "sam") if secret in written]
