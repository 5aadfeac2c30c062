"""Does each button of a change's page do what it says, for whoever may, and say why not for all others?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import address_of, fresh, last_event, press, tag_on, told
from webapp.domain.approval.states import State
from webapp.services.configs import ledger
from webapp.services.governance import changes, decisions
from webapp.services.governance.terms import Edit

OTHER = '{"enabled": true, "known_user_agents": ["Mozilla"]}'
URGENT = "The robots have taken over the whole site."


class TestGivenAPendingChange:
    def test_an_approver_makes_it_live(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)
        amir = signed_in("amir")

        answer = press(amir, change, "approve", note="Fine.")

        assert (answer.status_code, answer.location) == (303, address_of(change))
        assert fresh(session, change).state is State.APPLIED
        assert ledger.live_number(session, "crawlers", "-") == 2
        page = amir.get(address_of(change))
        assert "Approved, and live from now on." in page
        assert "Live as version 2, approved by amir." in page

    @pytest.mark.parametrize(
        ("who", "move", "fields", "state"),
        [
            ("amir", "hold", {"note": "Wait."}, State.ON_HOLD),
            ("eva", "hold", {"note": "Wait."}, State.ON_HOLD),
            ("amir", "reject", {"note": "No."}, State.REJECTED),
            ("eva", "withdraw", {}, State.WITHDRAWN),
            ("adam", "emergency", {"key": "-", "note": URGENT}, State.APPLIED),
            ("vera", "comment", {"note": "Are you sure?"}, State.PENDING),
        ],
    )
    def test_each_move_leads_where_it_says(
        self,
        session: Session,
        staff: Staff,
        signed_in: SignIn,
        who: str,
        move: str,
        fields: dict[str, str],
        state: State,
    ) -> None:
        change = make_change(session, staff.editor)

        answer = press(signed_in(who), change, move, **fields)

        assert answer.status_code == 303
        assert fresh(session, change).state is state

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("who", "move", "status", "words"),
        [
            ("eva", "approve", 403, ""),
            ("vera", "approve", 403, ""),
            ("adam", "approve", 403, ""),
            ("amir", "edit", 403, ""),
            ("amir", "emergency", 403, ""),
            ("amir", "withdraw", 403, "Only whoever proposed it can withdraw it."),
            ("vera", "hold", 422, "Say why"),
            ("amir", "hold", 422, "Say why"),
            ("amir", "reject", 422, "Say why"),
            ("amir", "resume", 409, "this can be done only while it is on hold"),
            ("amir", "take-back", 409, "You have not approved this revision."),
            ("adam", "emergency", 422, "in at least 20 characters"),
            ("amir", "acknowledge", 409, "this can be done only while it is approved, live"),
            ("eva", "revert", 409, "this can be done only while it is approved, live"),
            ("vera", "comment", 422, "Say why"),
        ],
    )
    def test_whoever_may_not_is_told_why_and_nothing_changes(
        self, session: Session, staff: Staff, signed_in: SignIn, who: str, move: str, status: int, words: str
    ) -> None:
        change = make_change(session, staff.editor)

        answer = press(signed_in(who), change, move)

        assert answer.status_code == status
        assert words in told(answer)
        assert fresh(session, change).state is State.PENDING

    @pytest.mark.any_database
    def test_a_reader_holds_nothing(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)

        answer = press(signed_in("vera"), change, "hold", note="Wait.")

        assert answer.status_code == 403
        assert "Only somebody with the role Approver can decide on a change." in told(answer)

    def test_a_refusal_that_the_service_made_leaves_an_event(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor)

        press(signed_in("amir"), change, "withdraw")

        event = last_event(session)
        assert (event.action, event.actor_name, event.kind, event.key) == ("change.refused", "amir", "crawlers", "-")

    def test_an_approval_is_of_the_page_that_was_seen(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)
        amir = signed_in("amir")
        seen = tag_on(amir.get(address_of(change)))
        payload = {"enabled": True, "known_user_agents": ["Mozilla"]}
        changes.edit_change(session, terms_of(staff.editor), change.id, Edit(payload=payload))
        session.commit()

        answer = amir.post(f"{address_of(change)}/approve", {"expected": seen}, of=address_of(change))

        assert answer.status_code == 412
        assert "look again" in told(answer)
        assert "Mozilla" in answer.text
        assert fresh(session, change).state is State.PENDING

    @pytest.mark.any_database
    @pytest.mark.parametrize("fields", [{}, {"expected": ""}, {"expected": "c1-r1-pending-v9"}])
    def test_without_the_tag_of_the_page_nothing_moves(
        self, session: Session, staff: Staff, signed_in: SignIn, fields: dict[str, str]
    ) -> None:
        change = make_change(session, staff.editor)

        answer = signed_in("amir").post(f"{address_of(change)}/approve", fields, of=address_of(change))

        assert answer.status_code == 412

    @pytest.mark.any_database
    def test_without_the_token_of_the_form_nothing_moves(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor)

        answer = signed_in("amir").client.post(f"{address_of(change)}/approve")

        assert answer.status_code == 400
        assert fresh(session, change).state is State.PENDING

    @pytest.mark.any_database
    def test_a_wrong_key_stops_an_emergency_and_what_was_typed_stays(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor)

        answer = press(signed_in("adam"), change, "emergency", key="crawlers", note=URGENT)

        assert answer.status_code == 422
        assert "Type the key again to be sure: -" in told(answer)
        assert URGENT in answer.text

    @pytest.mark.any_database
    def test_a_note_that_cannot_be_kept_is_refused(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)

        answer = press(signed_in("amir"), change, "approve", note="a\x00b")

        assert answer.status_code == 422
        assert fresh(session, change).state is State.PENDING


class TestGivenOneThatNeedsTwo:
    def test_the_page_counts_and_the_first_takes_back(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}))
        amir = signed_in("amir")
        press(amir, change, "approve")

        page = amir.get(address_of(change))
        answer = press(amir, change, "take-back")

        assert "Pending: 1 of 2 approvals, by amir. An approval is for revision 1;" in page
        assert "You have approved this revision already." in page
        assert answer.status_code == 303
        assert "Pending: 0 of 2 approvals." in amir.get(address_of(change))


class TestGivenAHeldChange:
    def test_another_approver_resumes_it(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)
        decisions.hold(session, terms_of(staff.approver), change.id, note="Wait for the exams.")
        session.commit()
        alice = signed_in("alice")

        page = alice.get(address_of(change))
        answer = press(alice, change, "resume")

        assert "On hold, by amir." in page
        assert "Wait for the exams." in page
        assert answer.status_code == 303
        assert fresh(session, change).state is State.PENDING
