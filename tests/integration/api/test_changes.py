"""Do programs find the changes that they look for, and hear beforehand what would be said?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.factories.programs import Program, program_of
from webapp import clock
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import decisions

ON = {"enabled": True}


@pytest.fixture
def filed(session: Session, staff: Staff) -> dict[str, int]:
    """A pending change, one that waits for a second approval, and one of the admin's that was rejected."""
    now = clock.now()
    pending = make_change(session, staff.editor, now=now)
    half = make_change(session, staff.editor, make_wish("generation", payload=ON), now=now)
    decisions.approve(session, terms_of(staff.approver, now=now), half.id)
    rejected = make_change(session, staff.admin, make_wish("access", "vera", {"roles": ["editor"]}), now=now)
    decisions.reject(session, terms_of(staff.approver, now=now), rejected.id, note="No.")
    session.commit()
    return {"pending": pending.id, "half": half.id, "rejected": rejected.id}


class TestGivenAList:
    @pytest.mark.parametrize(
        ("who", "filters", "names"),
        [
            ("editor", "origin=proposal", ["rejected", "half", "pending"]),
            ("editor", "state=pending", ["half", "pending"]),
            ("editor", "state=rejected,withdrawn", ["rejected"]),
            ("editor", "kind=generation&origin=proposal", ["half"]),
            ("editor", "key=vera&origin=proposal", ["rejected"]),
            ("editor", "mine=true", ["half", "pending"]),
            ("editor", "mine=false&origin=proposal", ["rejected"]),
            ("admin", "mine=true", ["rejected"]),
            ("approver", "waiting=true", ["pending"]),
            ("second", "waiting=true", ["half", "pending"]),
            ("editor", "waiting=true", []),
            ("approver", "waiting=false&origin=proposal", ["rejected", "half"]),
            ("editor", "waiting=false&origin=proposal", ["rejected", "half", "pending"]),
            ("editor", "stale=true", []),
            ("editor", "stale=false&state=pending", ["half", "pending"]),
            ("editor", "owed=true", []),
            ("editor", "owed=false&mine=true", ["half", "pending"]),
        ],
    )
    def test_it_is_narrowed(
        self,
        app: Flask,
        session: Session,
        staff: Staff,
        filed: dict[str, int],
        who: str,
        filters: str,
        names: list[str],
    ) -> None:
        answer = program_of(app, session, getattr(staff, who)).get(f"changes?{filters}")

        assert [one["id"] for one in answer.get_json()["results"]] == [filed[name] for name in names]

    def test_each_is_as_it_is_alone(self, editor: Program, filed: dict[str, int]) -> None:
        listed = editor.get("changes?origin=proposal").get_json()["results"]

        assert listed == [editor.get(f"changes/{one['id']}").get_json() for one in listed]
        assert all(one["events"] for one in listed)

    def test_it_is_walked_in_pages(self, editor: Program, filed: dict[str, int]) -> None:
        first = editor.get("changes?origin=proposal&limit=2")
        last = editor.get(first.headers["Link"].partition("<")[2].partition(">")[0])

        found = [one["id"] for answer in (first, last) for one in answer.get_json()["results"]]
        assert found == sorted(filed.values(), reverse=True)
        assert last.get_json()["next"] is None


class TestGivenAPreview:
    def preview(self, program: Program, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        found: dict[str, Any] = program.post("changes/preview", said).get_json()
        return found

    def test_it_says_what_would_follow_and_keeps_nothing(self, session: Session, editor: Program) -> None:
        def kept() -> tuple[int | None, int | None]:
            session.rollback()
            return session.scalar(select(func.count(ChangeRequest.id))), session.scalar(
                select(func.max(AuditEvent.seq))
            )

        before = kept()

        said = self.preview(editor, kind="generation", payload=ON)

        assert (said["problems"], said["warnings"], said["unchanged"], said["approvals_needed"]) == ([], [], False, 2)
        assert said["differences"] == [{"field": "enabled", "before": False, "after": True}]
        assert said["sentences"]
        assert kept() == before

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({"kind": "generation", "payload": {"enabled": 1}}, "enabled"),
            ({"kind": "generation"}, ""),
            ({"kind": "generation", "key": "x", "payload": ON}, "key"),
            ({"kind": "generation", "action": "delete"}, ""),
            ({"kind": "badge", "key": "honor", "payload": {"icon": "0" * 64}}, "icon"),
            (
                {
                    "kind": "course",
                    "key": "course-v1:a+b+c",
                    "payload": {"self_generation_enabled": True, "use_updated": None},
                },
                "key",
            ),
        ],
    )
    def test_it_names_what_is_wrong(self, editor: Program, wish: dict[str, Any], field: str) -> None:
        said = self.preview(editor, **wish)

        assert [problem["field"] for problem in said["problems"]] == [field]

    @pytest.mark.any_database
    def test_it_says_that_nothing_would_change(self, editor: Program) -> None:
        said = self.preview(editor, kind="generation", payload={"enabled": False})

        assert (said["unchanged"], said["differences"]) == (True, [])

    @pytest.mark.any_database
    def test_it_is_for_those_who_propose(self, app: Flask, session: Session, staff: Staff) -> None:
        answer = program_of(app, session, staff.viewer).post("changes/preview", {"kind": "generation", "payload": ON})

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "role")
