"""Does the list of changes show what waits, for whom, and what has become of the others?"""

import json
import re
from html import unescape

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.integration.changes.conftest import SignIn
from webapp.services.governance import decisions

ON = {"enabled": True}


class TestGivenChangesInSeveralStates:
    def test_open_ones_are_listed_and_lead_to_their_review(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor, make_wish(title="Let the robots be"))
        done = make_change(session, staff.editor, make_wish("generation", payload=ON))
        decisions.reject(session, terms_of(staff.approver), done.id, note="Not now.")
        session.commit()

        page = signed_in("vera").get("/changes")

        assert f'href="/changes/{change.id}"' in page
        assert "Let the robots be" in page
        assert "will count as a crawler" in page
        assert f'href="/changes/{done.id}"' not in page

    @pytest.mark.parametrize(
        ("query", "who", "there"),
        [
            ("state=any", "vera", True),
            ("state=pending", "vera", True),
            ("state=applied", "vera", False),
            ("kind=crawlers", "vera", True),
            ("kind=generation", "vera", False),
            ("mine=1", "eva", True),
            ("mine=1", "amir", False),
            ("waiting=1", "amir", True),
            ("waiting=1", "eva", False),
            ("stale=1", "amir", False),
            ("owed=1", "amir", False),
            ("waiting=1", "vera", False),
            ("state=any&after=nonsense", "vera", True),
        ],
    )
    def test_filters_narrow(
        self, session: Session, staff: Staff, signed_in: SignIn, query: str, who: str, there: bool
    ) -> None:
        change = make_change(session, staff.editor)

        page = signed_in(who).get(f"/changes?{query}")

        assert (f'href="/changes/{change.id}"' in page) is there


@pytest.mark.any_database
class TestGivenThePageOfAChange:
    @pytest.mark.parametrize("who", ["eva", "amir", "adam", "vera"])
    def test_no_cache_keeps_it_and_every_link_on_it_leads_somewhere(
        self, session: Session, staff: Staff, signed_in: SignIn, who: str
    ) -> None:
        payload = {"enabled": True, "configuration": {"default": {"platform_name": "Academy"}}}
        change = make_change(session, staff.editor, make_wish("html-view", payload=payload))
        make_change(session, staff.editor)
        somebody = signed_in(who)

        answer = somebody.client.get(f"/changes/{change.id}")

        addresses = {unescape(address) for address in re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)}
        statuses = {address: somebody.client.get(address).status_code for address in sorted(addresses)}
        assert answer.headers["Cache-Control"] == "no-store"
        assert {address: status for address, status in statuses.items() if status not in (200, 302)} == {}
        assert any("/preview" in address for address in addresses)


@pytest.mark.any_database
class TestGivenTheWayOut:
    @pytest.mark.parametrize(
        "query",
        ["", "state=any", "state=pending", "kind=generation&state=any", "waiting=1", "mine=1", "stale=1", "owed=1"],
    )
    def test_it_takes_what_the_page_shows(self, session: Session, staff: Staff, signed_in: SignIn, query: str) -> None:
        make_change(session, staff.editor)
        done = make_change(session, staff.editor, make_wish("generation", payload=ON))
        decisions.reject(session, terms_of(staff.approver), done.id, note="Not now.")
        session.commit()
        amir = signed_in("amir")

        page = amir.get(f"/changes?{query}")

        shown = {int(number) for number in re.findall(r'href="/changes/(\d+)"', page)}
        (way,) = re.findall(r'href="([^"]*changes/export\.jsonl[^"]*)"', page)
        lines = amir.client.get(unescape(way)).text.splitlines()
        assert {json.loads(line)["id"] for line in lines} == shown
