"""What may an admin alone do: make a change live at once, and let nothing go live for a while?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change
from tests.factories.programs import Program, program_of
from webapp import clock
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services.audit import details_of

ROBOT = {"enabled": True, "known_user_agents": ["Robot"]}
URGENT = "The robots are upon us, and now."


class TestGivenAnEmergency:
    def emergency(self, program: Program, **other: Any) -> Any:  # noqa: ANN401 - any JSON
        wish = {"kind": "crawlers", "payload": ROBOT, "reason": URGENT, "emergency": True, "typed_key": "-"}
        return program.post("changes", {**wish, **other})

    def test_it_is_live_at_once_and_owes_a_review(
        self, session: Session, staff: Staff, someone: Callable[[str], Program]
    ) -> None:
        stale = make_change(session, staff.editor, now=clock.now())

        made = self.emergency(someone("admin"))
        owed = someone("viewer").get("changes?owed=true").get_json()["results"]
        own = someone("admin").move(made.get_json()["id"], "acknowledge")
        reviewed = someone("approver").move(made.get_json()["id"], "acknowledge").get_json()

        assert (made.status_code, made.get_json()["state"], made.get_json()["origin"]) == (201, "applied", "emergency")
        assert [one["id"] for one in owed] == [made.get_json()["id"]]
        assert (own.status_code, own.get_json(force=True)["code"]) == (403, "self_approval")
        assert reviewed["review_owed"] is False
        assert someone("viewer").get(f"changes/{stale.id}").get_json()["stale"] is True

    @pytest.mark.parametrize(
        ("who", "other", "status", "code"),
        [
            ("editor", {}, 403, "role"),
            ("approver", {}, 403, "role"),
            ("admin", {"typed_key": ""}, 422, "typed_key"),
            ("admin", {"reason": "Too short."}, 422, "reason_missing"),
        ],
    )
    def test_it_is_for_admins_who_mean_it(
        self, someone: Callable[[str], Program], who: str, other: dict[str, str], status: int, code: str
    ) -> None:
        answer = self.emergency(someone(who), **other)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)

    def test_it_is_for_no_token(self, app: Flask, session: Session, staff: Staff) -> None:
        answer = self.emergency(program_of(app, session, staff.admin))

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "token")

    def test_the_request_that_it_passed_is_brought_up_to_date(
        self, session: Session, staff: Staff, someone: Callable[[str], Program]
    ) -> None:
        stale = make_change(session, staff.editor, now=clock.now())
        self.emergency(someone("admin"))
        editor = someone("editor")

        refused = someone("approver").move(stale.id, "approve")
        listed = editor.get("changes?stale=true").get_json()["results"]
        conflict = editor.move(stale.id, "rebase")
        rebased = editor.move(stale.id, "rebase", {"choices": {"known_user_agents": "proposed"}, "note": "Both count."})

        assert (refused.status_code, refused.get_json(force=True)["code"]) == (409, "stale")
        assert [one["id"] for one in listed] == [stale.id]
        assert (conflict.status_code, conflict.get_json(force=True)["code"]) == (409, "conflict")
        assert conflict.get_json(force=True)["errors"][0]["field"] == "known_user_agents"
        assert (rebased.status_code, rebased.get_json()["stale"], rebased.get_json()["base_version"]) == (200, False, 2)
        assert rebased.get_json()["events"][-1]["reason"] == "Both count."


class TestGivenAFreeze:
    def test_the_audit_tells_before_and_after(self, session: Session, someone: Callable[[str], Program]) -> None:
        admin, until = someone("admin"), (clock.now() + timedelta(hours=2)).isoformat()

        admin.post("freeze", {"until": until, "reason": "Exams are on."})
        admin.ask("DELETE", "freeze")

        session.rollback()
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "changes").order_by(AuditEvent.seq))
        moments = [[details_of(one)[side]["frozen_until"] for side in ("before", "after")] for one in events]
        assert moments == [[None, until], [until, None]]

    def test_it_holds_until_it_is_ended(self, change: ChangeRequest, someone: Callable[[str], Program]) -> None:
        admin, approver = someone("admin"), someone("approver")
        until = (clock.now() + timedelta(hours=2)).isoformat()

        frozen = admin.post("freeze", {"until": until, "reason": "Exams are on."})
        refused = approver.move(change.id, "approve")
        thawed = admin.ask("DELETE", "freeze")
        approved = approver.move(change.id, "approve")

        assert (frozen.status_code, frozen.get_json()["frozen"], frozen.get_json()["by"]) == (200, True, "adam")
        assert (refused.status_code, refused.get_json(force=True)["code"]) == (409, "frozen")
        assert (thawed.status_code, thawed.get_json()["frozen"]) == (200, False)
        assert approved.get_json()["state"] == "applied"

    @pytest.mark.parametrize(
        ("who", "hours", "reason", "status", "code"),
        [
            ("approver", 2, "Exams are on.", 403, "role"),
            ("admin", -1, "Exams are on.", 422, "bad_moment"),
            ("admin", 2, "Exams", 422, "reason_missing"),
        ],
    )
    def test_it_is_for_admins_with_a_reason(
        self, someone: Callable[[str], Program], who: str, hours: int, reason: str, status: int, code: str
    ) -> None:
        until = (clock.now() + timedelta(hours=hours)).isoformat()

        answer = someone(who).post("freeze", {"until": until, "reason": reason})

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)
