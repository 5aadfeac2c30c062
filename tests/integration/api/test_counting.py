"""Does a program hear which approvals count at this moment, and can who approved make live what has enough of them?"""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.factories.programs import Program
from tests.fakes import NOON
from webapp import clock
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import decisions


@pytest.fixture
def half(session: Session, staff: Staff) -> ChangeRequest:
    """Approved by one of two."""
    change = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}), now=clock.now())
    decisions.approve(session, terms_of(staff.approver, now=clock.now()), change.id)
    session.commit()
    return change


def disable(session: Session, staff: Staff, *, on: bool) -> None:
    staff.approver.disabled_at = NOON if on else None
    session.commit()


class TestGivenAnApproverWhoIsDisabled:
    def test_they_are_not_counted_and_no_copy_says_so_any_longer(
        self, session: Session, staff: Staff, half: ChangeRequest, editor: Program
    ) -> None:
        before = editor.get(f"changes/{half.id}")
        disable(session, staff, on=True)

        now = editor.get(f"changes/{half.id}", If_None_Match=before.headers["ETag"])
        listed = editor.get("changes").get_json()["results"][0]

        assert before.get_json()["approvals"] == {"needed": 2, "given": 1, "by": ["amir"]}
        assert (now.status_code, now.get_json()["approvals"]) == (200, {"needed": 2, "given": 0, "by": []})
        assert listed["approvals"] == now.get_json()["approvals"]

    def test_that_is_no_reason_to_look_again(
        self, session: Session, staff: Staff, half: ChangeRequest, someone: Callable[[str], Program]
    ) -> None:
        second = someone("second")
        seen = second.get(f"changes/{half.id}").headers["ETag"]
        disable(session, staff, on=True)

        answer = second.post(f"changes/{half.id}/approve", If_Match=seen)

        assert (answer.status_code, answer.get_json()["state"]) == (200, "pending")
        assert answer.get_json()["approvals"] == {"needed": 2, "given": 1, "by": ["alice"]}

    def test_enabled_again_who_approved_makes_it_live(
        self, session: Session, staff: Staff, half: ChangeRequest, someone: Callable[[str], Program]
    ) -> None:
        second = someone("second")
        disable(session, staff, on=True)
        second.move(half.id, "approve")
        too_early = second.move(half.id, "approve")
        disable(session, staff, on=False)

        waiting = second.get("changes?waiting=true").get_json()["results"]
        answer = second.move(half.id, "approve")

        assert (too_early.status_code, too_early.get_json(force=True)["code"]) == (409, "already_decided")
        assert [one["approvals"]["given"] for one in waiting] == [2]
        assert (answer.status_code, answer.get_json()["state"]) == (200, "applied")
