"""Do programs see what is live, what was, and what differs?"""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import make_course
from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.factories.programs import Program
from tests.fakes import NOON
from webapp.services.governance import decisions

COURSE = "course-v1:edX+DemoX+2026"
OLD_COURSE = "edX/DemoX/2026"
SETTING = {"self_generation_enabled": False, "use_updated": True}


def make_live(
    session: Session, staff: Staff, kind: str, key: str, payload: dict[str, Any], *, at: timedelta = timedelta()
) -> int:
    change = make_change(session, staff.editor, make_wish(kind, key, payload), now=NOON + at)
    decisions.approve(session, terms_of(staff.approver, now=NOON + at), change.id)
    session.commit()
    return change.id


@pytest.fixture
def course(session: Session, staff: Staff) -> str:
    make_course(session, COURSE)
    session.commit()
    make_live(session, staff, "course", COURSE, SETTING)
    return COURSE


class TestGivenAValue:
    @pytest.mark.parametrize("spelled", [COURSE, quote(COURSE, safe=""), COURSE.replace("+", "%2B")])
    def test_its_key_is_found_however_it_is_encoded(self, editor: Program, course: str, spelled: str) -> None:
        answer = editor.get(f"configs/course/{spelled}")

        assert (answer.status_code, answer.get_json()["key"]) == (200, course)
        assert answer.get_json()["payload"] == SETTING

    @pytest.mark.parametrize("spelled", [OLD_COURSE, quote(OLD_COURSE, safe="")])
    def test_a_key_may_hold_slashes(self, session: Session, staff: Staff, editor: Program, spelled: str) -> None:
        make_course(session, OLD_COURSE)
        session.commit()
        make_live(session, staff, "course", OLD_COURSE, SETTING)

        answers = [
            editor.get(f"configs/course/{spelled}{rest}") for rest in ("", "/versions", "/versions/1", "/diff?from=0")
        ]

        assert [answer.status_code for answer in answers] == [200] * 4
        assert answers[0].get_json()["key"] == OLD_COURSE
        assert [one["version"] for one in answers[1].get_json()["results"]] == [1]

    def test_it_tells_who_made_it_so(self, editor: Program, course: str) -> None:
        said = editor.get(f"configs/course/{course}").get_json()

        assert (said["author"], said["approved_by"], said["reason"]) == ("eva", ["amir"], REASON)
        assert said["applied_at"].endswith("Z")

    def test_any_moment_of_the_past_can_be_asked_for(self, session: Session, staff: Staff, editor: Program) -> None:
        for hours, name in ((1, "One"), (2, "Two")):
            payload = {"enabled": True, "known_user_agents": [name]}
            make_live(session, staff, "crawlers", "-", payload, at=timedelta(hours=hours))

        def at(hours: float) -> tuple[int, list[str]]:
            moment = (NOON + timedelta(hours=hours)).isoformat()
            one = editor.get(f"configs/crawlers/-?at={moment}").get_json()
            listed = editor.get(f"configs?kind=crawlers&at={quote(moment)}").get_json()["results"]
            assert listed == [one]
            return one["version"], one["payload"]["known_user_agents"]

        assert [at(1), at(1.5), at(2), at(3)] == [(2, ["One"]), (2, ["One"]), (3, ["Two"]), (3, ["Two"])]

    @pytest.mark.parametrize(
        "moment",
        ["tomorrow", "2026-05-03", "2026-05-03T12:00:00", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00%2B14:00", ""],
    )
    @pytest.mark.any_database
    def test_what_is_no_past_moment_is_400(self, editor: Program, moment: str) -> None:
        for path in ("configs", "configs/crawlers/-"):
            answer = editor.get(f"{path}?at={moment}")

            assert (answer.status_code, answer.get_json(force=True)["code"]) == (400, "bad_filter")

    def test_before_it_there_was_none(self, editor: Program, course: str) -> None:
        answer = editor.get(f"configs/course/{course}?at=2001-01-01T00:00:00Z")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (404, "unknown_key")

    def test_deleted_it_is_gone_and_its_history_stays(
        self, session: Session, staff: Staff, editor: Program, course: str
    ) -> None:
        path = f"configs/course/{course}"
        seen = editor.get(path).headers["ETag"]
        asked = editor.ask("DELETE", path, {"reason": REASON}, If_Match=seen)
        decisions.approve(session, terms_of(staff.approver), asked.get_json()["id"])
        session.commit()

        history = editor.get(f"{path}/versions").get_json()["results"]
        diff = editor.get(f"{path}/diff?from=1").get_json()

        assert (asked.status_code, asked.get_json()["action"]) == (202, "delete")
        assert editor.get(path).status_code == 404
        assert [(one["version"], one["payload"] is None) for one in history] == [(2, True), (1, False)]
        assert (diff["to"], [one["field"] for one in diff["differences"]]) == (
            2,
            ["self_generation_enabled", "use_updated"],
        )


class TestGivenAList:
    @pytest.mark.parametrize(
        ("filters", "kinds"),
        [
            ("kind=crawlers", ["crawlers"]),
            ("kind=course", ["course"]),
            (f"key={quote(COURSE)}", ["course"]),
            ("enabled=false&kind=generation", ["generation"]),
            ("enabled=true", []),
            ("enabled=false", ["course", "crawlers", "generation", "html-view"]),
            ("q=EDX-DOWN", ["crawlers"]),
            ("q=demox", ["course"]),
            ("q=%25", []),
            ("kind=badge", []),
        ],
    )
    def test_it_is_narrowed(self, editor: Program, course: str, filters: str, kinds: list[str]) -> None:
        found = editor.get(f"configs?{filters}").get_json()["results"]

        assert [one["kind"] for one in found] == kinds

    def test_it_is_walked_in_pages_without_a_gap(self, editor: Program, course: str) -> None:
        whole = editor.get("configs").get_json()["results"]

        found, path = [], "configs?limit=2"
        while path:
            answer = editor.get(path)
            found += answer.get_json()["results"]
            link = answer.headers.get("Link", "")
            path = link.partition("<")[2].partition(">")[0]
            assert bool(path) == (answer.get_json()["next"] is not None)

        assert found == whole
        assert [(one["kind"], one["key"]) for one in found] == sorted((one["kind"], one["key"]) for one in found)


class TestGivenAWrite:
    def test_patch_merges_the_given_fields(self, editor: Program, course: str) -> None:
        path = f"configs/course/{course}"

        asked = editor.ask("PATCH", path, {"payload": {"use_updated": None}, "reason": REASON}, If_Match="*")

        assert asked.status_code == 202
        assert asked.headers["Location"] == f"/api/v1/changes/{asked.get_json()['id']}"
        assert asked.get_json()["payload"] == {"self_generation_enabled": False, "use_updated": None}
        assert editor.get(path).get_json()["payload"] == SETTING

    @pytest.mark.any_database
    def test_patch_merges_within_objects_too(self, session: Session, staff: Staff, editor: Program) -> None:
        texts = {"default": {"platform_name": "Here"}, "honor": {"logo_alt": "A"}}
        make_live(session, staff, "html-view", "-", {"enabled": True, "configuration": texts})

        body = {"payload": {"configuration": {"honor": {"logo_alt": "B"}}}, "reason": REASON}
        asked = editor.ask("PATCH", "configs/html-view/-", body, If_Match="*")

        assert asked.get_json()["payload"]["configuration"] == {**texts, "honor": {"logo_alt": "B"}}

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    @pytest.mark.any_database
    def test_an_unknown_field_is_named(self, editor: Program, method: str) -> None:
        body = {"payload": {"enabled": True}, "reason": REASON, "emergency": True}

        answer = editor.ask(method, "configs/generation/-", body, If_Match="*")

        assert (answer.status_code, answer.get_json(force=True)["errors"][0]["field"]) == (422, "emergency")

    @pytest.mark.any_database
    def test_the_global_switch_is_not_deleted(self, editor: Program) -> None:
        answer = editor.ask("DELETE", "configs/generation/-", {"reason": REASON}, If_Match="*")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (422, "invalid")


@pytest.mark.any_database
class TestGivenADiff:
    @pytest.mark.parametrize(
        ("query", "status"),
        [("from=0&to=1", 200), ("from=1", 200), ("", 400), ("from=x", 400), ("from=-1", 400), ("from=1&to=9", 404)],
    )
    def test_it_is_between_two_versions(self, editor: Program, query: str, status: int) -> None:
        assert editor.get(f"configs/crawlers/-/diff?{query}").status_code == status

    def test_it_is_told_in_sentences(self, editor: Program) -> None:
        said = editor.get("configs/crawlers/-/diff?from=0&to=1").get_json()

        assert said["sentences"]
        assert said["differences"][0] == {"field": "enabled", "after": False}
