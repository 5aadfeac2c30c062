"""Which approvals count at this moment, and can what has enough of them be made live though the last came before that?"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import Staff, make_change, make_counted_short, make_wish, terms_of
from tests.fakes import NOON
from webapp.domain.approval.states import State
from webapp.domain.roles import Role
from webapp.errors.governance import AlreadyDecided, ChangesFrozen, RevisionMoved
from webapp.models.governance.changes import ChangeRequest
from webapp.services.configs import ledger
from webapp.services.governance import changes, decisions, standing
from webapp.services.governance.reading import listing, requests
from webapp.services.governance.reading.requests import Filter
from webapp.services.governance.terms import Edit

ON = {"enabled": True}
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def short(session: Session, staff: Staff) -> ChangeRequest:
    """Approved by both, but when the second did, the first was disabled."""
    return make_counted_short(session, staff)


@pytest.fixture
def full(session: Session, staff: Staff, short: ChangeRequest) -> ChangeRequest:
    """The same, once the first is enabled again."""
    enable(session, staff)
    return short


def enable(session: Session, staff: Staff) -> None:
    staff.approver.disabled_at = None
    session.commit()


def waiting_for(session: Session, staff: Staff) -> list[str]:
    people = [staff.approver, staff.second, staff.editor]
    persons = {one.username: standing.person_of(session, terms_of(one).actor) for one in people}
    return [name for name, person in persons.items() if listing.waiting_for(session, person)]


class TestGivenAnApproverWhoIsDisabled:
    def test_their_approval_is_not_counted_anywhere(self, session: Session, staff: Staff, short: ChangeRequest) -> None:
        assert standing.see(session, short, now=NOON).given == 1
        assert standing.approvers_of(session, [short]) == {short.id: ["alice"]}
        assert waiting_for(session, staff) == []

    def test_the_other_has_decided(self, session: Session, staff: Staff, short: ChangeRequest) -> None:
        with pytest.raises(AlreadyDecided):
            decisions.approve(session, terms_of(staff.second), short.id)

    def test_what_is_live_says_who_let_it_in(self, session: Session, staff: Staff, full: ChangeRequest) -> None:
        decisions.approve(session, terms_of(staff.second), full.id)
        staff.approver.disabled_at = NOON
        session.commit()

        assert standing.approvers_of(session, [full]) == {full.id: ["amir", "alice"]}
        assert standing.see(session, full, now=NOON).given == 2


class TestGivenAnApproverWhoIsEnabledAgain:
    def test_nothing_goes_live_by_that_alone(self, session: Session, staff: Staff, full: ChangeRequest) -> None:
        assert (full.state, ledger.live_number(session, "generation", "-")) == (State.PENDING, 1)
        assert standing.approvers_of(session, [full]) == {full.id: ["amir", "alice"]}

    def test_it_waits_for_those_who_approved(self, session: Session, staff: Staff, full: ChangeRequest) -> None:
        waiting = requests.list_page(session, Filter(waits_for=(staff.second.id, True)), limit=9)

        assert waiting_for(session, staff) == ["amir", "alice"]
        assert [one.id for one in waiting] == [full.id]

    @pytest.mark.parametrize("who", ["approver", "second"])
    def test_either_makes_it_live_by_approving_once_more(
        self, session: Session, staff: Staff, full: ChangeRequest, who: str
    ) -> None:
        decisions.approve(session, terms_of(getattr(staff, who)), full.id)
        session.commit()

        assert (full.state, ledger.live_number(session, "generation", "-")) == (State.APPLIED, 2)
        assert standing.approvers_of(session, [full]) == {full.id: ["amir", "alice"]}

    def test_what_is_for_later_is_scheduled(self, session: Session, staff: Staff) -> None:
        change = make_counted_short(session, staff, apply_at=LATER)
        enable(session, staff)

        decisions.approve(session, terms_of(staff.second), change.id)

        assert change.state is State.SCHEDULED

    def test_not_while_changes_are_frozen(self, session: Session, staff: Staff, full: ChangeRequest) -> None:
        decisions.freeze(session, terms_of(staff.admin), until=LATER, reason="Exams are on.")

        with pytest.raises(ChangesFrozen):
            decisions.approve(session, terms_of(staff.second), full.id)

    def test_taken_back_it_lacks_one(self, session: Session, staff: Staff, full: ChangeRequest) -> None:
        decisions.take_back(session, terms_of(staff.approver), full.id)

        with pytest.raises(AlreadyDecided):
            decisions.approve(session, terms_of(staff.second), full.id)

    def test_of_another_revision_nothing_is_left(self, session: Session, staff: Staff, full: ChangeRequest) -> None:
        seen = standing.tag_of(session, full)
        changes.edit_change(session, terms_of(staff.editor), full.id, Edit(apply_at=LATER))

        with pytest.raises(RevisionMoved):
            decisions.approve(session, terms_of(staff.second), full.id, expected=seen)
        decisions.approve(session, terms_of(staff.second), full.id)

        assert full.state is State.PENDING

    def test_who_wrote_on_it_since_counts_for_nobody(self, session: Session, staff: Staff) -> None:
        both = make_account(session, "bea", Role.EDITOR, Role.APPROVER)
        change = make_change(session, staff.editor, make_wish("generation", payload=ON))
        decisions.approve(session, terms_of(both), change.id)
        both.disabled_at = NOON
        decisions.approve(session, terms_of(staff.approver), change.id)
        both.disabled_at = None
        session.commit()
        changes.edit_change(session, terms_of(both), change.id, Edit(title="Other words"))
        session.commit()

        assert standing.approvers_of(session, [change]) == {change.id: ["amir"]}
        assert waiting_for(session, staff) == ["alice"]
