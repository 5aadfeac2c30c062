"""Is no mail lost where the mail server fails, and does nothing of it tell who anybody is?"""

from datetime import timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from tests.factories.governance import Staff
from tests.integration.notices.post import Post
from webapp.models.governance.notices import Notice
from webapp.ports import Mail, MailDeferred, MailRefused, MailUnsent
from webapp.services.governance import decisions

MINUTE = timedelta(minutes=1)
AWAY = "cannot connect to the mail server"
FULL = "the mail server refuses the recipient (452)"


def addresses(mails: list[Mail]) -> list[str]:
    return sorted(mail.address for mail in mails)


class TestGivenAMailServerThatFails:
    def test_the_mail_waits_with_the_reason_and_leaves_once_it_works(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor)
        post.mailer.fault = MailUnsent(AWAY)
        post.send()
        waiting = [(entry.last_problem, entry.tries, entry.sent_at) for entry in post.entries()]
        post.mailer.fault = None
        post.let_pass(timedelta(seconds=5))

        sent = post.send()

        assert waiting == [(AWAY, 1, None)] * 2
        assert len(sent) == 2

    def test_it_is_asked_once_in_a_look(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor)
        post.mailer.fault = MailUnsent(AWAY)

        post.send()

        assert post.mailer.tries == 1

    def test_what_happened_stays(self, post: Post, staff: Staff) -> None:
        post.mailer.fault = MailUnsent(AWAY)
        change_id = post.propose(staff.editor)
        post.send()

        with post.work() as session:
            decisions.approve(session, post.terms(staff.approver), change_id)

        assert post.told(staff.editor) == ["change.applied"]

    def test_after_six_hours_it_is_given_up_and_the_next_notice_is_mailed_anew(self, post: Post, staff: Staff) -> None:
        change_id = post.propose(staff.editor)
        post.mailer.fault = MailUnsent(AWAY)
        post.try_in_vain(timedelta(hours=6))
        post.send()
        given_up = {entry.last_problem for entry in post.entries()}
        post.mailer.fault = None

        post.comment(staff.second, change_id, "@amir?")
        sent = post.send()

        assert given_up == {f"Not sent within six hours: {AWAY}"}
        assert addresses(sent) == ["amir@example.org", "eva@example.org"]
        assert all("waits for a decision" not in mail.text for mail in sent)

    def test_a_refusal_ends_it_at_once(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor)
        post.mailer.fault = MailRefused("the mail server refuses the recipient (550)")
        post.send()
        post.mailer.fault = None
        post.let_pass(60 * MINUTE)

        again = post.send()

        assert again == []
        assert {entry.last_problem for entry in post.entries()} == {"the mail server refuses the recipient (550)"}
        assert all(entry.failed_at for entry in post.entries())

    def test_a_fault_of_ours_waits_without_its_words(self, post: Post, staff: Staff) -> None:
        def broken(mail: Mail) -> None:
            raise ValueError(mail.address)

        post.propose(staff.editor)
        post.mailer.send = broken  # type: ignore[method-assign]  # what nobody foresaw

        post.send()

        assert {entry.last_problem for entry in post.entries()} == {"an error of our own (ValueError)"}

    def test_a_mail_whose_settling_was_cut_off_comes_again_under_its_id(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor)
        first = post.send()
        with post.work() as session:
            session.execute(update(Notice).values(mail_waits=True, mailed_at=None))
            session.execute(update(type(post.entries()[0])).values(sent_at=None))
        post.let_pass(2 * MINUTE)

        again = post.send()

        assert [mail.reference for mail in again] == [mail.reference for mail in first]


class TestGivenWhatIsWrongWithOneMail:
    @pytest.mark.parametrize(
        ("problem", "words"),
        [
            (MailDeferred(FULL), FULL),
            (ValueError("eva@example.org"), "an error of our own (ValueError)"),
        ],
    )
    def test_the_others_leave_in_the_same_look(self, post: Post, staff: Staff, problem: Exception, words: str) -> None:
        post.propose(staff.editor)
        post.mailer.of_first = problem

        sent = post.send()

        assert len(sent) == 1
        assert sorted((entry.last_problem, bool(entry.sent_at)) for entry in post.entries()) == [
            ("", True),
            (words, False),
        ]


class TestGivenLogs:
    def test_no_address_is_in_them(self, post: Post, staff: Staff) -> None:
        post.propose(staff.editor)
        with capture_logs() as logs:
            for fault in (MailUnsent(AWAY), MailRefused("the mail server refuses the mail (554)")):
                post.mailer.fault = fault
                post.send()
                post.let_pass(MINUTE)

        assert {line["event"] for line in logs} == {"mail.unsent", "mail.refused"}
        assert "@example.org" not in str(logs)
