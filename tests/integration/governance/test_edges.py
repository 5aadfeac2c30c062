"""What if it comes twice, half, late, or from somebody who may no more?"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.fakes import NOON
from webapp.domain.approval.merge import WHOLE
from webapp.domain.approval.states import Action, State
from webapp.domain.roles import Role
from webapp.errors.governance import (
    MergeConflict,
    SelfApproval,
    Unchanged,
    WrongState,
)
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import Blob
from webapp.services.configs import ledger
from webapp.services.governance import changes, decisions, due, standing
from webapp.services.governance.terms import Edit

LATER = NOON + timedelta(hours=1)
MUCH_LATER = NOON + timedelta(hours=2)
ON = {"enabled": True}
URGENT = "The robots are upon us, now."


def make_both(session: Session, name: str, *roles: Role) -> Account:
    account = make_account(session, name, *roles)
    session.commit()
    return account


def make_scheduled(session: Session, staff: Staff) -> ChangeRequest:
    change = make_change(session, staff.editor, make_wish(apply_at=LATER))
    decisions.approve(session, terms_of(staff.approver), change.id)
    session.commit()
    return change


class TestGivenAScheduledChange:
    def test_applied_twice_it_is_live_once(self, session: Session, staff: Staff) -> None:
        change = make_scheduled(session, staff)

        done = [due.apply_due(session, terms_of(staff.admin, now=LATER), change.id) for _ in range(2)]

        assert (done, ledger.live_number(session, "crawlers", "-")) == ([True, False], 2)

    def test_a_freeze_that_came_after_the_list_was_made_still_counts(self, session: Session, staff: Staff) -> None:
        change = make_scheduled(session, staff)
        listed = due.list_due(session, terms_of(staff.admin, now=LATER))
        decisions.freeze(session, terms_of(staff.admin), until=MUCH_LATER, reason="Exams are on.")

        done = due.apply_due(session, terms_of(staff.admin, now=LATER), change.id)

        assert (list(listed), done, change.state) == ([change.id], False, State.SCHEDULED)

    def test_edited_it_has_to_be_approved_anew(self, session: Session, staff: Staff) -> None:
        change = make_scheduled(session, staff)

        changes.edit_change(session, terms_of(staff.editor), change.id, Edit(apply_at=MUCH_LATER))

        assert (change.state, change.revision) == (State.PENDING, 2)
        assert standing.approvals_of(session, change) == []

    def test_reworded_by_its_editor_it_stays_scheduled(self, session: Session, staff: Staff) -> None:
        change = make_scheduled(session, staff)

        changes.edit_change(session, terms_of(staff.editor), change.id, Edit(title="Robots"))

        assert (change.state, change.revision) == (State.SCHEDULED, 1)

    def test_reworded_by_its_approver_it_waits_for_another(self, session: Session, staff: Staff) -> None:
        both = make_both(session, "bea", Role.EDITOR, Role.APPROVER)
        change = make_change(session, staff.editor, make_wish(apply_at=LATER))
        decisions.approve(session, terms_of(both), change.id)

        changes.edit_change(session, terms_of(both), change.id, Edit(title="Robots"))

        assert change.state is State.PENDING

    def test_stale_it_is_held_and_says_why(self, session: Session, staff: Staff) -> None:
        change = make_scheduled(session, staff)
        decisions.propose_in_emergency(
            session, terms_of(staff.admin), make_wish(payload=_agents("Mozilla"), reason=URGENT), typed_key="-"
        )

        due.apply_due(session, terms_of(staff.admin, now=LATER), change.id)

        assert change.state is State.ON_HOLD


class TestGivenAnEditThatChangesNothing:
    def test_it_does_not_keep_the_request_from_expiring(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        weeks = NOON + timedelta(days=13)

        changes.edit_change(session, terms_of(staff.editor, now=weeks), change.id, Edit(title=change.title))

        assert change.touched_at == NOON

    @pytest.mark.parametrize(
        "kept", ["First line of it.\nSecond line of it.", "First line of it.\r\nSecond line of it."]
    )
    def test_line_ends_of_a_browser_make_nobody_a_contributor(self, session: Session, staff: Staff, kept: str) -> None:
        both = make_both(session, "bea", Role.EDITOR, Role.APPROVER)
        change = make_change(session, staff.editor)
        change.reason = kept
        session.commit()

        reason = "First line of it.\r\nSecond line of it."
        changes.edit_change(session, terms_of(both), change.id, Edit(reason=reason))

        assert [one.account_name for one in change.contributors] == ["eva"]
        assert change.reason == kept

    def test_line_ends_are_kept_as_one_sign(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish(reason="One line.\r\nAnother.\rA third."))

        assert change.reason == "One line.\nAnother.\nA third."


class TestGivenARequestThatIsOld:
    def test_it_expires_once(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        terms = terms_of(staff.admin, now=NOON + timedelta(days=14))
        listed = due.list_untouched(session, terms)

        done = [due.expire(session, terms, number) for number in (*listed, *listed)]

        assert (done, change.state) == ([True, False], State.EXPIRED)

    def test_approved_meanwhile_it_does_not_expire(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload=ON))
        weeks = NOON + timedelta(days=14)
        listed = due.list_untouched(session, terms_of(staff.admin, now=weeks))
        decisions.approve(session, terms_of(staff.approver, now=weeks), change.id)

        done = due.expire(session, terms_of(staff.admin, now=weeks), change.id)

        assert (list(listed), done, change.state) == ([change.id], False, State.PENDING)

    def test_expired_it_is_in_nobodys_way(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        due.expire(session, terms_of(staff.admin, now=NOON + timedelta(days=14)), change.id)

        again = make_change(session, staff.editor)

        assert again.state is State.PENDING


class TestGivenAHeldRequest:
    def test_an_emergency_makes_it_live_and_owes_a_review(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        decisions.hold(session, terms_of(staff.approver), change.id, note="Wait.")

        decisions.apply_in_emergency(session, terms_of(staff.admin), change.id, typed_key="-", note=URGENT)

        assert (change.state, change.emergency, change.reviewed_at) == (State.APPLIED, True, None)

    def test_held_by_its_author_it_is_resumed_by_an_approver_alone(self, session: Session, staff: Staff) -> None:
        both = make_both(session, "bea", Role.EDITOR, Role.APPROVER)
        change = make_change(session, both)
        decisions.hold(session, terms_of(both), change.id, note="Wait.")

        with pytest.raises(SelfApproval):
            decisions.resume(session, terms_of(both), change.id)
        decisions.resume(session, terms_of(staff.second), change.id)

        assert change.state is State.PENDING

    def test_resumed_it_needs_the_approvals_that_it_lacks(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload=ON, apply_at=LATER))
        decisions.approve(session, terms_of(staff.approver), change.id)
        decisions.hold(session, terms_of(staff.editor), change.id, note="Wait.")

        decisions.resume(session, terms_of(staff.second), change.id)

        assert change.state is State.PENDING


class TestGivenAReversion:
    def test_rewritten_it_goes_back_to_no_version_any_more(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        decisions.approve(session, terms_of(staff.approver), change.id)
        back = changes.revert_change(session, terms_of(staff.editor), change.id, reason=REASON)

        changes.edit_change(session, terms_of(staff.editor), back.id, Edit(payload=_agents("Mozilla")))

        assert back.reverts_version is None

    def test_moved_to_another_time_it_still_does(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        decisions.approve(session, terms_of(staff.approver), change.id)
        back = changes.revert_change(session, terms_of(staff.editor), change.id, reason=REASON)

        changes.edit_change(session, terms_of(staff.editor), back.id, Edit(apply_at=LATER))

        assert (back.reverts_version, back.revision) == (1, 2)

    def test_a_deletion_is_reverted_by_the_value_before(self, session: Session, staff: Staff) -> None:
        make_badge(session, staff, "a")
        gone = make_change(session, staff.editor, make_wish("badge", "honor", action=Action.DELETE))
        decisions.approve(session, terms_of(staff.approver), gone.id)

        back = changes.revert_change(session, terms_of(staff.editor), gone.id, reason=REASON)
        decisions.approve(session, terms_of(staff.approver), back.id)

        assert ledger.live_payload(session, "badge", "honor") == {"icon": "a" * 64}
        assert ledger.live_number(session, "badge", "honor") == 3

    def test_a_first_value_is_reverted_by_its_deletion(self, session: Session, staff: Staff) -> None:
        first = make_badge(session, staff, "a")

        back = changes.revert_change(session, terms_of(staff.editor), first.id, reason=REASON)
        decisions.approve(session, terms_of(staff.approver), back.id)

        assert ledger.live_set(session, "badge") == {}


class TestGivenAValueThatWasDeletedMeanwhile:
    @pytest.fixture
    def stale(self, session: Session, staff: Staff) -> ChangeRequest:
        make_badge(session, staff, "a")
        make_image(session, "b")
        change = make_change(session, staff.editor, make_wish("badge", "honor", {"icon": "b" * 64}))
        wish = make_wish("badge", "honor", action=Action.DELETE, reason=URGENT)
        decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="honor")
        session.commit()
        return change

    def test_it_is_not_brought_back_without_a_word(self, session: Session, staff: Staff, stale: ChangeRequest) -> None:
        with pytest.raises(MergeConflict) as refusal:
            changes.rebase_change(session, terms_of(staff.editor), stale.id, {})

        assert refusal.value.fields == (WHOLE,)

    def test_it_is_brought_back_where_somebody_says_so(
        self, session: Session, staff: Staff, stale: ChangeRequest
    ) -> None:
        changes.rebase_change(session, terms_of(staff.editor), stale.id, {WHOLE: "proposed"})
        decisions.approve(session, terms_of(staff.approver), stale.id)

        assert ledger.live_set(session, "badge") == {"honor": {"icon": "b" * 64}}

    def test_nothing_is_left_where_it_stays_deleted(self, session: Session, staff: Staff, stale: ChangeRequest) -> None:
        with pytest.raises(Unchanged):
            changes.rebase_change(session, terms_of(staff.editor), stale.id, {WHOLE: "live"})


class TestGivenAClosedRequest:
    def test_nobody_brings_it_up_to_date(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        changes.withdraw(session, terms_of(staff.editor), change.id)

        with pytest.raises(WrongState):
            changes.rebase_change(session, terms_of(staff.editor), change.id, {})


def make_image(session: Session, letter: str) -> None:
    image = {"mime": "image/png", "content": b"png", "width": 9, "height": 9, "size": 3, "created_at": NOON}
    session.add(Blob(sha256=letter * 64, **image))
    session.flush()


def make_badge(session: Session, staff: Staff, letter: str) -> ChangeRequest:
    make_image(session, letter)
    change = make_change(session, staff.editor, make_wish("badge", "honor", {"icon": letter * 64}))
    decisions.approve(session, terms_of(staff.approver), change.id)
    session.commit()
    return change


def _agents(*names: str) -> dict[str, object]:
    return {"enabled": True, "known_user_agents": list(names)}
