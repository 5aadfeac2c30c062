"""Does a program say of each payload anew that its warnings were read?"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff, make_wish, terms_of
from tests.factories.programs import Program
from webapp import clock
from webapp.domain.configs.crawlers import CATCHES_MANY
from webapp.services.governance import changes, decisions
from webapp.services.visits import agents

READ = {"confirmed_warnings": [CATCHES_MANY]}
WISH = {"kind": "crawlers", "reason": REASON, **READ}


def listing(*names: str, enabled: bool = True) -> dict[str, object]:
    return {"enabled": enabled, "known_user_agents": list(names)}


@pytest.fixture(autouse=True)
def visits(session: Session) -> None:
    """A week in which many came with one of two agents."""
    agents.add(session, {"Mozilla/5.0": 80, "Robot/2": 20}, clock.now().date())
    session.commit()


def proposed(editor: Program, payload: dict[str, object]) -> int:
    number: int = editor.post("changes", {**WISH, "payload": payload}).get_json()["id"]
    return number


def unread(answer: Any) -> bool:  # noqa: ANN401 - an answer of the test client
    said = answer.get_json(force=True)
    told = [(one["field"], one["code"]) for one in said.get("errors", [])]
    return (answer.status_code, said.get("code"), told) == (
        422,
        "unconfirmed_warnings",
        [("confirmed_warnings", CATCHES_MANY)],
    )


class TestGivenAConfirmedChange:
    def test_an_edit_confirms_what_it_sends(self, editor: Program) -> None:
        number = proposed(editor, listing("Robot"))
        seen = editor.get(f"changes/{number}").headers["ETag"]
        other = {"payload": listing("Mozilla")}

        alone = editor.ask("PATCH", f"changes/{number}", other, If_Match=seen)
        together = editor.ask("PATCH", f"changes/{number}", {**other, **READ}, If_Match=seen)

        assert unread(alone)
        assert (together.status_code, together.get_json()["confirmed_warnings"]) == (200, [CATCHES_MANY])

    def test_brought_up_to_date_to_something_else_it_is_confirmed_anew(
        self, session: Session, staff: Staff, editor: Program
    ) -> None:
        number = proposed(editor, listing("Mozilla", enabled=False))
        urgent = make_wish(payload=listing("edX-downloader"), reason="The robots are upon us, now.")
        decisions.propose_in_emergency(session, terms_of(staff.admin, now=clock.now()), urgent, typed_key="-")
        session.commit()

        alone = editor.move(number, "rebase")
        together = editor.move(number, "rebase", READ)

        assert unread(alone)
        assert (together.status_code, together.get_json()["payload"]) == (200, listing("Mozilla"))

    def test_the_way_back_to_it_is_confirmed_anew(self, session: Session, staff: Staff, editor: Program) -> None:
        first = proposed(editor, listing("Robot"))
        decisions.approve(session, terms_of(staff.approver, now=clock.now()), first)
        wish = make_wish(payload=listing("Nobody"))
        away = changes.propose_change(session, terms_of(staff.editor, now=clock.now()), wish)
        decisions.approve(session, terms_of(staff.approver, now=clock.now()), away.id)
        session.commit()

        alone = editor.post(f"changes/{away.id}/revert", {"note": REASON})
        together = editor.post(f"changes/{away.id}/revert", {"note": REASON, **READ})

        assert unread(alone)
        assert (together.status_code, together.get_json()["reverts_version"]) == (201, 2)
