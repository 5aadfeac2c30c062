"""Who takes an API token back, what becomes of whoever brings it, and how is it found among others?"""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.programs import Program, program_of
from tests.fakes import NOON
from tests.integration.cli.terminal import Terminal
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.domain.roles import Role, Scope
from webapp.models.accounts import Account, ApiToken
from webapp.models.audit import AuditEvent
from webapp.services import tokens
from webapp.services.audit import details_of

ADAM = Actor("adam")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def zoe(session: Session) -> Account:
    """Somebody for whom programs act."""
    return make_account(session, "zoe", Role.VIEWER)


@pytest.fixture
def program(app: Flask, session: Session, zoe: Account) -> Program:
    """A program that acts for her."""
    return program_of(app, session, zoe)


@pytest.fixture
def admin(app: Flask, session: Session) -> Visitor:
    """Somebody who manages accounts."""
    make_account(session, "adam", Role.ADMIN)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("adam", PASSWORD)
    return visitor


def only_token(session: Session) -> ApiToken:
    session.rollback()
    session.expire_all()
    return session.scalars(select(ApiToken)).one()


def told(session: Session) -> list[tuple[str, str, object, object]]:
    session.rollback()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "token.revoked").order_by(AuditEvent.seq))
    said = [(event, details_of(event)) for event in events]
    return [(event.actor_name, event.key, details["name"], details["after"]) for event, details in said]


def page_of(account: Account) -> str:
    return f"/admin/accounts/details/?id={account.id}"


def door(account: Account, number: int) -> str:
    return f"/admin/accounts/{account.id}/tokens/{number}/revoke"


class TestGivenAnAdmin:
    def test_the_accounts_page_revokes_it_at_once(
        self, admin: Visitor, program: Program, zoe: Account, session: Session
    ) -> None:
        before, page = program.get("changes").status_code, admin.get(page_of(zoe))

        answer = admin.post(door(zoe, only_token(session).id), of=page_of(zoe))

        assert (before, program.get("changes").status_code) == (200, 401)
        assert "Revoke the token tests for good?" in page
        assert (answer.status_code, answer.location) == (302, page_of(zoe))
        after = admin.get(page_of(zoe))
        assert "The token is revoked" in after
        assert door(zoe, only_token(session).id) not in after
        assert told(session) == [("adam", "zoe", "tests", {"revoked": True})]

    def test_the_page_says_when_it_was_last_used(
        self, admin: Visitor, program: Program, zoe: Account, session: Session
    ) -> None:
        program.get("changes")
        used_at = only_token(session).last_used_at

        page = admin.get(page_of(zoe))

        assert used_at is not None
        assert "Last used" in page
        assert used_at.isoformat() in page

    def test_the_token_of_another_account_is_404(
        self, admin: Visitor, program: Program, zoe: Account, session: Session
    ) -> None:
        other = make_account(session, "olga", Role.VIEWER)
        session.commit()
        number = only_token(session).id

        addresses = [door(other, number), door(zoe, number + 1), f"/admin/accounts/999999/tokens/{number}/revoke"]

        assert [admin.post(address, of=page_of(zoe)).status_code for address in addresses] == [404, 404, 404]
        assert program.get("changes").status_code == 200

    def test_a_form_without_its_token_is_400(
        self, admin: Visitor, program: Program, zoe: Account, session: Session
    ) -> None:
        answer = admin.client.post(door(zoe, only_token(session).id))

        assert (answer.status_code, program.get("changes").status_code) == (400, 200)


class TestGivenAnybodyElse:
    @pytest.mark.any_database
    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
    def test_it_is_403(self, app: Flask, program: Program, zoe: Account, session: Session, role: Role) -> None:
        make_account(session, "sam", role)
        session.commit()
        sam = Visitor(app)
        sam.sign_in("sam", PASSWORD)

        answer = sam.post(door(zoe, only_token(session).id), of="/")

        assert (answer.status_code, program.get("changes").status_code) == (403, 200)


class TestGivenOneThatIsRevoked:
    def test_it_keeps_its_moment_and_is_told_once(self, program: Program, zoe: Account, session: Session) -> None:
        number = only_token(session).id

        for moment in (NOON, LATER):
            tokens.revoke(session, ADAM, session.get_one(Account, zoe.id), number, now=moment)
            session.commit()

        assert only_token(session).revoked_at == NOON
        assert told(session) == [("adam", "zoe", "tests", {"revoked": True})]

    @pytest.mark.any_database
    def test_it_is_listed_behind_those_that_count(
        self, app: Flask, program: Program, zoe: Account, session: Session
    ) -> None:
        program_of(app, session, zoe, [Scope.AUDIT_READ])
        first, second = session.scalars(select(ApiToken.id).order_by(ApiToken.id)).all()
        before = [one.id for one in tokens.list_of(session, zoe.id)]

        tokens.revoke(session, ADAM, zoe, second, now=NOON)

        assert (before, [one.id for one in tokens.list_of(session, zoe.id)]) == ([second, first], [first, second])


class TestGivenTheMachinesOwner:
    def test_it_is_revoked_by_its_number(self, app: Flask, program: Program, zoe: Account, session: Session) -> None:
        number = str(only_token(session).id)

        said = [Terminal(app).done("accounts", "revoke-token", "ZOE", number) for _ in range(2)]

        assert said == 2 * ["The token tests of zoe is revoked.\n"]
        assert program.get("changes").status_code == 401
        assert told(session) == [("command line", "zoe", "tests", {"revoked": True})]

    @pytest.mark.any_database
    def test_tokens_are_listed_with_their_last_use(
        self, app: Flask, program: Program, zoe: Account, session: Session
    ) -> None:
        program.get("changes")
        token = only_token(session)
        assert token.last_used_at is not None

        table, line = (
            Terminal(app).done("accounts", "tokens", "zoe"),
            Terminal(app).done("accounts", "tokens", "zoe", "--json"),
        )

        assert f"{token.last_used_at:%Y-%m-%d %H:%M} UTC" in table
        assert json.loads(line) == {
            "number": token.id,
            "name": "tests",
            "scopes": token.scopes,
            "made": token.created_at.isoformat(),
            "last_used": token.last_used_at.isoformat(),
            "ends": None,
            "revoked": None,
        }

    @pytest.mark.any_database
    def test_what_is_not_there_is_refused_in_words(self, app: Flask, zoe: Account, session: Session) -> None:
        session.commit()

        assert "zoe has no API token of the number 7." in Terminal(app).refused("accounts", "revoke-token", "zoe", "7")
        assert "no account named nobody" in Terminal(app).refused("accounts", "revoke-token", "nobody", "7")
        assert "no account named nobody" in Terminal(app).refused("accounts", "tokens", "nobody")
