"""Does somebody see what they were told, and only that, and can they put it behind them?"""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.databases import Database
from tests.factories.accounts import PASSWORD
from tests.factories.governance import Staff, make_wish
from tests.integration.lists.statements import full_scans, plan_of, statements_of
from tests.integration.notices.post import Post
from tests.visitors import Visitor
from webapp import clock
from webapp.models.accounts import Account
from webapp.models.base import unit_of_work
from webapp.models.governance.notices import Notice
from webapp.services.governance import decisions
from webapp.services.notices import reading

EMPTY = "Nothing to tell"


@pytest.fixture
def change_id(post: Post, staff: Staff) -> int:
    """A request that both approvers were told of."""
    return post.propose(staff.editor, make_wish(title="Catch <the> robot"))


@pytest.fixture
def amir(app: Flask, staff: Staff, post: Post) -> Visitor:
    """An approver, signed in."""
    return visit(app, staff.approver)


def visit(app: Flask, account: Account) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in(account.username, PASSWORD)
    return visitor


def unread(post: Post, who: Account) -> list[int]:
    return [notice.change_id for notice in post.notices(who) if notice.read_at is None]


def badge(page: str) -> str:
    """What the head of a page says of notices."""
    found = re.search(r'<a class="icon-button bell"[^>]*aria-label="([^"]*)"', page)
    assert found is not None
    return found[1]


@pytest.mark.any_database
class TestGivenTheHeadOfAPage:
    def test_it_leads_to_the_notices_and_says_how_many_are_new(self, post: Post, amir: Visitor, change_id: int) -> None:
        assert badge(amir.get("/")) == "Notices, 1 not read"

    def test_without_any_it_says_nothing(self, amir: Visitor) -> None:
        assert badge(amir.get("/")) == "Notices"

    def test_many_are_counted_no_further(self, post: Post, staff: Staff, amir: Visitor, change_id: int) -> None:
        tell_often(post, staff.approver, change_id, 150)

        assert badge(amir.get("/")) == "Notices, 99+ not read"

    def test_those_without_a_role_have_none(self, app: Flask, post: Post, visitor: Visitor) -> None:
        assert "bell" not in visitor.get("/login")


@pytest.mark.any_database
class TestGivenThePage:
    def test_it_shows_what_happened_to_what_and_leads_there(self, post: Post, amir: Visitor, change_id: int) -> None:
        page = amir.get("/notices")

        assert f'<a href="/changes/{change_id}">A change waits for a decision</a>' in page
        assert "Catch &lt;the&gt; robot" in page
        assert "Because the tests ask for it." in page
        assert "<bdi>eva</bdi>" in page
        assert ">New<" in page
        assert ">Pending<" in page

    def test_it_shows_nobody_elses(self, app: Flask, staff: Staff, change_id: int) -> None:
        assert EMPTY in visit(app, staff.viewer).get("/notices")

    def test_to_look_at_it_is_not_to_have_read_it(
        self, post: Post, staff: Staff, amir: Visitor, change_id: int
    ) -> None:
        amir.get("/notices")

        assert unread(post, staff.approver) == [change_id]

    def test_it_says_how_a_change_stands_now(self, post: Post, staff: Staff, amir: Visitor, change_id: int) -> None:
        with post.work() as session:
            decisions.reject(session, post.terms(staff.second), change_id, note="No.")

        assert ">Rejected<" in amir.get("/notices")

    def test_it_has_pages(self, post: Post, staff: Staff, amir: Visitor, change_id: int) -> None:
        tell_often(post, staff.approver, change_id, 60)

        first = amir.get("/notices")
        older = re.search(r'rel="next" href="([^"]+)"', first)

        assert older is not None
        assert first.count('<li class="told') == 50
        assert amir.get(older[1]).count('<li class="told') == 11


@pytest.mark.any_database
class TestGivenNoticesThatWereRead:
    def test_all_that_were_shown_are_marked_and_what_came_meanwhile_is_not(
        self, post: Post, staff: Staff, amir: Visitor, change_id: int
    ) -> None:
        (shown,) = post.notices(staff.approver)
        post.comment(staff.editor, change_id, "@amir?")

        answer = amir.post("/notices/read", {"until": str(shown.id)}, of="/notices")

        assert (answer.status_code, answer.location) == (303, "/notices")
        assert [notice.read_at is None for notice in post.notices(staff.approver)] == [False, True]

    def test_those_of_one_change_are_marked(self, post: Post, staff: Staff, amir: Visitor, change_id: int) -> None:
        other = post.propose(staff.editor, make_wish("generation", payload={"enabled": True}))

        amir.post("/notices/read", {"change": str(change_id)}, of="/notices")

        assert unread(post, staff.approver) == [other]

    def test_nobody_marks_anothers(self, post: Post, staff: Staff, amir: Visitor, change_id: int) -> None:
        amir.post("/notices/read", {"change": str(change_id), "until": "999999"}, of="/notices")

        assert unread(post, staff.second) == [change_id]

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"change": "x"},
            {"change": "-1", "until": "1"},
            {"until": "²"},
            {"until": "9" * 30},
            {"change": "9" * 10},
        ],
    )
    def test_a_form_that_names_nothing_marks_nothing(
        self, post: Post, staff: Staff, amir: Visitor, change_id: int, form: dict[str, str]
    ) -> None:
        answer = amir.post("/notices/read", form, of="/notices")

        assert answer.status_code == 400
        assert unread(post, staff.approver) == [change_id]

    def test_a_forged_form_marks_nothing(self, post: Post, staff: Staff, amir: Visitor, change_id: int) -> None:
        answer = amir.client.post("/notices/read", data={"change": str(change_id)})

        assert answer.status_code == 400
        assert unread(post, staff.approver) == [change_id]


class TestGivenAChangeThatIsOpened:
    def test_what_was_told_of_it_is_read(self, post: Post, staff: Staff, change_id: int) -> None:
        other = post.propose(staff.editor, make_wish("generation", payload={"enabled": True}))

        with post.look() as session:
            reading.note_opened(session, unit_of_work, staff.approver.id, change_id, now=clock.now())

        assert unread(post, staff.approver) == [other]
        assert unread(post, staff.second) == [change_id, other]

    def test_where_there_is_nothing_to_note_nothing_is_written(self, post: Post, staff: Staff, change_id: int) -> None:
        def begin() -> None:
            raise AssertionError("nothing is to be written")

        with post.look() as session:
            reading.note_opened(session, begin, staff.viewer.id, change_id, now=clock.now())  # type: ignore[arg-type]  # fails the test

    def test_once_read_stays_read_since_then(self, post: Post, staff: Staff, change_id: int) -> None:
        began = clock.now()
        for minutes in (0, 5):
            with post.work() as session:
                reading.mark_read(session, staff.approver.id, now=began + timedelta(minutes=minutes))

        assert [notice.read_at for notice in post.notices(staff.approver)] == [began]


@pytest.mark.any_database
class TestGivenTheSwitchForMails:
    def test_it_turns_them_off_and_on(self, post: Post, staff: Staff, amir: Visitor) -> None:
        amir.post("/notices/mails", {"mails": "off"}, of="/notices")
        off = amir.get("/notices")
        amir.post("/notices/mails", {"mails": "on"}, of="/notices")
        on = amir.get("/notices")

        assert ("You get no mails" in off, "Turn mails on" in off) == (True, True)
        assert ("You get no mails" in on, "Turn mails off" in on) == (False, True)

    def test_it_is_for_oneself_alone(self, post: Post, staff: Staff, amir: Visitor) -> None:
        amir.post("/notices/mails", {"mails": "off"}, of="/notices")

        with post.look() as session:
            without = session.scalars(select(Account.username).where(~Account.mail_notices)).all()
        assert without == ["amir"]

    @pytest.mark.parametrize("word", ["", "maybe", "ON"])
    def test_another_word_changes_nothing(self, amir: Visitor, word: str) -> None:
        assert amir.post("/notices/mails", {"mails": word}, of="/notices").status_code == 400

    def test_it_says_where_there_is_no_mail_server_or_no_address(self, post: Post, staff: Staff, amir: Visitor) -> None:
        with post.work() as session:
            session.get_one(Account, staff.approver.id).email = ""
        no_address = amir.get("/notices")
        post.configure(None)
        no_server = amir.get("/notices")

        assert "no mail address" in no_address
        assert ("no mail server" in no_server, "Turn mails" in no_server) == (True, False)


class TestGivenMany:
    def test_neither_the_page_nor_its_head_reads_them_all(
        self, app: Flask, post: Post, staff: Staff, amir: Visitor, change_id: int, database: Database
    ) -> None:
        for who in (staff.approver, staff.second, staff.viewer):
            tell_often(post, who, change_id, 700)
        with post.work() as session:
            session.connection().exec_driver_sql("ANALYZE")

        with statements_of(app) as asked:
            amir.get("/notices")

        of_notices = [(statement, values) for statement, values in asked if "FROM notice" in statement]
        assert 0 < len(of_notices) <= 3
        assert [full_scans(plan_of(app, *one), "notice") for one in of_notices] == [[]] * len(of_notices)


def tell_often(post: Post, who: Account, change_id: int, times: int) -> None:
    with post.work() as session:
        session.add_all(
            Notice(account_id=who.id, change_id=change_id, action="change.commented", actor_name="eva", text="Told", at=clock.now(), mail_waits=False)
            for _ in range(times)
        )  # fmt: skip
