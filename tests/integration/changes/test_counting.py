"""Do the page of a change, the list and its files count the same approvals, and is there a button for what has enough?"""

import json
import re

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_counted_short
from tests.fakes import NOON
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import address_of, fresh, offered, press, told
from webapp.domain.approval.states import State
from webapp.models.governance.changes import ChangeRequest

SINCE_THEN = "It has what it needs; an approver makes it live by approving it, be it once more."
AT_ONCE = "It has all the approvals that it needs: it goes live at once."


@pytest.fixture
def short(session: Session, staff: Staff) -> ChangeRequest:
    """Approved by both, but when the second did, the first was disabled."""
    return make_counted_short(session, staff)


@pytest.fixture
def full(session: Session, staff: Staff, short: ChangeRequest) -> ChangeRequest:
    """The same, once the first is enabled again."""
    staff.approver.disabled_at = None
    session.commit()
    return short


def counted_in_list(signed_in: SignIn) -> tuple[list[str], list[str]]:
    """Give how many approvals the list says, and whose its file does."""
    vera = signed_in("vera")
    page = vera.get("/changes?state=any&columns=number,approvals")
    (line,) = vera.client.get("/changes/export.jsonl?state=any").text.splitlines()
    return re.findall(r'data-label="Approvals"><div class="table__value">([^<]+)<', page), json.loads(line)[
        "approved_by"
    ]


class TestGivenAnApproverWhoIsDisabled:
    def test_pages_and_files_do_not_count_them(self, short: ChangeRequest, signed_in: SignIn) -> None:
        alice = signed_in("alice")

        page = alice.get(address_of(short))

        assert "Pending: 1 of 2 approvals, by alice." in page
        assert "You have approved this revision already." in page
        assert SINCE_THEN not in page
        assert counted_in_list(signed_in) == (["1 of 2"], ["alice"])


class TestGivenAnApproverWhoIsEnabledAgain:
    def test_who_approved_is_offered_to_make_it_live(
        self, session: Session, full: ChangeRequest, signed_in: SignIn
    ) -> None:
        alice, vera = signed_in("alice"), signed_in("vera")

        page, seen_by_others, home = alice.get(address_of(full)), vera.get(address_of(full)), alice.get("/")
        answer = press(alice, full, "approve")

        assert "Pending: 2 of 2 approvals, by amir and alice. " + SINCE_THEN in page
        assert (AT_ONCE in page, SINCE_THEN in seen_by_others) == (True, True)
        assert '1<span class="visually-hidden"> waiting for you</span>' in home
        assert not offered(seen_by_others, "approve")
        assert (answer.status_code, fresh(session, full).state) == (303, State.APPLIED)
        assert counted_in_list(signed_in) == (["2 of 2"], ["amir", "alice"])

    def test_a_change_that_is_live_names_who_let_it_in(
        self, session: Session, staff: Staff, full: ChangeRequest, signed_in: SignIn
    ) -> None:
        press(signed_in("alice"), full, "approve")
        staff.approver.disabled_at = NOON
        session.commit()

        page = told(signed_in("vera").client.get(address_of(full)))

        assert "Live as version 2, approved by amir and alice." in page
