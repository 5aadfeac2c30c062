"""Do programs put learners on the allowlist, and take them off it, as the desk does?"""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, make_candidate
from tests.factories.exceptions import make_allowlist_entry
from tests.factories.programs import Program, program_of
from tests.integration.generation.desk import Desk
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.exceptions import AllowlistEntry

pytestmark = pytest.mark.usefixtures("enrolled")


def put_on(program: Program, username: str, **more: str) -> TestResponse:
    """Put somebody on the allowlist and give the answer."""
    return program.post("allowlist", {"username": username, "course_id": HTML, **more})


class TestGivenALearnerWhoFails:
    def test_they_are_put_on_the_allowlist_and_judged_a_moment_later(
        self, support: Program, desk: Desk, session: Session
    ) -> None:
        answer = put_on(support, "ada", notes="ill on the day")

        said = answer.get_json()
        assert (answer.status_code, said["username"], said["notes"], said["created_by"], said["allowlisted"]) == (
            201,
            "ada",
            "ill on the day",
            "sam",
            True,
        )
        assert support.get(answer.headers["Location"]).get_json() == said
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "allowlist.added")).one()
        assert (event.actor_name, event.reason) == ("sam", "ill on the day")
        assert desk.courier.asked == 1

    def test_an_address_names_them_as_well(self, support: Program) -> None:
        assert put_on(support, "ada@example.org").get_json()["username"] == "ada"

    def test_taken_off_they_are_judged_anew(self, support: Program, session: Session) -> None:
        number = put_on(support, "ada").get_json()["id"]

        answer = support.ask("DELETE", f"allowlist/{number}", {"notes": "a mistake"})

        assert answer.get_json() == {
            "username": "ada",
            "course_id": HTML,
            "status_before": None,
            "status": "notpassing",
            "changed": True,
            "refused_by": answer.get_json()["refused_by"],
        }
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "allowlist.removed")).one()
        assert (event.actor_name, event.reason) == ("sam", "a mistake")
        assert support.get("allowlist").get_json()["results"] == []
        assert [one["id"] for one in support.get("allowlist?allowlisted=false").get_json()["results"]] == [number]

    @pytest.mark.any_database
    def test_nobody_is_taken_off_twice(self, support: Program) -> None:
        number = put_on(support, "ada").get_json()["id"]
        support.ask("DELETE", f"allowlist/{number}")

        again = support.ask("DELETE", f"allowlist/{number}")

        assert (again.status_code, again.get_json()["code"]) == (409, "not_on_allowlist")


@pytest.mark.any_database
class TestGivenWhatCannotBe:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"username": "nobody", "course_id": HTML}, 404, "unknown_learner"),
            ({"username": "dan", "course_id": HTML}, 409, "not_enrolled"),
            ({"username": "bob", "course_id": HTML}, 409, "on_allowlist"),
            ({"username": "ada", "course_id": "course-v1:No+Such+Run"}, 404, "unknown_course"),
            ({"username": "ada", "course_id": "x"}, 422, "invalid"),
            ({"username": "ada\x00", "course_id": HTML}, 404, "unknown_learner"),
            ({"username": "ada"}, 422, "invalid"),
            ({"username": "ada", "course_id": HTML, "notes": "x" * 1_001}, 422, "invalid"),
            ({"username": "ada", "course_id": HTML, "note": "x"}, 422, "invalid"),
            ([], 422, "invalid"),
        ],
    )
    def test_it_is_a_problem_and_changes_nothing(
        self, support: Program, session: Session, body: object, status: int, code: str
    ) -> None:
        make_candidate(session, "dan", mode=None)
        session.commit()
        put_on(support, "bob")

        answer = support.post("allowlist", body)

        assert (answer.status_code, answer.get_json()["code"]) == (status, code)
        assert len(session.scalars(select(AllowlistEntry)).all()) == 1

    def test_an_invalidated_certificate_excludes_it(self, support: Program) -> None:
        support.post("invalidations", {"username": "cyd", "course_id": HTML})

        answer = put_on(support, "cyd")

        assert (answer.status_code, answer.get_json()["code"]) == (409, "already_invalidated")

    @pytest.mark.parametrize("number", ["999999", str(2**31), str(2**70)])
    def test_no_entry_is_404(self, support: Program, number: str) -> None:
        answers = [support.get(f"allowlist/{number}"), support.ask("DELETE", f"allowlist/{number}")]

        assert [answer.status_code for answer in answers] == [404, 404]


class TestGivenTheList:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["bob", "ada"]),
            ("username=ADA", ["ada"]),
            ("email=Bob@Example.org", ["bob"]),
            (f"course_id={HTML}", ["bob", "ada"]),
            ("course_id=course-v1:edX%2BOther%2B2026", []),
            ("allowlisted=false", []),
        ],
    )
    def test_it_is_narrowed(self, app: Flask, session: Session, support: Program, query: str, found: list[str]) -> None:
        put_on(support, "ada")
        put_on(support, "bob")
        viewer = program_of(app, session, make_account(session, "vera", Role.VIEWER))

        answer = viewer.get(f"allowlist?{query}")

        assert [one["username"] for one in answer.get_json()["results"]] == found
        assert viewer.get(f"allowlist?{query}", If_None_Match=answer.headers["ETag"]).status_code == 304

    @pytest.mark.any_database
    def test_it_is_walked(self, support: Program, session: Session) -> None:
        for number in range(5):
            make_allowlist_entry(session, make_candidate(session, f"lea{number}"), course_id=HTML)
        session.commit()

        names, path = [], "allowlist?limit=2"
        while path:
            answer = support.get(path)
            names += [one["username"] for one in answer.get_json()["results"]]
            path = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]

        assert names == ["lea4", "lea3", "lea2", "lea1", "lea0"]
