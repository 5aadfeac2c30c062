"""What comes of words and numbers that no database can keep?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from webapp.errors.governance import (
    ReasonMissing,
    Unchanged,
    UnknownChange,
    UnknownKey,
)
from webapp.models.audit import AuditEvent
from webapp.services import audit
from webapp.services.governance import changes, decisions, standing

ON = {"enabled": True}
URGENT = "The robots are upon us, now."


class TestGivenWordsThatCannotBeKept:
    @pytest.mark.parametrize("note", ["\x00", "\ud800", "x" * 4_001], ids=["NUL", "half a letter", "too long"])
    def test_no_move_takes_them(self, session: Session, staff: Staff, note: str) -> None:
        change = make_change(session, staff.editor)
        emergency = decisions.propose_in_emergency(
            session, terms_of(staff.admin), make_wish("generation", payload=ON, reason=URGENT), typed_key="-"
        )
        session.commit()

        with pytest.raises(ReasonMissing):
            decisions.approve(session, terms_of(staff.approver), change.id, note=note)
        with pytest.raises(ReasonMissing):
            decisions.resume(session, terms_of(staff.approver), change.id, note=note)
        with pytest.raises(ReasonMissing):
            decisions.take_back(session, terms_of(staff.approver), change.id, note=note)
        with pytest.raises(ReasonMissing):
            decisions.acknowledge(session, terms_of(staff.approver), emergency.id, note=note)
        with pytest.raises(ReasonMissing):
            decisions.thaw(session, terms_of(staff.admin), reason=note)
        with pytest.raises(ReasonMissing):
            changes.withdraw(session, terms_of(staff.editor), change.id, note=note)

    def test_a_field_and_a_choice_of_such_are_told_as_far_as_they_can_be(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        wish = make_wish(payload=_agents("Mozilla"), reason=URGENT)
        decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="-")

        changes.comment(session, terms_of(staff.viewer), change.id, "Here.", field="\ud800\x00")
        chosen = {"known_user_agents": "live", "\ud800": "live", "enabled": "proposed"}
        with pytest.raises(Unchanged):
            changes.rebase_change(session, terms_of(staff.editor), change.id, chosen)
        changes.rebase_change(session, terms_of(staff.editor), change.id, {**chosen, "known_user_agents": "proposed"})
        session.commit()

        query = select(AuditEvent).where(AuditEvent.action == "change.rebased")
        told = audit.details_of(session.scalars(query).one())
        assert told["chosen"] == {"known_user_agents": "proposed"}


class TestGivenANumberThatNothingHas:
    @pytest.mark.parametrize("number", [0, -1, 10**9, 2**31, 2**63, -(2**70)])
    def test_it_is_unknown(self, session: Session, staff: Staff, number: int) -> None:
        with pytest.raises(UnknownChange):
            standing.get_change(session, number)
        with pytest.raises(UnknownKey):
            changes.revert_to(session, terms_of(staff.editor), "crawlers", "-", number, reason=REASON)


def _agents(*names: str) -> dict[str, object]:
    return {"enabled": True, "known_user_agents": list(names)}
