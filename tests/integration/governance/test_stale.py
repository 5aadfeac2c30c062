"""What becomes of a request whose value has moved meanwhile, and of the emergency that moved it?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, make_wish, terms_of
from webapp.domain.approval.states import State
from webapp.errors.governance import (
    MergeConflict,
    SelfApproval,
    StaleChange,
)
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import changes, decisions

BROWSER = {"enabled": True, "known_user_agents": ["Mozilla"]}


class TestGivenTheLiveValueMoved:
    @pytest.fixture
    def stale(self, session: Session, staff: Staff) -> ChangeRequest:
        change = make_change(session, staff.editor)
        wish = make_wish(payload=BROWSER, reason="The robots are upon us, now.")
        decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="-")
        session.commit()
        return change

    def test_the_request_is_stale_and_cannot_be_approved(
        self, session: Session, staff: Staff, stale: ChangeRequest
    ) -> None:
        with pytest.raises(StaleChange):
            decisions.approve(session, terms_of(staff.approver), stale.id)

    def test_a_field_that_both_changed_wants_a_choice(
        self, session: Session, staff: Staff, stale: ChangeRequest
    ) -> None:
        with pytest.raises(MergeConflict) as refusal:
            changes.rebase_change(session, terms_of(staff.editor), stale.id, {})

        assert refusal.value.fields == ("known_user_agents",)

    def test_rebased_it_is_another_revision_of_the_live_value(
        self, session: Session, staff: Staff, stale: ChangeRequest
    ) -> None:
        changes.rebase_change(session, terms_of(staff.editor), stale.id, {"known_user_agents": "proposed"})
        decisions.approve(session, terms_of(staff.approver), stale.id)

        assert (stale.revision, stale.base_version, stale.state) == (2, 2, State.APPLIED)

    def test_the_emergency_owes_a_review_by_somebody_else(
        self, session: Session, staff: Staff, stale: ChangeRequest
    ) -> None:
        emergency = session.scalars(select(ChangeRequest).where(ChangeRequest.emergency)).one()

        with pytest.raises(SelfApproval):
            decisions.acknowledge(session, terms_of(staff.admin), emergency.id)
        decisions.acknowledge(session, terms_of(staff.approver), emergency.id)
        session.commit()

        assert emergency.reviewed_by == "amir"
