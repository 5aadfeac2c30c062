"""Does the holder of an API token see it, and take it back?"""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.programs import Program, program_of
from tests.visitors import Visitor
from webapp.domain.roles import Role, Scope
from webapp.models.accounts import Account, ApiToken
from webapp.models.audit import AuditEvent
from webapp.services.audit import details_of

PAGE = "/account/second-factor"
HEADING = "Your API tokens"


@pytest.fixture
def zoe(session: Session) -> Account:
    """Somebody for whom programs act."""
    zoe = make_account(session, "zoe", Role.VIEWER)
    session.commit()
    return zoe


@pytest.fixture
def holder(app: Flask, zoe: Account) -> Visitor:
    """She, signed in."""
    visitor = Visitor(app)
    visitor.sign_in("zoe", PASSWORD)
    return visitor


def door(number: int) -> str:
    return f"/account/tokens/{number}/revoke"


def number_of(session: Session, account: Account) -> int:
    session.rollback()
    return session.scalars(select(ApiToken.id).where(ApiToken.account_id == account.id)).one()


def told(session: Session) -> list[tuple[str, str, object, object]]:
    session.rollback()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "token.revoked").order_by(AuditEvent.seq))
    said = [(event, details_of(event)) for event in events]
    return [(event.actor_name, event.key, details["name"], details["after"]) for event, details in said]


class TestGivenATokenOfOnesOwn:
    @pytest.mark.any_database
    def test_the_page_shows_it_with_its_scopes_and_last_use(
        self, app: Flask, session: Session, zoe: Account, holder: Visitor
    ) -> None:
        program_of(app, session, zoe, [Scope.CONFIGS_READ]).get("changes")
        used_at = session.scalars(select(ApiToken.last_used_at)).one()

        page = holder.get(PAGE)

        assert used_at is not None
        assert [word for word in (HEADING, "configs:read", used_at.isoformat()) if word not in page] == []
        assert door(number_of(session, zoe)) in page

    def test_revoked_it_counts_no_more_and_that_is_told_once(
        self, app: Flask, session: Session, zoe: Account, holder: Visitor
    ) -> None:
        program = program_of(app, session, zoe)
        before, number = program.get("changes").status_code, number_of(session, zoe)

        answers = [holder.post(door(number), of=PAGE) for _ in range(2)]

        assert (before, program.get("changes").status_code) == (200, 401)
        assert [(answer.status_code, answer.location) for answer in answers] == 2 * [(303, PAGE)]
        assert told(session) == [("zoe", "zoe", "tests", {"revoked": True})]
        after = holder.get(PAGE)
        assert "The token is revoked" in after
        assert door(number) not in after

    def test_nobody_elses_is_shown_or_revoked(
        self, app: Flask, session: Session, zoe: Account, holder: Visitor
    ) -> None:
        other = make_account(session, "olga", Role.ADMIN)
        theirs: Program = program_of(app, session, other)
        number = number_of(session, other)

        answers = [holder.post(door(one), of=PAGE).status_code for one in (number, number + 1)]

        assert answers == [404, 404]
        assert theirs.get("changes").status_code == 200
        assert HEADING not in holder.get(PAGE)
        assert told(session) == []

    @pytest.mark.any_database
    def test_a_form_without_its_token_is_400(self, app: Flask, session: Session, zoe: Account, holder: Visitor) -> None:
        program = program_of(app, session, zoe)

        answer = holder.client.post(door(number_of(session, zoe)))

        assert (answer.status_code, program.get("changes").status_code) == (400, 200)

    @pytest.mark.any_database
    def test_nobody_revokes_one_by_a_token(self, app: Flask, session: Session, zoe: Account) -> None:
        program = program_of(app, session, zoe)

        answer = program.client.post(door(number_of(session, zoe)), headers=program.headers)

        assert (answer.status_code, program.get("changes").status_code) == (400, 200)
