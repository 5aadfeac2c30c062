"""Is what is there already not sent again, and nothing changed by who has not seen it?"""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import REASON, Staff, make_change
from tests.factories.programs import Program, program_of, script_of
from webapp.domain.roles import Role

ROBOT = {"enabled": True, "known_user_agents": ["Robot"]}
PUT = {"payload": ROBOT, "reason": REASON}
GETS = [
    "configs",
    "configs/crawlers/-",
    "configs/crawlers/-/versions",
    "configs/crawlers/-/versions/1",
    "configs/crawlers/-/diff?from=0&to=1",
    "changes",
    "changes/{change}",
    "freeze",
    "audit",
    "audit/verify",
    "crawlers/check?user_agent=x",
    "/api/openapi.json",
]


@pytest.fixture
def admin(app: Flask, session: Session, staff: Staff) -> Program:
    return program_of(app, session, staff.admin)


def as_seen(tag: str, how: str) -> str:
    text = tag.removeprefix("W/").strip('"')
    return {
        "as it is": tag,
        "weak": f'W/"{text}"',
        "by a proxy": f'"{text}-gzip"',
        "both": f'W/"{text}-gzip"',
        "by our compression": f'"{text}:gzip"',
        "among others": f'"x", {tag} , "y"',
        "anything": "*",
        "another": '"x"',
        "part of a list": f'"x{text}"',
        "no tag": text,
    }[how]


TAKEN = ["as it is", "weak", "by a proxy", "both", "by our compression", "among others", "anything"]
NOT_TAKEN = ["another", "part of a list", "no tag"]


class TestGivenAGet:
    @pytest.mark.parametrize("path", GETS)
    def test_it_has_a_tag_and_answers_304_to_it(
        self, session: Session, staff: Staff, admin: Program, path: str
    ) -> None:
        path = path.format(change=make_change(session, staff.editor).id) if "{" in path else path
        first = admin.get(path)

        again = admin.get(path, If_None_Match=first.headers["ETag"])

        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        for answer in (first, again):
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert {"Cookie", "Authorization", "Accept", "Accept-Language", "Accept-Encoding"} <= set(
                answer.headers["Vary"].split(", ")
            )

    @pytest.mark.any_database
    @pytest.mark.parametrize("how", TAKEN)
    def test_its_tag_is_known_however_it_was_changed_on_the_way(self, admin: Program, how: str) -> None:
        tag = admin.get("configs/crawlers/-").headers["ETag"]

        assert admin.get("configs/crawlers/-", If_None_Match=as_seen(tag, how)).status_code == 304

    @pytest.mark.any_database
    @pytest.mark.parametrize("how", NOT_TAKEN)
    def test_another_is_none(self, admin: Program, how: str) -> None:
        tag = admin.get("configs/crawlers/-").headers["ETag"]

        assert admin.get("configs/crawlers/-", If_None_Match=as_seen(tag, how)).status_code == 200

    @pytest.mark.any_database
    def test_it_is_compressed_and_its_tag_still_known(self, admin: Program) -> None:
        first = admin.get("/api/openapi.json", Accept_Encoding="gzip")

        again = admin.get("/api/openapi.json", Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])

        assert first.headers["Content-Encoding"] == "gzip"
        assert again.status_code == 304

    def test_a_value_has_another_tag_while_a_change_is_open(
        self, session: Session, staff: Staff, admin: Program, editor: Program
    ) -> None:
        before = admin.get("configs/crawlers/-").headers["ETag"]
        change = make_change(session, staff.editor)

        under_way = admin.get("configs/crawlers/-", If_None_Match=before)
        meanwhile = under_way.headers["ETag"]
        again = admin.get("configs/crawlers/-", If_None_Match=meanwhile)
        seen = editor.get(f"changes/{change.id}").headers["ETag"]
        assert editor.post(f"changes/{change.id}/withdraw", If_Match=seen).status_code == 200
        after = admin.get("configs/crawlers/-", If_None_Match=meanwhile)

        assert (before, meanwhile) == ('"crawlers:-:v1"', f'"crawlers:-:v1-o{change.id}"')
        assert (under_way.status_code, under_way.get_json()["open_change"]) == (200, change.id)
        assert again.status_code == 304
        assert (after.status_code, after.get_json()["open_change"], after.headers["ETag"]) == (200, None, before)

    def test_a_change_has_another_tag_after_a_comment(self, session: Session, staff: Staff, admin: Program) -> None:
        change = make_change(session, staff.editor)
        before = admin.get(f"changes/{change.id}").headers["ETag"]
        admin.post(f"changes/{change.id}/comment", {"note": "Why?"})

        after = admin.get(f"changes/{change.id}", If_None_Match=before)

        assert after.status_code == 200
        assert re.fullmatch(rf'"c{change.id}-r1-pending-v1-w[0-9a-f]{{32}}-e\d+"', before)

    @pytest.mark.any_database
    @pytest.mark.parametrize("name", ["Zoë ”Quote” 名", 'a"b', "a/b c"])
    def test_a_tag_holds_any_name(self, app: Flask, session: Session, admin: Program, name: str) -> None:
        make_account(session, name, Role.VIEWER)
        session.commit()

        answer = admin.get(f"configs/access/{name}")

        assert (answer.status_code, answer.get_json()["key"]) == (200, name)
        assert admin.get(f"configs/access/{name}", If_None_Match=answer.headers["ETag"]).status_code == 304


class TestGivenAWriteToAValue:
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_it_wants_to_know_what_was_seen(self, editor: Program, method: str) -> None:
        answer = editor.ask(method, "configs/crawlers/-", PUT)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (428, "precondition_required")

    @pytest.mark.any_database
    @pytest.mark.parametrize(("how", "status"), [*((how, 202) for how in TAKEN), *((how, 412) for how in NOT_TAKEN)])
    def test_it_must_be_what_is_there(self, editor: Program, how: str, status: int) -> None:
        tag = editor.get("configs/crawlers/-").headers["ETag"]

        answer = editor.ask("PUT", "configs/crawlers/-", PUT, If_Match=as_seen(tag, how))

        assert answer.status_code == status

    def test_a_change_that_ended_since_is_no_reason_to_look_again(
        self, session: Session, staff: Staff, editor: Program
    ) -> None:
        change = make_change(session, staff.editor)
        seen = editor.get("configs/crawlers/-").headers["ETag"]
        editor.post(f"changes/{change.id}/withdraw", If_Match=editor.get(f"changes/{change.id}").headers["ETag"])

        answer = editor.ask("PUT", "configs/crawlers/-", PUT, If_Match=seen)

        assert seen.endswith(f'-o{change.id}"')
        assert answer.status_code == 202

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"If_None_Match": "*"}, 202),
            ({"If_Match": "*"}, 412),
            ({"If_Match": '"badge:honor:v0"'}, 422),
            ({"If_None_Match": '"x"'}, 428),
        ],
    )
    def test_a_key_without_a_value_is_begun(
        self, editor: Program, session: Session, headers: dict[str, str], status: int
    ) -> None:
        path, body = ("configs/course/course-v1:edX+DemoX+2026", {"payload": {}, "reason": REASON})
        wanted = 422 if status == 202 else status

        answer = editor.ask("PUT", path.replace("course/course-v1:edX+DemoX+2026", "badge/honor"), body, **headers)

        assert answer.status_code == wanted

    @pytest.mark.parametrize("headers", [{"If_None_Match": "*"}, {"If_Match": '"crawlers:-:v0"'}])
    def test_it_hears_the_tag_of_what_is_there_by_now(
        self, session: Session, staff: Staff, editor: Program, headers: dict[str, str]
    ) -> None:
        before = editor.ask("PUT", "configs/crawlers/-", PUT, **headers)
        change = make_change(session, staff.editor)
        answer = editor.ask("PUT", "configs/crawlers/-", PUT, **headers)

        assert [(one.status_code, one.get_json(force=True)["code"]) for one in (before, answer)] == [
            (412, "revision_moved"),
            (412, "revision_moved"),
        ]
        assert (before.headers["ETag"], answer.headers["ETag"]) == (
            '"crawlers:-:v1"',
            f'"crawlers:-:v1-o{change.id}"',
        )
        assert answer.headers["ETag"] == editor.get("configs/crawlers/-").headers["ETag"]

    @pytest.mark.any_database
    def test_where_nothing_is_there_is_no_tag(self, editor: Program) -> None:
        answer = editor.ask("PUT", "configs/badge/honor", {"payload": {}, "reason": REASON}, If_Match="*")

        assert answer.status_code == 412
        assert "ETag" not in answer.headers


class TestGivenADecision:
    @pytest.mark.parametrize(
        "move", ["approve", "hold", "resume", "reject", "take-back", "withdraw", "rebase", "emergency", "acknowledge"]
    )
    def test_it_wants_to_know_what_was_seen(self, app: Flask, session: Session, staff: Staff, move: str) -> None:
        change = make_change(session, staff.editor)

        answer = script_of(app, staff.approver).post(
            f"changes/{change.id}/{move}", {"note": "Fine."} if move != "emergency" else {}
        )

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (428, "precondition_required")

    def test_an_edit_in_between_is_412(self, app: Flask, session: Session, staff: Staff, editor: Program) -> None:
        change = make_change(session, staff.editor)
        approver = script_of(app, staff.approver)
        seen = approver.get(f"changes/{change.id}").headers["ETag"]
        edited = editor.ask("PATCH", f"changes/{change.id}", {"payload": ROBOT}, If_Match=seen)

        answer = approver.post(f"changes/{change.id}/approve", If_Match=seen)

        assert edited.status_code == 200
        assert (answer.status_code, answer.get_json(force=True)["code"]) == (412, "revision_moved")
        assert answer.headers["ETag"] == edited.headers["ETag"]

    def test_a_comment_in_between_is_none(self, app: Flask, session: Session, staff: Staff, editor: Program) -> None:
        change = make_change(session, staff.editor)
        approver = script_of(app, staff.approver)
        seen = approver.get(f"changes/{change.id}").headers["ETag"]
        editor.post(f"changes/{change.id}/comment", {"note": "Please."})

        answer = approver.post(f"changes/{change.id}/approve", If_Match=as_seen(seen, "both"))

        assert (answer.status_code, answer.get_json()["state"]) == (200, "applied")

    @pytest.mark.parametrize(
        "words",
        [{"title": "Robots"}, {"reason": "Quite another reason."}, {"ask": "alice"}],
        ids=["title", "why", "who"],
    )
    def test_other_words_in_between_are_412_for_who_decides_and_who_writes(
        self, app: Flask, session: Session, staff: Staff, editor: Program, words: dict[str, str]
    ) -> None:
        change = make_change(session, staff.editor)
        approver = script_of(app, staff.approver)
        seen = approver.get(f"changes/{change.id}").headers["ETag"]
        first = editor.ask("PATCH", f"changes/{change.id}", words, If_Match=seen)

        approved = approver.post(f"changes/{change.id}/approve", If_Match=seen)
        second = editor.ask("PATCH", f"changes/{change.id}", {"title": "Others"}, If_Match=seen)
        again = approver.post(f"changes/{change.id}/approve", If_Match=first.headers["ETag"])

        assert (first.status_code, approved.status_code, second.status_code) == (200, 412, 412)
        assert approved.headers["ETag"] == first.headers["ETag"]
        assert (again.status_code, again.get_json()["revision"]) == (200, 1)

    @pytest.mark.any_database
    @pytest.mark.parametrize(("ending", "status"), [(r"-e\d+", 200), (r"-w.*", 412)], ids=["event", "words"])
    def test_of_its_parts_the_last_event_alone_may_be_left_out(
        self, app: Flask, session: Session, staff: Staff, ending: str, status: int
    ) -> None:
        change = make_change(session, staff.editor)
        approver = script_of(app, staff.approver)
        seen = approver.get(f"changes/{change.id}").headers["ETag"].strip('"')

        answer = approver.post(f"changes/{change.id}/approve", If_Match=f'"{re.sub(ending, "", seen)}"')

        assert answer.status_code == status
