"""Is each told what concerns them, in the transaction of what happened?"""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.accounts import make_account
from tests.factories.governance import Staff, make_wish
from tests.integration.notices.post import Post
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.services import accounts
from webapp.services.governance import changes, decisions, due
from webapp.services.governance.terms import Edit, Wish

BROWSER = {"enabled": True, "known_user_agents": ["Mozilla"]}


class TestGivenAProposal:
    def test_those_who_may_decide_are_told_and_its_author_is_not(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor, make_wish(title="Catch it"))

        (notice,) = post.notices(staff.approver)
        assert (notice.text, notice.note, notice.actor_name) == (
            "A change waits for a decision",
            "Because the tests ask for it.",
            "eva",
        )
        assert (notice.read_at, notice.mailed_at, notice.mail_waits) == (None, None, True)
        assert post.told(staff.second) == ["change.proposed"]
        assert post.told(staff.editor) == post.told(staff.admin) == post.told(staff.viewer) == []

    def test_whom_it_is_about_is_not_told_to_decide(self, post: Post, staff: Staff) -> None:
        post.propose(staff.admin, make_wish("access", "amir", {"roles": ["approver", "viewer"]}))

        assert (post.told(staff.approver), post.told(staff.second)) == ([], ["change.proposed"])

    def test_whoever_was_asked_is_told_so(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor, make_wish(ask="alice"))

        assert [notice.text for notice in post.notices(staff.second)] == ["You are asked to decide on a change"]
        assert [notice.text for notice in post.notices(staff.approver)] == ["A change waits for a decision"]

    def test_nothing_is_told_of_what_did_not_happen(self, post: Post, staff: Staff) -> None:
        with suppress(RuntimeError), post.work() as session:
            changes.propose_change(session, post.terms(staff.editor), make_wish())
            raise RuntimeError

        assert post.told(staff.approver) == []
        assert (post.entries(), post.courier.asked) == ([], 0)

    def test_whoever_cannot_sign_in_or_lost_the_role_is_not_told(self, post: Post, staff: Staff) -> None:
        with post.work() as session:
            accounts.disable(session, Actor("adam", staff.admin.id), staff.second.id, now=clock.now())
            make_account(session, "nobody")

        post.propose(staff.editor)

        assert (post.told(staff.approver), post.told(staff.second)) == (["change.proposed"], [])

    def test_an_approver_who_proposes_is_told_as_an_author(self, post: Post, staff: Staff) -> None:
        with post.work() as session:
            both = make_account(session, "both", Role.EDITOR, Role.APPROVER)
        change_id = post.propose(both)

        with post.work() as session:
            decisions.hold(session, post.terms(staff.approver), change_id, note="Wait.")

        (notice,) = post.notices(both)
        assert (notice.action, notice.note, notice.actor_name) == ("change.held", "Wait.", "amir")


class TestGivenAnOpenRequest:
    @pytest.fixture
    def change_id(self, post: Post, staff: Staff) -> int:
        return post.propose(staff.editor, make_wish(ask="alice"))

    def test_its_author_is_told_what_becomes_of_it(self, post: Post, staff: Staff, change_id: int) -> None:
        for move in (decisions.hold, decisions.reject):
            with post.work() as session:
                move(session, post.terms(staff.approver), change_id, note="No.")

        assert post.told(staff.editor) == ["change.held", "change.rejected"]

    def test_its_author_is_told_that_it_is_live(self, post: Post, staff: Staff, change_id: int) -> None:
        with post.work() as session:
            decisions.approve(session, post.terms(staff.approver), change_id, note="Fine.")

        (notice,) = post.notices(staff.editor)
        assert (notice.text, notice.note) == ("Your change was approved, and is live", "Fine.")

    def test_another_revision_is_told_to_those_who_decide(self, post: Post, staff: Staff, change_id: int) -> None:
        with post.work() as session:
            changes.edit_change(session, post.terms(staff.editor), change_id, Edit(payload=BROWSER))

        assert post.told(staff.approver) == post.told(staff.second) == ["change.proposed", "change.edited"]
        assert post.told(staff.editor) == []

    def test_a_comment_is_told_to_those_who_wrote_or_are_named(self, post: Post, staff: Staff, change_id: int) -> None:
        post.comment(staff.approver, change_id, "What does @VERA say, and @nobody?")

        told = {who.username: [one.text for one in post.notices(who)][-1:] for who in (staff.editor, staff.viewer)}
        assert told == {"eva": ["Your change has a comment"], "vera": ["You are named in a comment on a change"]}
        assert post.told(staff.approver) == ["change.proposed"]
        assert post.told(staff.second) == ["change.proposed", "change.commented"]

    def test_an_emergency_is_told_to_every_approver_and_its_stale_rival(
        self, post: Post, staff: Staff, change_id: int
    ) -> None:
        wish = make_wish(payload=BROWSER, reason="The robots are upon us, now.")
        with post.work() as session:
            decisions.propose_in_emergency(session, post.terms(staff.admin), wish, typed_key="-")

        assert post.told(staff.approver) == post.told(staff.second) == ["change.proposed", "change.emergency"]
        assert post.told(staff.editor) == ["change.stale"]
        assert [notice.change_id for notice in post.notices(staff.editor)] == [change_id]
        assert post.told(staff.admin) == []

    def test_roles_given_on_the_machine_make_their_open_change_stale(self, post: Post, staff: Staff) -> None:
        wish = Wish("access", "vera", {"roles": ["viewer", "editor"]}, "She writes the texts now.")
        post.propose(staff.admin, wish)

        with post.work() as session:
            accounts.grant(session, Actor("command line"), "vera", [Role.SUPPORT], now=clock.now())

        assert post.told(staff.admin) == ["change.stale"]


class TestGivenTheClock:
    def expiring(self, post: Post, who: Account, *, days: float) -> list[int]:
        """Let the job of the schedule look, so many days later."""
        with post.work() as session:
            terms = post.terms(who)
            later = type(terms)(Actor("schedule"), terms.now + timedelta(days=days), terms.base_url, terms.render)
            numbers = list(due.list_expiring(session, later))
            assert all(due.warn(session, later, number) for number in numbers)
            assert not any(due.warn(session, later, number) for number in numbers)
            return numbers

    def test_author_and_approvers_are_warned_once_on_the_tenth_day(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor)

        warned = [self.expiring(post, staff.admin, days=days) for days in (9.9, 10.1, 10.1, 13.9, 14.1)]

        assert warned == [[], [change_id], [], [], []]
        assert post.told(staff.editor) == ["change.expiring"]
        assert post.told(staff.approver) == post.told(staff.second) == ["change.proposed", "change.expiring"]

    def test_to_warn_is_no_touch(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor)
        before = self.touched_at(post, change_id)

        self.expiring(post, staff.admin, days=11)

        assert self.touched_at(post, change_id) == before

    def test_after_a_touch_they_are_warned_again(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor)
        self.expiring(post, staff.admin, days=11)
        with post.work() as session:
            change = session.get_one(ChangeRequest, change_id)
            change.touched_at = clock.now() + timedelta(days=12)

        warned = [self.expiring(post, staff.admin, days=days) for days in (20, 22.1, 22.2)]

        assert warned == [[], [change_id], []]

    def test_a_scheduled_change_does_not_expire(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor, make_wish(apply_at=clock.now() + timedelta(days=30)))
        with post.work() as session:
            decisions.approve(session, post.terms(staff.approver), change_id)

        assert self.expiring(post, staff.admin, days=11) == []

    def touched_at(self, post: Post, change_id: int) -> object:
        with post.look() as session:
            return session.scalar(select(ChangeRequest.touched_at).where(ChangeRequest.id == change_id))
