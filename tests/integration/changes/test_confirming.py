"""Does a page ask anew where bringing up to date or going back has consequences?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import fresh, press
from webapp import clock
from webapp.domain.configs.crawlers import CATCHES_MANY
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import decisions
from webapp.services.visits import agents

BOX = f'name="confirmed" value="{CATCHES_MANY}"><span>'


def listing(*names: str, enabled: bool = True) -> dict[str, object]:
    return {"enabled": enabled, "known_user_agents": list(names)}


def file_change(session: Session, staff: Staff, payload: dict[str, object]) -> ChangeRequest:
    """File a list of the editor's, whose consequences the editor means."""
    return make_change(session, staff.editor, make_wish(payload=payload, confirmed=(CATCHES_MANY,)), now=clock.now())


@pytest.fixture(autouse=True)
def visits(session: Session) -> None:
    """A week in which many came with one of two agents."""
    agents.add(session, {"Mozilla/5.0": 80, "Robot/2": 20}, clock.now().date())
    session.commit()


class TestGivenAStaleChangeThatWasConfirmed:
    def test_another_payload_is_ticked_anew(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = file_change(session, staff, listing("Mozilla", enabled=False))
        urgent = make_wish(payload=listing("edX-downloader"), reason="The robots are upon us, now.")
        decisions.propose_in_emergency(session, terms_of(staff.admin, now=clock.now()), urgent, typed_key="-")
        session.commit()
        eva = signed_in("eva")

        asked = press(eva, change, "rebase")
        taken = press(eva, change, "rebase", confirmed=CATCHES_MANY)

        assert (asked.status_code, BOX in asked.text, taken.status_code) == (422, True, 303)
        assert fresh(session, change).revision == 2


class TestGivenAChangeThatLedAway:
    def test_the_way_back_is_ticked_anew(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = file_change(session, staff, listing("Robot"))
        decisions.approve(session, terms_of(staff.approver, now=clock.now()), change.id)
        away = file_change(session, staff, listing("Nobody"))
        decisions.approve(session, terms_of(staff.approver, now=clock.now()), away.id)
        session.commit()
        eva = signed_in("eva")

        asked = press(eva, away, "revert", note=REASON)
        taken = press(eva, away, "revert", note=REASON, confirmed=CATCHES_MANY)

        assert (asked.status_code, BOX in asked.text, taken.status_code) == (422, True, 303)
        assert REASON in asked.text
