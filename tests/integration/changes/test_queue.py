"""Does the list of changes show what waits, for whom, and what has become of the others?"""

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
            ("state=nonsense&kind=nonsense&after=nonsense", "vera", True),
        ],
    )
    def test_filters_narrow(
        self, session: Session, staff: Staff, signed_in: SignIn, query: str, who: str, there: bool
    ) -> None:
        change = make_change(session, staff.editor)

        page = signed_in(who).get(f"/changes?{query}")

        assert (f'href="/changes/{change.id}"' in page) is there
