"""What does an admin see and do on the page that erases a learner?"""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML
from tests.factories.orders import SAM
from tests.fakes import NOON
from tests.integration.erasure.eraser import REASON, Eraser
from tests.integration.erasure.everywhere import NAME, USERNAME, columns_naming, make_everything
from tests.visitors import Visitor
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.learners import Learner
from webapp.services.configs import machine


@pytest.fixture
def learner(eraser: Eraser, session: Session) -> Learner:
    """She, named everywhere."""
    return make_everything(session)


@pytest.fixture
def admin(app: Flask, session: Session, learner: Learner) -> Visitor:
    """Somebody who may erase."""
    return someone(app, session, Role.ADMIN)


def someone(app: Flask, session: Session, role: Role) -> Visitor:
    make_account(session, "adam", role)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("adam", PASSWORD)
    return visitor


def page_of(learner: Learner) -> str:
    return f"/erasure/{learner.id}"


class TestGivenAnAdmin:
    def test_the_learners_page_leads_there(self, admin: Visitor, learner: Learner) -> None:
        assert f'href="{page_of(learner)}"' in admin.get(f"/learners/{USERNAME}")

    def test_it_says_beforehand_what_goes_and_what_stays(self, admin: Visitor, learner: Learner) -> None:
        text = admin.get(page_of(learner))

        assert "Notes of staff" in text
        assert "There is no undo" in text
        assert "1 PDF file, for whoever keeps the storage to delete." in text
        assert "Words by which the name is found" not in text

    def test_typed_and_said_why_it_is_done(self, admin: Visitor, learner: Learner, session: Session) -> None:
        answer = admin.post(page_of(learner), {"typed": USERNAME, "reason": REASON}, of=page_of(learner))

        session.rollback()
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "learner.erased")).one()
        left = admin.get(answer.location)
        assert (answer.status_code, event.actor_name, event.reason) == (303, "adam", REASON)
        assert columns_naming(session) == set()
        assert "The learner is erased. What is left is called" in left
        assert "The learner asked to be forgotten." in left
        assert "Erase…" not in left

    @pytest.mark.parametrize("typed", ["", "adalov", USERNAME.upper(), NAME])
    def test_another_name_typed_changes_nothing(
        self, admin: Visitor, learner: Learner, session: Session, typed: str
    ) -> None:
        before = columns_naming(session)

        answer = admin.post(page_of(learner), {"typed": typed, "reason": REASON}, of=page_of(learner))

        session.rollback()
        assert answer.status_code == 422
        assert "Type the user name as it stands there, letter for letter." in answer.text
        assert columns_naming(session) == before

    @pytest.mark.parametrize("reason", ["", f"{NAME} asked"])
    def test_a_reason_that_does_not_do_changes_nothing(
        self, admin: Visitor, learner: Learner, session: Session, reason: str
    ) -> None:
        before = columns_naming(session)

        answer = admin.post(page_of(learner), {"typed": USERNAME, "reason": reason}, of=page_of(learner))

        session.rollback()
        assert answer.status_code == 422
        assert "Nothing was changed" in answer.text
        assert columns_naming(session) == before

    def test_sent_twice_it_is_done_once(self, admin: Visitor, learner: Learner) -> None:
        token = admin.token_on(page_of(learner))
        form = {"csrf_token": token, "typed": USERNAME, "reason": REASON}

        first, second = (admin.client.post(page_of(learner), data=form) for _ in range(2))

        assert first.location == second.location
        assert admin.client.get(page_of(learner)).location == first.location

    def test_an_account_with_a_role_stands_in_its_way(self, admin: Visitor, learner: Learner, session: Session) -> None:
        machine.write_roles(session, SAM, USERNAME, (Role.VIEWER,), now=NOON)
        session.commit()

        text = admin.get(page_of(learner))

        assert "has roles: have them taken away first" in text
        assert "Erase the learner" not in text

    def test_what_is_left_can_be_looked_at_in_its_course_run(
        self, admin: Visitor, learner: Learner, eraser: Eraser
    ) -> None:
        done = eraser.erases()

        text = admin.get(f"/learners/{done.placeholder}/{HTML}")

        assert "The learner asked to be forgotten." in text
        assert "What happened" in text
        assert [
            said for said in ("Note it", "Checks", "What the learner sees now", "What you can do") if said in text
        ] == []


class TestGivenAnybodyElse:
    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
    def test_there_is_no_such_page(self, app: Flask, session: Session, learner: Learner, role: Role) -> None:
        visitor = someone(app, session, role)

        assert visitor.client.get(page_of(learner)).status_code == 403
        assert "Erase…" not in visitor.get(f"/learners/{USERNAME}")
