"""One whole story: a program proposes with a token, a person approves in a session, and everybody sees it live."""

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff
from tests.factories.programs import Program, program_of, script_of

COURSE = "course-v1:edX+DemoX+2026"
LIST = "configs/crawlers/-"
ROBOT = {"known_user_agents": ["edX-downloader", "Robot"], "enabled": True}


class TestGivenATokenThatProposesAndASessionThatApproves:
    def test_the_change_goes_live_and_is_told_everywhere(
        self, app: Flask, session: Session, staff: Staff, editor: Program
    ) -> None:
        approver = script_of(app, staff.approver)
        before = editor.get(LIST)

        asked = editor.ask(
            "PUT", LIST, {"payload": ROBOT, "title": "Robots", "reason": REASON}, If_Match=before.headers["ETag"]
        )
        meanwhile = editor.get(LIST)
        refused = editor.move(asked.get_json()["id"], "approve")
        approved = approver.move(asked.get_json()["id"], "approve", {"note": "Fine."})
        after = editor.get(LIST)
        checked = editor.get("crawlers/check?user_agent=Robot/1.0")

        assert asked.status_code == 202
        assert (meanwhile.get_json()["version"], meanwhile.headers["ETag"]) == (1, before.headers["ETag"])
        assert meanwhile.get_json()["open_change"] == asked.get_json()["id"]
        assert (refused.status_code, refused.get_json()["code"]) == (403, "token")
        assert (approved.status_code, approved.get_json()["state"]) == (200, "applied")
        assert after.get_json() | {"applied_at": None} == {
            "kind": "crawlers",
            "key": "-",
            "version": 2,
            "payload": ROBOT,
            "author": "eva",
            "approved_by": ["amir"],
            "applied_at": None,
            "reason": REASON,
            "open_change": None,
            "change": asked.get_json()["id"],
        }
        assert checked.get_json() == {"crawler": True, "matched": "Robot", "version": 2}
        events = [event["action"] for event in approved.get_json()["events"]]
        assert events == ["change.proposed", "change.applied"]

    def test_the_audit_tells_it_and_can_be_taken_away(
        self, app: Flask, session: Session, staff: Staff, editor: Program
    ) -> None:
        admin = program_of(app, session, staff.admin)
        editor.post("changes", {"kind": "crawlers", "payload": ROBOT, "reason": "short"})

        told = admin.get("audit?action=change.refused").get_json()["results"]
        taken = admin.get("audit.csv")
        verified = admin.get("audit/verify").get_json()

        assert [(event["actor_name"], event["details"]["code"]) for event in told] == [("eva", "reason_missing")]
        assert taken.text.splitlines()[-1].count("audit.exported") == 1
        assert verified["ok"] is True
