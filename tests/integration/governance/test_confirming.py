"""Is "I mean it" said of what is asked for now, and never of something else that was asked for before?"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.fakes import NOON
from webapp.domain.configs.crawlers import CATCHES_MANY
from webapp.domain.configs.proposals import Caution, Checked
from webapp.errors.governance import CautionsUnread
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import applying, changes, decisions
from webapp.services.governance.terms import Edit
from webapp.services.visits import agents

LATER = NOON + timedelta(hours=1)
READ = (CATCHES_MANY,)
URGENT = "The robots are upon us, now."


def listing(*names: str, enabled: bool = True) -> dict[str, object]:
    return {"enabled": enabled, "known_user_agents": list(names)}


@pytest.fixture(autouse=True)
def visits(session: Session) -> None:
    """A week in which many came with one of two agents."""
    agents.add(session, {"Mozilla/5.0": 80, "Robot/2": 20}, NOON.date())
    session.commit()


@pytest.fixture
def confirmed(session: Session, staff: Staff) -> ChangeRequest:
    """A request for a list that takes the visits of robots, and whose author means it."""
    return make_change(session, staff.editor, make_wish(payload=listing("Robot"), confirmed=READ))


class TestGivenAnEdit:
    @pytest.mark.parametrize(
        "edit", [Edit(payload=listing("Mozilla")), Edit(apply_at=LATER)], ids=["another payload", "another moment"]
    )
    def test_another_payload_or_moment_is_confirmed_anew(
        self, session: Session, staff: Staff, confirmed: ChangeRequest, edit: Edit
    ) -> None:
        with pytest.raises(CautionsUnread):
            changes.edit_change(session, terms_of(staff.editor), confirmed.id, edit)

    def test_confirmed_with_it_it_is_taken(self, session: Session, staff: Staff, confirmed: ChangeRequest) -> None:
        edit = Edit(payload=listing("Mozilla"), confirmed=READ)

        changes.edit_change(session, terms_of(staff.editor), confirmed.id, edit)

        assert (confirmed.revision, confirmed.confirmed) == (2, [CATCHES_MANY])

    def test_what_has_no_consequences_carries_no_confirmation_on(
        self, session: Session, staff: Staff, confirmed: ChangeRequest
    ) -> None:
        changes.edit_change(session, terms_of(staff.editor), confirmed.id, Edit(payload=listing("Nobody")))
        told = list(confirmed.confirmed)

        with pytest.raises(CautionsUnread):
            changes.edit_change(session, terms_of(staff.editor), confirmed.id, Edit(payload=listing("Mozilla")))

        assert told == []

    def test_other_words_leave_it(self, session: Session, staff: Staff, confirmed: ChangeRequest) -> None:
        edit = Edit(payload=listing("Robot"), title="Robots")

        changes.edit_change(session, terms_of(staff.editor), confirmed.id, edit)

        assert (confirmed.revision, confirmed.confirmed) == (1, [CATCHES_MANY])


class TestGivenAStaleRequest:
    CHOSEN = {"known_user_agents": "proposed"}

    def overtake(self, session: Session, staff: Staff, payload: dict[str, object]) -> None:
        wish = make_wish(payload=payload, reason=URGENT, confirmed=READ)
        decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="-")
        session.commit()

    def test_brought_up_to_date_as_it_is_it_stays_confirmed(
        self, session: Session, staff: Staff, confirmed: ChangeRequest
    ) -> None:
        self.overtake(session, staff, listing("Mozilla"))

        changes.rebase_change(session, terms_of(staff.editor), confirmed.id, self.CHOSEN)

        assert (confirmed.revision, confirmed.confirmed) == (2, [CATCHES_MANY])

    def test_another_payload_is_confirmed_anew(self, session: Session, staff: Staff) -> None:
        off = listing("Robot", "Mozilla", enabled=False)
        change = make_change(session, staff.editor, make_wish(payload=off, confirmed=READ))
        self.overtake(session, staff, listing("edX-downloader"))

        with pytest.raises(CautionsUnread):
            changes.rebase_change(session, terms_of(staff.editor), change.id, {})
        session.rollback()
        changes.rebase_change(session, terms_of(staff.editor), change.id, {}, confirmed=READ)

        assert (change.revision, change.confirmed) == (2, [CATCHES_MANY])


class TestGivenAVersionThatWasConfirmed:
    @pytest.fixture
    def gone(self, session: Session, staff: Staff, confirmed: ChangeRequest) -> ChangeRequest:
        """The change that led away from it."""
        decisions.approve(session, terms_of(staff.approver), confirmed.id)
        away = make_change(session, staff.editor, make_wish(payload=listing("Nobody")))
        decisions.approve(session, terms_of(staff.approver), away.id)
        session.commit()
        return away

    def test_the_way_back_is_confirmed_anew(self, session: Session, staff: Staff, gone: ChangeRequest) -> None:
        terms = terms_of(staff.editor)

        with pytest.raises(CautionsUnread):
            changes.revert_to(session, terms, "crawlers", "-", 2, reason=REASON)
        with pytest.raises(CautionsUnread):
            changes.revert_change(session, terms, gone.id, reason=REASON)
        back = changes.revert_change(session, terms, gone.id, reason=REASON, confirmed=READ)

        assert (back.reverts_version, back.confirmed) == (2, [CATCHES_MANY])


class TestGivenTwoCautions:
    def test_both_are_said_where_one_is_confirmed(self) -> None:
        checked = Checked(cautions=(Caution("a", "This."), Caution("b", "That.")))

        with pytest.raises(CautionsUnread) as refusal:
            applying.require_valid(checked, ["a"])
        applying.require_valid(checked, ["a", "b", "c"])

        assert refusal.value.cautions == (("a", "This."), ("b", "That."))
