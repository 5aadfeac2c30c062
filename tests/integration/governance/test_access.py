"""Whose roles count, for what, and from when?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.fakes import NOON
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.approval.states import Action, State
from webapp.domain.roles import Role
from webapp.errors import WebappError
from webapp.errors.governance import (
    SelfApproval,
)
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.services import accounts
from webapp.services.configs import machine
from webapp.services.governance import changes, decisions, standing
from webapp.services.governance.terms import Edit

ON = {"enabled": True}
URGENT = "The robots are upon us, now."


def make_both(session: Session, name: str, *roles: Role) -> Account:
    account = make_account(session, name, *roles)
    session.commit()
    return account


class TestGivenAccess:
    def test_nobody_raises_themselves(self, session: Session, staff: Staff) -> None:
        wish = make_wish("access", "adam", {"roles": ["admin", "approver"]})

        with pytest.raises(WebappError, match="own"):
            make_change(session, staff.admin, wish)

    def test_roles_count_at_once(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.admin, make_wish("access", "vera", {"roles": ["viewer", "editor"]}))
        decisions.approve(session, terms_of(staff.approver), change.id)
        session.commit()
        session.expire_all()

        made = make_change(session, staff.viewer)

        assert made.state is State.PENDING

    def test_everybody_else_keeps_their_roles(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.admin, make_wish("access", "vera", {"roles": ["viewer", "editor"]}))

        decisions.approve(session, terms_of(staff.approver), change.id)
        session.expire_all()

        everybody = (staff.editor, staff.approver, staff.second, staff.admin, staff.viewer)
        assert [[*one.roles] for one in everybody] == [
            ["editor"],
            ["approver"],
            ["approver"],
            ["admin"],
            ["viewer", "editor"],
        ]

    def test_two_approvers_stay(self, session: Session, staff: Staff) -> None:
        with pytest.raises(WebappError, match="must be 2"):
            make_change(session, staff.admin, make_wish("access", "amir", {"roles": []}))

    def test_it_is_not_deleted(self, session: Session, staff: Staff) -> None:
        with pytest.raises(WebappError, match="cannot be deleted"):
            make_change(session, staff.admin, make_wish("access", "vera", action=Action.DELETE))


class TestGivenAnApproverWhoMayApproveNoMore:
    @pytest.fixture
    def half(self, session: Session, staff: Staff) -> ChangeRequest:
        make_both(session, "anna", Role.APPROVER)
        change = make_change(session, staff.editor, make_wish("generation", payload=ON))
        decisions.approve(session, terms_of(staff.approver), change.id)
        machine.write_roles(session, Actor(MACHINE_NAME), "amir", [Role.VIEWER], now=NOON)
        session.commit()
        return change

    def test_their_approval_does_not_count_beside_anothers(
        self, session: Session, staff: Staff, half: ChangeRequest
    ) -> None:
        decisions.approve(session, terms_of(staff.second), half.id)

        assert half.state is State.PENDING
        assert standing.see(session, half, now=NOON).given == 1

    def test_it_counts_again_with_the_role(self, session: Session, staff: Staff, half: ChangeRequest) -> None:
        machine.write_roles(session, Actor(MACHINE_NAME), "amir", [Role.APPROVER], now=NOON)

        decisions.approve(session, terms_of(staff.second), half.id)

        assert half.state is State.APPLIED

    def test_a_third_stands_in(self, session: Session, staff: Staff, half: ChangeRequest) -> None:
        decisions.approve(session, terms_of(staff.second), half.id)
        anna = accounts.get_account(session, "anna")

        decisions.approve(session, terms_of(anna), half.id)

        assert half.state is State.APPLIED


class TestGivenSomebodysOwnRoles:
    @pytest.fixture
    def about(self, session: Session, staff: Staff) -> ChangeRequest:
        """A request of Adam's about the roles of Bea, who has every role that decides."""
        make_both(session, "bea", Role.APPROVER, Role.ADMIN)
        return make_change(session, staff.admin, make_wish("access", "bea", {"roles": ["approver"]}))

    def test_they_neither_rewrite_nor_decide_nor_hurry(self, session: Session, about: ChangeRequest) -> None:
        terms = terms_of(accounts.get_account(session, "bea"))

        with pytest.raises(SelfApproval):
            changes.edit_change(session, terms, about.id, Edit(payload={"roles": ["approver", "admin", "editor"]}))
        with pytest.raises(SelfApproval):
            decisions.approve(session, terms, about.id)
        with pytest.raises(SelfApproval):
            decisions.reject(session, terms, about.id, note="No.")
        with pytest.raises(SelfApproval):
            decisions.hold(session, terms, about.id, note="Wait.")
        with pytest.raises(SelfApproval):
            decisions.apply_in_emergency(session, terms, about.id, typed_key="bea", note=URGENT)

    def test_they_are_not_asked_to(self, session: Session, staff: Staff, about: ChangeRequest) -> None:
        wish = make_wish("access", "Alice", {"roles": ["approver", "viewer"]}, ask="alice")

        with pytest.raises(WebappError, match="It is about the roles of alice"):
            make_change(session, staff.admin, wish)
        with pytest.raises(WebappError, match="It is about the roles of bea"):
            changes.edit_change(session, terms_of(staff.admin), about.id, Edit(ask="bea"))
        changes.edit_change(session, terms_of(staff.admin), about.id, Edit(ask="alice"))

        assert about.asked_id == staff.second.id

    def test_others_decide(self, session: Session, staff: Staff, about: ChangeRequest) -> None:
        decisions.approve(session, terms_of(staff.approver), about.id)

        assert about.state is State.APPLIED


class TestGivenNamesWithOddLetters:
    @pytest.mark.parametrize("name", ["o'neil", 'quo"te', "50%_done", "a/b+c", "Ünï", "x" * 150, "back\\slash", "名前"])
    def test_the_role_counts_for_that_account_and_in_the_gate(self, session: Session, staff: Staff, name: str) -> None:
        make_both(session, name)
        grant = make_change(session, staff.admin, make_wish("access", name.upper(), {"roles": ["approver"]}))
        decisions.approve(session, terms_of(staff.approver), grant.id)
        session.commit()
        change = make_change(session, staff.editor)

        decisions.approve(session, terms_of(accounts.get_account(session, name)), change.id)

        assert (grant.key, change.state) == (name, State.APPLIED)


class TestGivenADisabledAccount:
    def test_its_roles_stay_and_move_nothing(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        staff.approver.disabled_at = NOON
        session.commit()

        refused = standing.refusals(session, change, terms_of(staff.approver).actor, now=NOON)

        assert staff.approver.roles == (Role.APPROVER,)
        assert standing.list_deciders(session) == ["alice"]
        assert [move for move, refusal in refused.items() if refusal is None] == []
