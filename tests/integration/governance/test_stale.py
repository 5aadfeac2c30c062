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
from webapp.services.governance.reading import listing
from webapp.services.governance.terms import Wish

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


class TestGivenAnEmergencyThatIsUndone:
    @pytest.fixture
    def emergency(self, session: Session, staff: Staff) -> ChangeRequest:
        wish = make_wish(payload=BROWSER, reason="The robots are upon us, now.")
        change = decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="-")
        session.commit()
        return change

    def test_it_owes_its_review_until_the_way_back_is_live(
        self, session: Session, staff: Staff, emergency: ChangeRequest
    ) -> None:
        back = changes.revert_change(session, terms_of(staff.editor), emergency.id, reason="It catches everybody.")
        session.commit()
        while_it_waits = owed(session)
        decisions.approve(session, terms_of(staff.approver), back.id)
        session.commit()

        session.refresh(emergency)
        assert (while_it_waits, owed(session)) == ([emergency.id], [])
        assert (emergency.undone_by, emergency.owes_review, emergency.reviewed_at) == (back.id, False, None)

    def test_a_way_back_to_the_emergency_itself_undoes_nothing(
        self, session: Session, staff: Staff, emergency: ChangeRequest
    ) -> None:
        make_live(session, staff, make_wish(payload={"enabled": True, "known_user_agents": ["Other"]}))
        back = changes.revert_to(session, terms_of(staff.editor), "crawlers", "-", 2, reason="It was better so.")
        decisions.approve(session, terms_of(staff.approver), back.id)
        session.commit()

        assert owed(session) == [emergency.id]

    def test_a_second_emergency_undoes_nothing(self, session: Session, staff: Staff, emergency: ChangeRequest) -> None:
        back = changes.revert_change(session, terms_of(staff.editor), emergency.id, reason="It catches everybody.")
        decisions.apply_in_emergency(
            session, terms_of(staff.admin), back.id, typed_key="-", note="They all are caught."
        )
        session.commit()

        assert owed(session) == [emergency.id, back.id]


def owed(session: Session) -> list[int]:
    return [change.id for change in listing.owed(session)]


def make_live(session: Session, staff: Staff, wish: Wish) -> None:
    change = changes.propose_change(session, terms_of(staff.editor), wish)
    decisions.approve(session, terms_of(staff.approver), change.id)
    session.commit()
