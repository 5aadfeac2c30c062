"""What do programs read of milestones, and how far do they come?"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_milestone
from tests.factories.programs import Program, program_of
from webapp.domain.roles import Role, Scope


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """A program of a viewer's, who may read certificates."""
    return program_of(app, session, make_account(session, "vera", Role.VIEWER), [Scope.CERTIFICATES_READ])


@pytest.fixture
def three(session: Session) -> None:
    """Three milestones: two of Ada's, one of Änne's."""
    for username, course_id in (("ada", DEMO_COURSE), ("ada", HTML), ("Änne", DEMO_COURSE)):
        make_milestone(session, make_certificate(session, username, course_id, key=""))
    session.commit()


def pairs(said: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    return [(one["username"], one["course_id"]) for one in said["results"]]


@pytest.mark.usefixtures("three")
class TestGivenMilestones:
    def test_each_says_whose_since_when_and_why(self, program: Program) -> None:
        said = program.get("milestones?username=%C3%A4nne").get_json()

        assert said == {
            "results": [
                {
                    "username": "Änne",
                    "course_id": DEMO_COURSE,
                    "fulfilled_at": "2026-11-21T12:00:00Z",
                    "reason": "submitted",
                }
            ],
            "next": None,
        }

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [("Änne", DEMO_COURSE), ("ada", HTML), ("ada", DEMO_COURSE)]),
            ("username=ADA", [("ada", HTML), ("ada", DEMO_COURSE)]),
            ("username=ad", []),
            ("course_id=course-v1:edX%2BWeb%2B2026", [("ada", HTML)]),
            ("course_id=course-v1:edX+Web+2026", [("ada", HTML)]),
            ("course_id=course-v1:edX%2BNone%2B2026", []),
            (f"username=ada&course_id={DEMO_COURSE}", [("ada", DEMO_COURSE)]),
        ],
    )
    def test_they_are_narrowed(self, program: Program, query: str, found: list[tuple[str, str]]) -> None:
        assert pairs(program.get(f"milestones?{query}").get_json()) == found

    def test_they_come_in_pages_that_lead_to_the_next(self, program: Program) -> None:
        first = program.get("milestones?limit=2")
        cursor = first.get_json()["next"]

        second = program.get(f"milestones?limit=2&cursor={cursor}")

        assert f"cursor={cursor}" in first.headers["Link"]
        assert pairs(first.get_json()) == [("Änne", DEMO_COURSE), ("ada", HTML)]
        assert (pairs(second.get_json()), second.get_json()["next"]) == ([("ada", DEMO_COURSE)], None)

    def test_what_was_seen_is_not_sent_again(self, program: Program, session: Session) -> None:
        tag = program.get("milestones").headers["ETag"]

        same = program.get("milestones", If_None_Match=tag)
        make_milestone(session, make_certificate(session, "bob", key=""))
        session.commit()
        other = program.get("milestones", If_None_Match=tag)

        assert (same.status_code, other.status_code) == (304, 200)

    @pytest.mark.any_database
    @pytest.mark.parametrize("query", ["course_id=x", "course_id=course-v1:a", "username=%00", "learner=ada"])
    def test_what_cannot_be_understood_is_400(self, program: Program, query: str) -> None:
        answer = program.get(f"milestones?{query}")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (400, "bad_filter")

    @pytest.mark.any_database
    def test_another_scope_does_not_reach_them(self, app: Flask, session: Session) -> None:
        program = program_of(app, session, make_account(session, "vic", Role.VIEWER), [Scope.CONFIGS_READ])

        assert program.get("milestones").status_code == 403
