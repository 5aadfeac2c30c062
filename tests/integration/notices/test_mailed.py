"""Do mails leave after the commit, few, and to those alone who want them; and what when the server fails?"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_wish
from tests.integration.notices.post import Post
from tests.waiting import seeing_writers_wait, wait_until
from webapp import clock
from webapp.models.accounts import Account
from webapp.ports import Mail
from webapp.services.governance import changes
from webapp.services.messages import standing
from webapp.services.messages.outbox import UNWANTED
from webapp.services.notices import reading

MINUTE = timedelta(minutes=1)
AWAY = "cannot connect to the mail server"


def addresses(mails: list[Mail]) -> list[str]:
    return sorted(mail.address for mail in mails)


class TestGivenANotice:
    def test_its_mail_leaves_at_once_with_a_link(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor, make_wish(title="Catch the robot", ask="alice"))

        sent = post.send()

        assert post.courier.asked == 1
        assert addresses(sent) == ["alice@example.org", "amir@example.org"]
        mail = next(mail for mail in sent if mail.name == "alice")
        assert mail.subject == "You are asked to decide on a change: Catch the robot"
        assert f"http://desk.test/changes/{change_id}\n" in mail.text
        assert "eva, " in mail.text
        assert mail.thread == f"change-{change_id}"
        assert post.notices(staff.second)[0].mailed_at is not None

    def test_neither_address_nor_words_lie_in_the_outbox(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor)

        assert [(entry.recipient, entry.payload) for entry in post.entries()] == [
            ("", {"account_id": staff.approver.id, "change_id": change_id}),
            ("", {"account_id": staff.second.id, "change_id": change_id}),
        ]

    def test_it_leaves_once(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor)
        post.send()
        post.let_pass(60 * MINUTE)

        assert post.send() == []
        assert [entry.sent_at is None for entry in post.entries()] == [False, False]


class TestGivenSeveralNoticesOfOneChange:
    @pytest.fixture
    def change_id(self, post: Post, staff: Staff) -> int:
        return post.propose(staff.editor)

    def test_the_first_leaves_at_once_and_the_others_together_five_minutes_later(
        self, post: Post, staff: Staff, change_id: int
    ) -> None:
        post.comment(staff.approver, change_id, "First")
        first = [mail for mail in post.send() if mail.name == "eva"]
        post.comment(staff.approver, change_id, "Second")
        post.comment(staff.second, change_id, "Third")
        at_once = post.send()
        post.let_pass(4 * MINUTE)
        early = post.send()
        post.let_pass(MINUTE)

        (later,) = post.send()

        assert ([len(first), at_once, early], later.address) == ([1, [], []], "eva@example.org")
        assert "First" not in later.text
        assert later.text.index("Second") < later.text.index("Third")

    def test_before_the_first_left_they_are_one(self, post: Post, staff: Staff, change_id: int) -> None:
        for text in ("First", "Second"):
            post.comment(staff.approver, change_id, text)

        (mail,) = [mail for mail in post.send() if mail.name == "eva"]

        assert ("First" in mail.text, "Second" in mail.text) == (True, True)
        assert len(post.entries()) == 3

    def test_another_change_has_mails_of_its_own(self, post: Post, staff: Staff, change_id: int) -> None:
        post.send()
        post.propose(staff.editor, make_wish("generation", payload={"enabled": True}))

        assert len(post.send()) == 2

    def test_what_came_while_the_mail_was_handed_over_follows(self, post: Post, staff: Staff, change_id: int) -> None:
        def meanwhile(mail: Mail) -> None:
            post.mailer.mails.append(mail)
            if mail.name == "eva" and "Second" not in mail.text:
                post.comment(staff.approver, change_id, "Second")

        post.comment(staff.approver, change_id, "First")
        post.mailer.send = meanwhile  # type: ignore[method-assign]  # somebody is quick
        post.send()
        post.let_pass(5 * MINUTE)

        (later,) = post.send()

        assert ("First" in later.text, "Second" in later.text) == (False, True)

    def test_what_is_being_told_while_the_mail_is_settled_follows_too(
        self, post: Post, staff: Staff, change_id: int
    ) -> None:
        told = threading.Event()
        with seeing_writers_wait(post.app) as waits, ThreadPoolExecutor(1) as pool:

            def tell_slowly() -> None:
                with post.work() as session:
                    changes.comment(session, post.terms(staff.approver), change_id, "Second")
                    told.set()
                    wait_until(waits)  # for the end of this, whoever settles

            def meanwhile(mail: Mail) -> None:
                post.mailer.mails.append(mail)
                if mail.name == "eva":
                    pool.submit(tell_slowly)
                    assert told.wait(10)

            post.comment(staff.approver, change_id, "First")
            post.mailer.send = meanwhile  # type: ignore[method-assign]  # somebody is quick
            post.send()
        del post.mailer.send
        post.let_pass(5 * MINUTE)

        (later,) = post.send()

        assert ("First" in later.text, "Second" in later.text) == (False, True)

    def test_what_was_read_before_is_not_mailed(self, post: Post, staff: Staff, change_id: int) -> None:
        with post.work() as session:
            reading.mark_read(session, staff.approver.id, change_id, now=clock.now())

        assert addresses(post.send()) == ["alice@example.org"]


def no_mails(session: Session, who: Account) -> None:
    reading.set_mails(session, who.id, wanted=False)


def disabled(session: Session, who: Account) -> None:
    session.execute(update(Account).where(Account.id == who.id).values(disabled_at=clock.now()))


def no_address(session: Session, who: Account) -> None:
    session.execute(update(Account).where(Account.id == who.id).values(email=""))


def bad_address(session: Session, who: Account) -> None:
    session.execute(update(Account).where(Account.id == who.id).values(email="a@b.test\r\nBcc: c@d.test"))


class TestGivenSomebodyWhoIsNotToBeMailed:
    @pytest.mark.parametrize("how", [no_mails, disabled, no_address, bad_address])
    def test_they_get_none_though_they_were_told(
        self, post: Post, staff: Staff, how: Callable[[Session, Account], None]
    ) -> None:
        post.propose(staff.editor)
        with post.work() as session:
            how(session, staff.approver)

        sent = post.send()

        assert addresses(sent) == ["alice@example.org"]
        (notice,) = post.notices(staff.approver)
        assert (notice.mail_waits, notice.mailed_at, notice.read_at) == (False, None, None)

    def test_what_was_told_meanwhile_is_not_mailed_later(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor)
        with post.work() as session:
            no_mails(session, staff.editor)
        post.comment(staff.approver, change_id, "First")
        post.send()
        with post.work() as session:
            reading.set_mails(session, staff.editor.id, wanted=True)

        post.comment(staff.approver, change_id, "Second")
        (mail,) = post.send()

        assert ("First" in mail.text, "Second" in mail.text) == (False, True)

    def test_the_address_is_the_one_at_the_moment_of_sending(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor)
        with post.work() as session:
            session.execute(update(Account).where(Account.id == staff.approver.id).values(email="new@example.org"))

        assert addresses(post.send()) == ["alice@example.org", "new@example.org"]

    def test_it_counts_as_nothing_that_went_wrong(self, post: Post, staff: Staff) -> None:
        began = clock.now() - MINUTE
        post.propose(staff.editor)
        post.configure(None)

        post.send()

        assert {entry.last_problem for entry in post.entries()} == {UNWANTED}
        with post.look() as session:
            assert standing.stand_since(session, began, first=1).good

    def test_without_a_mail_server_they_are_told_as_ever_and_never_mailed(self, post: Post, staff: Staff) -> None:
        post.configure(None)
        post.propose(staff.editor)
        post.send()
        post.configure(post.mailer)

        assert post.send() == []
        assert post.told(staff.approver) == ["change.proposed"]
