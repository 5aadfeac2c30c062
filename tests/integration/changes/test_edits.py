"""Can a change be rewritten, brought up to date and hurried on its page, and what does each person see there?"""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import address_of, fresh, offered, press, told
from webapp import clock
from webapp.domain.approval.states import State
from webapp.models.governance.changes import ChangeRequest
from webapp.services.configs import ledger
from webapp.services.governance import decisions
from webapp.services.visits import agents

OTHER = '{"enabled": true, "known_user_agents": ["Mozilla"]}'
URGENT = "The robots have taken over the whole site."


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
            ({"payload": '{"enabled": NaN}'}, "NaN is no JSON."),
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
        agents.add(session, {"Mozilla/5.0": 90, "Robot/2": 10}, clock.now().date())
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

    def test_no_box_is_ticked_beforehand(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        agents.add(session, {"Mozilla/5.0": 90, "Robot/2": 10}, clock.now().date())
        session.commit()
        wish = make_wish(payload={"enabled": True, "known_user_agents": ["Robot"]}, confirmed=("catches_many",))
        change = make_change(session, staff.editor, wish, now=clock.now())
        eva = signed_in("eva")

        before = eva.get(address_of(change))
        same = '{"enabled": true, "known_user_agents": ["Robot"]}'
        reworded = press(eva, change, "edit", payload=same, title="Robots", reason=REASON)
        kept = list(fresh(session, change).confirmed)
        asked = press(eva, change, "edit", payload=OTHER, reason=REASON)

        assert 'name="confirmed"' not in before
        assert (reworded.status_code, kept) == (303, ["catches_many"])
        assert asked.status_code == 422
        assert 'name="confirmed" value="catches_many"><span>' in asked.text
        assert "90.00% of the recent visits" in told(asked)


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

    def test_a_change_that_leads_back_ends_its_review(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)
        press(signed_in("adam"), change, "emergency", key="-", note=URGENT)
        press(signed_in("eva"), change, "revert", note="It caught too many people.")
        session.rollback()
        back = session.scalars(select(ChangeRequest).order_by(ChangeRequest.id.desc()).limit(1)).one()
        amir = signed_in("amir")

        before = amir.get(address_of(change))
        press(amir, back, "approve")
        after = amir.get(address_of(change))

        assert "Review owed" in before
        assert "Review owed" not in after
        assert f"change {back.id} has undone it" in after

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
        assert ("can decide on it" in page, "Nothing is wrong with it" in page) == (False, False)

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

    def test_whom_it_is_about_is_not_said_to_decide(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.admin, make_wish("access", "amir", {"roles": ["approver", "viewer"]}))
        change.asked_id = staff.approver.id  # as it could be filed before
        session.commit()
        amir = signed_in("amir")

        page = amir.get(address_of(change))
        staff.second.disabled_at = change.created_at
        session.commit()
        alone = amir.get(address_of(change))

        assert "alice can decide on it." in page
        assert "is asked" not in page
        assert "wrote on it or is whom it is about, or there is nobody with the role." in alone

    def test_no_such_change_is_404(self, signed_in: SignIn) -> None:
        vera = signed_in("vera")

        assert vera.client.get("/changes/999999").status_code == 404
        assert vera.post("/changes/999999/comment", {"note": "x"}, of="/changes").status_code == 404
