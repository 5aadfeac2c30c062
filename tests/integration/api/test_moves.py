"""Does each move do what it says, for whom it may, and leave a word where it is refused?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.factories.programs import Program, program_of, script_of
from tests.openapi import document_of
from webapp import clock
from webapp.domain.approval.states import OPEN, State
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services.audit import details_of
from webapp.services.governance import decisions

ROBOT = {"enabled": True, "known_user_agents": ["Robot"]}
URGENT = "The robots are upon us, and now."
UNTIL = (clock.now() + timedelta(hours=1)).isoformat()
NOTED = {"note": "Because I say so."}
ON_A_VALUE = ("configs/crawlers/-", {"payload": ROBOT, "reason": REASON}, "none")
ASKED = (
    ("POST", "changes", {"kind": "crawlers", "payload": ROBOT, "reason": REASON}, "none"),
    ("PUT", *ON_A_VALUE),
    ("PATCH", *ON_A_VALUE),
    ("DELETE", "configs/crawlers/-", {"reason": REASON}, "none"),
    ("PATCH", "changes/{id}", {"reason": "Because the tests ask for it again."}, "pending"),
    ("POST", "changes/{id}/rebase", NOTED, "pending"),
    ("POST", "changes/{id}/approve", NOTED, "pending"),
    ("POST", "changes/{id}/hold", NOTED, "pending"),
    ("POST", "changes/{id}/reject", NOTED, "pending"),
    ("POST", "changes/{id}/comment", NOTED, "pending"),
    ("POST", "changes/{id}/emergency", {"note": URGENT, "key": "-"}, "pending"),
    ("POST", "changes/{id}/resume", NOTED, "held"),
    ("POST", "changes/{id}/acknowledge", NOTED, "owed"),
    ("POST", "changes/{id}/revert", NOTED, "owed"),
    ("POST", "freeze", {"until": UNTIL, "reason": REASON}, "none"),
    ("DELETE", "freeze", NOTED, "none"),
)
"""What is asked, and how the change stands then. What goes by who wrote something is not among it."""


def refusals(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "change.refused").order_by(AuditEvent.seq))
    return [(event.actor_name, details_of(event)["code"]) for event in events]


def brought_to(session: Session, staff: Staff, state: str, agent: str) -> int:
    """Give the number of a change that stands so and would list the agent; 0 where there is to be none."""
    if state == "none":
        return 0
    wish = make_wish(payload={"enabled": True, "known_user_agents": [agent]})
    number = make_change(session, staff.editor, wish, now=clock.now()).id
    if state == "held":
        decisions.hold(session, terms_of(staff.approver), number, note="Wait.")
    if state == "owed":
        decisions.apply_in_emergency(session, terms_of(staff.admin), number, typed_key="-", note=URGENT)
    session.commit()
    return number


@pytest.mark.any_database
class TestGivenWhatTheDocumentSaysOfRoles:
    @pytest.mark.parametrize(("method", "path", "body", "state"), ASKED)
    def test_those_and_no_others_are_let_in(
        self, app: Flask, session: Session, staff: Staff, method: str, path: str, body: dict[str, str], state: str
    ) -> None:
        let_in = []
        for role in Role:
            who = make_account(session, f"only.{role}", role)
            address = path.format(id=brought_to(session, staff, state, role.value))
            session.commit()
            answer = script_of(app, who).ask(method, address, body, If_Match="*")
            let_in += [] if answer.get_json(force=True).get("code") == "role" else [role.value]
            of_open = update(ChangeRequest).where(ChangeRequest.state.in_(OPEN))
            session.execute(of_open.values(state=State.WITHDRAWN, closed_at=clock.now()))
            session.commit()

        told = document_of(app).find(method, f"/api/v1/{address}")["x-roles"]
        assert let_in == told or (let_in, told) == (["editor"], ["editor", "admin"])  # admins propose who may do what


class TestGivenAPendingChange:
    @pytest.mark.parametrize(
        ("who", "move", "body", "state"),
        [
            ("approver", "approve", None, "applied"),
            ("approver", "approve", {"note": "Fine."}, "applied"),
            ("approver", "hold", {"note": "Wait."}, "on_hold"),
            ("editor", "hold", {"note": "Wait."}, "on_hold"),
            ("approver", "reject", {"note": "No."}, "rejected"),
            ("editor", "withdraw", None, "withdrawn"),
            ("admin", "emergency", {"note": URGENT, "key": "-"}, "applied"),
            ("viewer", "comment", {"note": "Why?", "field": "enabled"}, "pending"),
        ],
    )
    def test_who_may_moves_it(
        self,
        someone: Callable[[str], Program],
        change: ChangeRequest,
        who: str,
        move: str,
        body: dict[str, str] | None,
        state: str,
    ) -> None:
        answer = someone(who).move(change.id, move, body)

        said = answer.get_json()
        assert (answer.status_code, said["state"]) == (200, state)
        assert said["review_owed"] == (move == "emergency")
        assert (
            said["events"][-1]["actor"] == {"approver": "amir", "editor": "eva", "admin": "adam", "viewer": "vera"}[who]
        )
        assert answer.headers["ETag"].startswith(f'"c{change.id}-r1-{state}-v')

    @pytest.mark.parametrize(
        ("who", "move", "body", "status", "code"),
        [
            ("editor", "approve", {}, 403, "role"),
            ("viewer", "approve", {}, 403, "role"),
            ("admin", "approve", {}, 403, "role"),
            ("viewer", "hold", {"note": "Wait."}, 403, "role"),
            ("viewer", "reject", {"note": "No."}, 403, "role"),
            ("approver", "withdraw", {}, 403, "role"),
            ("approver", "emergency", {"note": URGENT, "key": "-"}, 403, "role"),
            ("approver", "hold", {}, 422, "reason_missing"),
            ("approver", "reject", {"note": "  "}, 422, "reason_missing"),
            ("admin", "emergency", {"note": "short", "key": "-"}, 422, "reason_missing"),
            ("admin", "emergency", {"note": URGENT, "key": "x"}, 422, "typed_key"),
            ("approver", "resume", {}, 409, "state"),
            ("approver", "take-back", {}, 409, "state"),
            ("approver", "acknowledge", {}, 409, "state"),
            ("editor", "rebase", {}, 409, "state"),
            ("editor", "revert", {"note": REASON}, 409, "state"),
            ("viewer", "comment", {}, 422, "reason_missing"),
        ],
    )
    def test_who_may_not_is_told_why_and_an_event_stays(
        self,
        session: Session,
        staff: Staff,
        someone: Callable[[str], Program],
        change: ChangeRequest,
        who: str,
        move: str,
        body: dict[str, str],
        status: int,
        code: str,
    ) -> None:
        answer = someone(who).move(change.id, move, body)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)
        assert refusals(session) == [(getattr(staff, who).username, code)]

    def test_who_wrote_it_does_not_decide(self, app: Flask, session: Session, staff: Staff) -> None:
        both = make_account(session, "both", Role.EDITOR, Role.APPROVER)
        change = make_change(session, both, now=clock.now())

        answer = script_of(app, both).move(change.id, "approve")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "self_approval")

    @pytest.mark.parametrize("move", ["approve", "hold", "reject", "emergency"])
    def test_a_token_decides_nothing(
        self, app: Flask, session: Session, staff: Staff, change: ChangeRequest, move: str
    ) -> None:
        mighty = make_account(session, "mighty", Role.APPROVER, Role.ADMIN)

        body = {"note": URGENT, "key": "-"} if move == "emergency" else {"note": URGENT}
        answer = program_of(app, session, mighty).move(change.id, move, body)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "token")

    def test_two_approvals_are_counted(self, session: Session, staff: Staff, someone: Callable[[str], Program]) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}), now=clock.now())

        first = someone("approver").move(change.id, "approve").get_json()
        again = someone("approver").move(change.id, "approve")
        last = someone("second").move(change.id, "approve").get_json()

        assert (first["state"], first["approvals"]) == ("pending", {"needed": 2, "given": 1, "by": ["amir"]})
        assert (again.status_code, again.get_json(force=True)["code"]) == (409, "already_decided")
        assert (last["state"], last["approvals"]) == ("applied", {"needed": 2, "given": 2, "by": ["amir", "alice"]})

    def test_an_approval_is_taken_back(self, session: Session, staff: Staff, someone: Callable[[str], Program]) -> None:
        wish = make_wish(apply_at=clock.now() + timedelta(hours=1))
        change = make_change(session, staff.editor, wish, now=clock.now())
        approver = someone("approver")

        scheduled = approver.move(change.id, "approve").get_json()
        back = approver.move(change.id, "take-back").get_json()

        assert (scheduled["state"], back["state"], back["approvals"]["given"]) == ("scheduled", "pending", 0)

    def test_held_it_is_resumed(self, change: ChangeRequest, someone: Callable[[str], Program]) -> None:
        someone("approver").move(change.id, "hold", {"note": "Wait."})

        answer = someone("second").move(change.id, "resume")

        assert (answer.status_code, answer.get_json()["state"]) == (200, "pending")


class TestGivenAnEdit:
    def edit(self, program: Program, change: ChangeRequest, body: Any) -> Any:  # noqa: ANN401 - any JSON
        seen = program.get(f"changes/{change.id}").headers["ETag"]
        return program.ask("PATCH", f"changes/{change.id}", body, If_Match=seen)

    def test_another_payload_is_another_revision(self, editor: Program, change: ChangeRequest) -> None:
        answer = self.edit(editor, change, {"payload": ROBOT})

        said = answer.get_json()
        assert (answer.status_code, said["revision"], said["payload"]) == (200, 2, ROBOT)

    def test_other_words_are_none(self, editor: Program, change: ChangeRequest) -> None:
        said = self.edit(editor, change, {"title": "Robots", "reason": "Because of the robots."}).get_json()

        assert (said["revision"], said["title"], said["reason"]) == (1, "Robots", "Because of the robots.")

    def test_its_moment_is_set_and_taken_away(self, editor: Program, change: ChangeRequest) -> None:
        later = (clock.now() + timedelta(hours=1)).isoformat()

        timed = self.edit(editor, change, {"apply_at": later}).get_json()
        untouched = self.edit(editor, change, {"title": "Robots"}).get_json()
        at_once = self.edit(editor, change, {"apply_at": None}).get_json()

        assert (timed["revision"], timed["apply_at"] is None) == (2, False)
        assert untouched["apply_at"] == timed["apply_at"]
        assert (at_once["revision"], at_once["apply_at"]) == (3, None)

    @pytest.mark.parametrize("body", [{"kind": "generation"}, {"key": "x"}, {"state": "applied"}, {"payload": None}])
    def test_what_the_server_keeps_is_refused(self, editor: Program, change: ChangeRequest, body: Any) -> None:  # noqa: ANN401 - any JSON
        answer = self.edit(editor, change, body)

        assert (answer.status_code, answer.get_json(force=True)["errors"][0]["field"]) == (422, next(iter(body)))


class TestGivenALiveChange:
    def test_reverting_it_is_another_change(
        self, session: Session, staff: Staff, change: ChangeRequest, editor: Program
    ) -> None:
        decisions.approve(session, terms_of(staff.approver, now=clock.now()), change.id)
        session.commit()

        answer = editor.post(f"changes/{change.id}/revert", {"note": REASON})

        said = answer.get_json()
        assert (answer.status_code, said["state"], said["reverts_version"]) == (201, "pending", 1)
        assert answer.headers["Location"] == f"/api/v1/changes/{said['id']}"
        assert said["id"] != change.id

    def test_it_is_not_stale_though_the_live_value_is_another(
        self, session: Session, staff: Staff, change: ChangeRequest, editor: Program
    ) -> None:
        decisions.approve(session, terms_of(staff.approver, now=clock.now()), change.id)
        session.commit()

        said = editor.get(f"changes/{change.id}").get_json()

        assert (said["base_version"], said["live_version"], said["stale"]) == (1, 2, False)
