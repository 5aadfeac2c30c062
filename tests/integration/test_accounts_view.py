"""Who manages accounts, and what becomes of one that is shut?"""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.models.accounts import Account, AccountSession
from webapp.models.audit import AuditEvent
from webapp.services import accounts
from webapp.services.audit import details_of
from webapp.services.sign_on.sessions import IDLE_TIME

ACTS = ("disable", "enable", "end-sessions")
OTHERS = [role for role in Role if role is not Role.ADMIN]


@pytest.fixture
def admin(app: Flask, session: Session) -> Visitor:
    """Somebody who manages accounts."""
    return signed_in(app, session, "adam", Role.ADMIN)


@pytest.fixture
def zoe(app: Flask, session: Session) -> Visitor:
    """Somebody else, signed in."""
    return signed_in(app, session, "zoe", Role.VIEWER)


def signed_in(app: Flask, session: Session, name: str, *roles: Role) -> Visitor:
    make_account(session, name, *roles)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    return visitor


def number_of(session: Session, name: str) -> int:
    session.rollback()
    return session.execute(select(Account.id).where(Account.username == name)).scalar_one()


def disabled_at(session: Session, number: int) -> datetime | None:
    session.rollback()
    return session.execute(select(Account.disabled_at).where(Account.id == number)).scalar_one()


def address(number: int, act: str = "") -> str:
    return f"/admin/accounts/{number}/{act}" if act else f"/admin/accounts/details/?id={number}"


def acts_on(session: Session, name: str) -> list[tuple[str, str]]:
    session.rollback()
    query = select(AuditEvent.action, AuditEvent.actor_name).where(AuditEvent.key == name).order_by(AuditEvent.seq)
    return [(action, actor) for action, actor in session.execute(query)]


class TestGivenAnAdmin:
    def test_disabling_signs_out_everywhere_and_lets_nobody_in(
        self, admin: Visitor, zoe: Visitor, session: Session
    ) -> None:
        number = number_of(session, "zoe")

        answer = admin.post(address(number, "disable"), of="/")

        assert (answer.status_code, answer.location) == (302, address(number))
        assert "The account is disabled and signed out everywhere." in admin.get(address(number))
        assert zoe.client.get("/").status_code == 302
        assert zoe.sign_in("zoe", PASSWORD).status_code == 401
        assert acts_on(session, "zoe")[-1] == ("account.disabled", "adam")

    def test_enabling_lets_in_again_but_gives_no_session_back(
        self, admin: Visitor, zoe: Visitor, session: Session
    ) -> None:
        number = number_of(session, "zoe")
        admin.post(address(number, "disable"), of="/")

        admin.post(address(number, "enable"), of="/")

        assert zoe.client.get("/").status_code == 302
        assert zoe.sign_in("zoe", PASSWORD).status_code == 302
        assert ("account.enabled", "adam") in acts_on(session, "zoe")

    def test_ending_sessions_signs_out_everywhere_and_no_more(
        self, app: Flask, admin: Visitor, zoe: Visitor, session: Session
    ) -> None:
        second = Visitor(app)
        second.sign_in("zoe", PASSWORD)

        admin.post(address(number_of(session, "zoe"), "end-sessions"), of="/")

        assert [visitor.client.get("/").status_code for visitor in (zoe, second, admin)] == [302, 302, 200]
        assert zoe.sign_in("zoe", PASSWORD).status_code == 302
        assert ("account.sessions_ended", "adam") in acts_on(session, "zoe")

    def test_every_act_tells_before_and_after_and_no_secret(self, app: Flask, session: Session) -> None:
        adam, zoe = Actor("adam", request_id="r-1"), make_account(session, "zoe2")
        accounts.set_password(session, adam, "zoe2", PASSWORD + "2", now=NOON)
        accounts.create_token(session, adam, "zoe2", name="desk", scopes=[], secret="s" * 32, now=NOON)
        accounts.disable(session, adam, zoe.id, now=NOON)
        accounts.enable(session, adam, zoe.id, now=NOON)
        accounts.end_sessions(session, adam, zoe.id, now=NOON)
        session.commit()

        query = select(AuditEvent).where(AuditEvent.key == "zoe2").order_by(AuditEvent.seq)
        told = [(event.action, details_of(event)) for event in session.scalars(query)]

        assert [(action, said["before"], said["after"]) for action, said in told] == [
            ("account.password_set", {"password": True, "sessions": 0}, {"password": True, "sessions": 0}),
            ("token.created", None, {"name": "desk", "scopes": [], "expires_at": None}),
            ("account.disabled", {"disabled": False, "sessions": 0}, {"disabled": True, "sessions": 0}),
            ("account.enabled", {"disabled": True}, {"disabled": False}),
            ("account.sessions_ended", {"sessions": 0}, {"sessions": 0}),
        ]
        assert not any(secret in str(told) for secret in (PASSWORD, "s" * 32, "argon2"))

    def test_disabling_twice_keeps_the_first_moment(self, admin: Visitor, zoe: Visitor, session: Session) -> None:
        number = number_of(session, "zoe")
        admin.post(address(number, "disable"), of="/")
        first = disabled_at(session, number)

        admin.post(address(number, "disable"), of="/")

        assert first is not None
        assert disabled_at(session, number) == first

    def test_the_own_account_cannot_be_disabled(self, admin: Visitor, session: Session) -> None:
        number = number_of(session, "adam")

        page = admin.get(address(number))
        admin.post(address(number, "disable"), of="/")

        assert "This is the account that you are signed in with." in page
        assert address(number, "disable") not in page
        assert "You cannot disable the account that you are signed in with." in admin.get(address(number))
        assert "account.disabled" not in [action for action, _ in acts_on(session, "adam")]

    def test_the_own_sessions_can_be_ended(self, admin: Visitor, session: Session) -> None:
        admin.post(address(number_of(session, "adam"), "end-sessions"), of="/")

        assert admin.client.get("/").status_code == 302

    def test_the_page_shows_sign_ins_and_never_a_hash(self, admin: Visitor, zoe: Visitor, session: Session) -> None:
        page = admin.get(address(number_of(session, "zoe")))

        digests = session.scalars(select(AccountSession.token_digest)).all()
        assert "Last seen" in page
        assert "argon2" not in page
        assert not [digest for digest in digests if digest in page]

    def test_the_page_tells_when_a_sign_in_ended_by_itself(
        self, admin: Visitor, zoe: Visitor, session: Session
    ) -> None:
        held = session.scalars(select(AccountSession).join(Account).where(Account.username == "zoe")).one()
        held.created_at = held.seen_at = NOON
        session.commit()

        page = admin.get(f"/admin/accounts/details/?id={held.account_id}")

        assert f'datetime="{(NOON + IDLE_TIME).isoformat()}"'.replace("+00:00", "Z") in page.replace("+00:00", "Z")

    def test_an_account_that_is_not_there_is_404(self, admin: Visitor) -> None:
        addresses = [address(number, act) for number in (999_999, 2**31, 2**63, 10**30) for act in ACTS]

        answers = {where: admin.post(where, of="/").status_code for where in addresses}

        assert answers == dict.fromkeys(addresses, 404)

    def test_a_form_without_its_token_is_400(self, admin: Visitor, zoe: Visitor, session: Session) -> None:
        number = number_of(session, "zoe")

        answers = [admin.client.post(address(number, act)).status_code for act in ACTS]

        assert answers == [400, 400, 400]
        assert zoe.client.get("/").status_code == 200


class TestGivenAnybodyElse:
    @pytest.mark.parametrize("role", OTHERS)
    def test_every_page_and_act_is_403(self, app: Flask, zoe: Visitor, session: Session, role: Role) -> None:
        other = signed_in(app, session, "sam", role)
        number = number_of(session, "zoe")

        seen = [other.client.get(path).status_code for path in ("/admin/accounts/", address(number))]
        done = [other.post(address(number, act), of="/").status_code for act in ACTS]

        assert (seen, done) == ([403, 403], [403, 403, 403])
        assert zoe.client.get("/").status_code == 200

    def test_the_navigation_does_not_lead_there(self, zoe: Visitor) -> None:
        page = zoe.get("/")

        assert "/admin/accounts/" not in page
        assert 'href="/audit/"' not in page
