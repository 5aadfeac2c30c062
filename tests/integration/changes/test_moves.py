"""Does each button of a change's page do what it says, for whoever may, and say why not for all others?"""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import address_of, offered, press, tag_on, told
from webapp import clock
from webapp.domain.approval.states import State
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services import visits
from webapp.services.configs import ledger
from webapp.services.governance import changes, decisions
from webapp.services.governance.terms import Edit

OTHER = '{"enabled": true, "known_user_agents": ["Mozilla"]}'
URGENT = "The robots have taken over the whole site."


def fresh(session: Session, change: ChangeRequest) -> ChangeRequest:
    """Give a change as it is now."""
    session.rollback()
    session.refresh(change)
    return change


def last_event(session: Session) -> AuditEvent:
    session.rollback()
    return session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()


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


class TestGivenAnEdit:
    def test_another_content_is_another_revision(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)

        answer = press(signed_in("eva"), change, "edit", payload=OTHER, title="Robots", reason=REASON, ask="alice")

        assert answer.status_code == 303
        assert (fresh(session, change).revision, change.title, change.asked_id) == (2, "Robots", staff.second.id)
        assert ledger.payload_of(change) == {"enabled": True, "known_user_agents": ["Mozilla"]}

    def test_the_form_as_it_stands_changes_nothing(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        soon = clock.now().replace(microsecond=0) + timedelta(hours=3, seconds=7)
        change = make_change(session, staff.editor, make_wish(apply_at=soon), now=clock.now())
        shown = soon.strftime("%Y-%m-%dT%H:%M")
        payload = '{"known_user_agents": ["edX-downloader", "Robot"], "enabled": true}'

        answer = press(signed_in("eva"), change, "edit", payload=payload, reason=REASON, apply_at=shown)

        assert answer.status_code == 303
        assert (fresh(session, change).revision, change.apply_at) == (1, soon)

    def test_an_empty_moment_means_at_once(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        soon = clock.now() + timedelta(hours=3)
        change = make_change(session, staff.editor, make_wish(apply_at=soon), now=clock.now())
        payload = '{"known_user_agents": ["edX-downloader", "Robot"], "enabled": true}'

        press(signed_in("eva"), change, "edit", payload=payload, reason=REASON, apply_at="")

        assert (fresh(session, change).revision, change.apply_at) == (2, None)

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"payload": "{"}, "Must be valid JSON. Line 1"),
            ({"payload": '{"enabled": NaN}'}, "NaN is no number of JSON."),
            ({"payload": '{"enabled": true, "enabled": false}'}, "stands twice in one object"),
            ({"payload": "[" * 100_000}, "Must be valid JSON."),
            ({"payload": '{"enabled": 1, "known_user_agents": []}'}, "enabled: "),
            ({"payload": OTHER, "reason": "short"}, "in at least 10 characters"),
            ({"payload": OTHER, "ask": "vera"}, "vera is nobody who can decide on changes."),
            ({"payload": OTHER, "apply_at": "tomorrow"}, "Type the moment as"),
            ({"payload": OTHER, "apply_at": "2001-01-01T00:00"}, "at a moment within the next year"),
        ],
    )
    def test_what_cannot_be_is_said_at_the_field(
        self, session: Session, staff: Staff, signed_in: SignIn, fields: dict[str, str], words: str
    ) -> None:
        change = make_change(session, staff.editor)
        form = {"reason": REASON, "title": "Typed title", **fields}

        answer = press(signed_in("eva"), change, "edit", **form)

        assert answer.status_code == 422
        assert words in told(answer)
        assert 'value="Typed title"' in answer.text
        assert fresh(session, change).revision == 1

    def test_consequences_are_ticked_before_they_are_taken(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        visits.add(session, {"Mozilla/5.0": 90, "Robot/2": 10}, clock.now().date())
        session.commit()
        payload = {"enabled": True, "known_user_agents": ["Other"]}
        change = make_change(session, staff.editor, make_wish(payload=payload))
        eva, form = signed_in("eva"), {"payload": OTHER, "reason": REASON}

        asked = press(eva, change, "edit", **form)
        taken = press(eva, change, "edit", **form, confirmed="catches_many")

        assert asked.status_code == 422
        assert 'name="confirmed" value="catches_many"' in asked.text
        assert taken.status_code == 303
        assert "Confirmed by its author:" in eva.get(address_of(change))


class TestGivenAnEmergency:
    def test_somebody_else_acknowledges_it(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)
        press(signed_in("adam"), change, "emergency", key="-", note=URGENT)
        amir = signed_in("amir")

        before = amir.get(address_of(change))
        by_admin = press(signed_in("adam"), change, "acknowledge")
        by_other = press(amir, change, "acknowledge")

        assert "Review owed" in before
        assert (by_admin.status_code, by_other.status_code) == (403, 303)
        assert fresh(session, change).reviewed_by == "amir"
        assert "amir has looked at it" in amir.get(address_of(change))

    def test_an_editor_proposes_the_way_back(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)
        press(signed_in("amir"), change, "approve")

        answer = press(signed_in("eva"), change, "revert", note="It caught too many people.")

        session.rollback()
        back = session.scalars(select(ChangeRequest).order_by(ChangeRequest.id.desc()).limit(1)).one()
        assert answer.location == address_of(back)
        assert (back.reverts_version, back.state) == (1, State.PENDING)

    def test_the_way_back_leads_to_the_change_that_is_open(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor)
        decisions.approve(session, terms_of(staff.approver), change.id)
        session.commit()
        payload = {"enabled": True, "known_user_agents": ["Mozilla"]}
        waiting = make_change(session, staff.editor, make_wish(payload=payload))

        answer = press(signed_in("eva"), change, "revert", note="It caught too many people.")

        assert answer.status_code == 409
        assert f'<a href="{address_of(waiting)}">Look at that change</a>' in answer.text


class TestGivenAStaleChange:
    @pytest.fixture
    def stale(self, session: Session, staff: Staff) -> ChangeRequest:
        change = make_change(session, staff.editor)
        payload = {"enabled": True, "known_user_agents": ["Mozilla"]}
        wish = make_wish(payload=payload, reason="The robots are upon us, now.")
        decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="-")
        session.commit()
        return change

    def test_the_page_says_so_and_approving_is_refused_in_words(
        self, session: Session, stale: ChangeRequest, signed_in: SignIn
    ) -> None:
        page = signed_in("amir").get(address_of(stale))

        assert "The live value has moved on" in page
        assert "bring it up to date first" in page
        assert not offered(page, "approve")

    def test_whoever_brings_it_up_to_date_chooses_whose_word_counts(
        self, session: Session, stale: ChangeRequest, signed_in: SignIn
    ) -> None:
        eva = signed_in("eva")

        page = eva.get(address_of(stale))
        unchosen = press(eva, stale, "rebase")
        chosen = press(eva, stale, "rebase", **{"choice-known_user_agents": "proposed"})

        assert 'name="choice-known_user_agents" value="live"' in page
        assert (unchosen.status_code, chosen.status_code) == (409, 303)
        assert "Both sides changed: known_user_agents." in told(unchosen)
        assert (fresh(session, stale).revision, stale.base_version) == (2, 2)


@pytest.mark.any_database
class TestGivenWhoLooks:
    @pytest.mark.parametrize(
        ("who", "there", "not_there"),
        [
            ("amir", ("approve", "hold", "reject", "comment"), ("edit", "withdraw", "emergency")),
            ("eva", ("hold", "edit", "withdraw", "comment"), ("approve", "reject", "emergency")),
            ("adam", ("emergency", "comment"), ("approve", "edit", "withdraw")),
            ("vera", ("comment",), ("approve", "hold", "reject", "edit", "withdraw", "emergency")),
        ],
    )
    def test_they_are_offered_what_they_may(
        self,
        session: Session,
        staff: Staff,
        signed_in: SignIn,
        who: str,
        there: tuple[str, ...],
        not_there: tuple[str, ...],
    ) -> None:
        change = make_change(session, staff.editor)

        page = signed_in(who).get(address_of(change))

        assert [move for move in there if not offered(page, move)] == []
        assert [move for move in not_there if offered(page, move)] == []

    def test_the_author_reads_why_they_cannot_approve(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)

        page = signed_in("eva").get(address_of(change))

        assert "Only somebody with the role Approver can decide on a change." in page
        assert "alice and amir can decide on it." in page

    def test_no_such_change_is_404(self, signed_in: SignIn) -> None:
        vera = signed_in("vera")

        assert vera.client.get("/changes/999999").status_code == 404
        assert vera.post("/changes/999999/comment", {"note": "x"}, of="/changes").status_code == 404
