"""Has the list of changes what the other lists have, and does it find, show and give away what it is asked for?"""

import csv
import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_course
from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.fakes import NOON
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import told
from tests.visitors import Visitor
from webapp.models.audit import AuditEvent
from webapp.services.audit import details_of
from webapp.services.governance import decisions

LATER = NOON + timedelta(days=1)
NAMED = {"enabled": True, "configuration": {"default": {"platform_name": "Academy"}}}
ROLES = {"roles": ["viewer", "support"]}


@pytest.fixture
def filed(session: Session, staff: Staff) -> list[int]:
    """One that is open, one of the day after with an approval of two, one that was rejected, and an emergency."""
    crawlers = make_change(session, staff.editor, make_wish(title="Let the robots be"))
    access = make_change(session, staff.admin, make_wish("access", "vera", ROLES), now=LATER, approvals={"access": 2})
    decisions.approve(session, terms_of(staff.approver, now=LATER), access.id)
    done = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}), now=LATER)
    decisions.reject(session, terms_of(staff.approver, now=LATER), done.id, note="Not now.")
    wish = make_wish("html-view", payload=NAMED, reason="The name is wrong on every page.", title="Name it")
    urgent = decisions.propose_in_emergency(session, terms_of(staff.admin, now=LATER), wish, typed_key="-")
    session.commit()
    return [crawlers.id, access.id, done.id, urgent.id]


def listed(visitor: Visitor, query: str = "") -> list[int]:
    """Give the numbers of the requests that the list shows, in its order."""
    found = re.findall(r'class="cell-link" href="/changes/(\d+)"', visitor.get(f"/changes?{query}"))
    return [int(number) for number in found]


class TestGivenChangesOfEachSort:
    @pytest.mark.parametrize(
        ("query", "places"),
        [
            ("", [1, 0]),
            ("order=oldest", [0, 1]),
            ("state=any", [3, 2, 1, 0]),
            ("state=any&order=oldest", [0, 1, 2, 3]),
            ("state=rejected", [2]),
            ("owed=1", [3]),
            ("by=eva", [0]),
            ("by=EVA&state=any", [2, 0]),
            ("by=ev&state=any", []),
            ("proposed_from=2026-11-22", [1]),
            ("proposed_to=2026-11-21&state=any", [0]),
            ("proposed_from=2026-11-22&proposed_to=2026-11-22&state=any&kind=html-view", [3]),
            ("q=vera", [1]),
            ("q=Vera", []),
            ("q=-&state=any", [3, 2, 0]),
            ("q=robots&state=any", []),
        ],
    )
    def test_it_is_narrowed(self, filed: list[int], signed_in: SignIn, query: str, places: list[int]) -> None:
        assert listed(signed_in("vera"), query) == [filed[place] for place in places]

    def test_one_is_found_by_its_number(self, filed: list[int], signed_in: SignIn) -> None:
        vera = signed_in("vera")

        assert listed(vera, f"q={filed[0]}") == [filed[0]]
        assert listed(vera, f"q={filed[2]}") == []
        assert listed(vera, f"q={filed[2]}&state=any") == [filed[2]]

    def test_one_of_a_course_is_found_by_its_key(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        make_course(session)
        switch = {"self_generation_enabled": True, "use_updated": None}
        change = make_change(session, staff.editor, make_wish("course", DEMO_COURSE, switch))

        assert listed(signed_in("vera"), urlencode({"q": DEMO_COURSE})) == [change.id]

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("state=nonsense", "State: “nonsense” is not one of the choices."),
            ("kind=nonsense", "Kind: “nonsense” is not one of the choices."),
            ("proposed_from=soon", "Proposed: “soon” is not a date"),
        ],
    )
    def test_a_filter_that_means_nothing_is_said_to_be_none(
        self, filed: list[int], signed_in: SignIn, query: str, words: str
    ) -> None:
        answer = signed_in("vera").client.get(f"/changes?{query}")

        assert words in told(answer)
        assert 'class="cell-link" href="/changes/' not in answer.text

    @pytest.mark.any_database
    def test_a_line_says_what_it_does_and_how_it_stands(self, filed: list[int], signed_in: SignIn) -> None:
        page = told(signed_in("vera").client.get("/changes?state=any"))

        assert "Let the robots be Visits whose User-Agent begins with" in page
        assert re.search(r"will count as a crawler's\. And 1 more\. Pending Crawlers eva \d+ \w+", page)
        assert "Live Review owed HTML view adam" in page
        assert "Pending Access vera adam" in page

    @pytest.mark.any_database
    def test_there_is_no_other_page_of_one(self, filed: list[int], signed_in: SignIn) -> None:
        assert signed_in("vera").client.get(f"/changes/details/?id={filed[0]}").status_code == 404


@pytest.mark.any_database
class TestGivenTheListAsItLooks:
    def test_columns_are_chosen(self, filed: list[int], signed_in: SignIn) -> None:
        page = signed_in("vera").get("/changes?state=any&columns=number,approvals,closed-on,why")

        cells = re.findall(r'data-label="(?:Number|Approvals)"><div class="table__value">([^<]+)<', page)
        assert cells[1:5] == [str(filed[2]), "0 of 2", str(filed[1]), "1 of 2"]
        assert "The name is wrong on every page." in page
        assert 'data-label="Kind"' not in page

    def test_it_has_dense_rows_and_keys(self, signed_in: SignIn) -> None:
        page = signed_in("vera").get("/changes")

        assert "data-density-toggle" in page
        assert "data-keys-open" in page

    def test_what_it_shows_is_kept_as_a_view(self, filed: list[int], signed_in: SignIn) -> None:
        vera = signed_in("vera")

        form = {"list": "change_list", "name": "All of Eva", "query": "by=eva&state=any"}
        sent = vera.post("/saved-views", form, of="/changes")

        assert listed(vera, sent.location.partition("?")[2]) == [filed[2], filed[0]]
        assert "All of Eva" in vera.get("/changes")

    @pytest.mark.parametrize(
        ("query", "words", "way"),
        [
            ("", "Nothing is open", "/changes?state=any"),
            ("mine=1", "You have proposed nothing that is open", "/changes?state=any"),
            ("waiting=1", "Nothing waits for you", "/changes?state=any"),
            ("stale=1", "Nothing is stale", "/changes?state=any"),
            ("owed=1", "No review is owed", "/changes?state=any"),
            ("kind=badge", "Nothing fits", "/changes?kind=badge&state=any"),
            ("q=12&columns=number", "Nothing fits", "/changes?q=12&state=any"),
            ("state=any&kind=badge", "Nothing fits", "/changes?state=any"),
        ],
    )
    def test_without_a_row_it_says_why_and_leads_to_the_history(
        self, signed_in: SignIn, query: str, words: str, way: str
    ) -> None:
        page = unescape(signed_in("vera").get(f"/changes?{query}"))

        assert f'empty__title">{words}<' in page
        assert f'href="{way}">Show the history<' in page

    def test_an_empty_history_leads_nowhere(self, signed_in: SignIn) -> None:
        assert "Show the history" not in signed_in("vera").get("/changes?state=any")


class TestGivenItsWaysOut:
    def test_a_file_says_all_of_what_the_filters_leave(self, filed: list[int], signed_in: SignIn) -> None:
        (line,) = signed_in("vera").client.get("/changes/export.jsonl?kind=access").text.splitlines()

        said = json.loads(line)
        assert (said["id"], said["payload"], said["action"], said["state"]) == (filed[1], ROLES, "set", "pending")
        assert (said["author"], said["contributors"]) == ("adam", ["adam"])
        assert (said["approvals_needed"], said["approved_by"]) == (2, ["amir"])
        assert (said["emergency"], said["review_owed"], said["closed_at"]) == (False, False, None)

    def test_a_table_of_them_has_a_line_for_each(self, filed: list[int], signed_in: SignIn) -> None:
        text = signed_in("vera").client.get("/changes/export.csv?owed=1").text

        head, row = csv.reader(text.splitlines())
        said = dict(zip(head, row, strict=True))
        assert (said["id"], said["review_owed"], said["title"]) == (str(filed[3]), "true", "Name it")

    def test_the_audit_is_told_that_those_were_the_open_ones(
        self, session: Session, filed: list[int], signed_in: SignIn
    ) -> None:
        vera = signed_in("vera")

        for query in ("by=eva", "by=eva&state=any"):
            assert vera.client.get(f"/changes/export.csv?{query}&columns=number").status_code == 200

        session.rollback()
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "list.exported").order_by(AuditEvent.seq)
        )
        noted = [details_of(event).get("filters") for event in events]
        assert [one for one in noted if one] == [{"state": "open", "by": "eva"}, {"state": "any", "by": "eva"}]
