"""Can a program have example certificates made, and see what became of them?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.programs import Program, program_of
from tests.integration.generation.desk import Desk
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.roles import Role, Scope
from webapp.models.examples import ExampleCertificate
from webapp.services.messages.outbox import Channel

SCOPES = [Scope.CERTIFICATES_READ, Scope.CERTIFICATES_WRITE]
BROKEN: dict[str, Any] = {"signatories": [{}]}


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue that takes everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk


@pytest.fixture
def program(app: Flask, desk: Desk, session: Session) -> Program:
    """A program of somebody of support's."""
    return program_of(app, session, make_account(session, "sue", Role.SUPPORT), SCOPES)


def offer(desk: Desk, course_id: str, **course: object) -> str:
    """Make a course run with one mode, and give the address of its examples."""
    with desk.work() as session:
        make_run(session, course_id, modes=(("honor", False),), **course)
    return f"courses/{course_id}/examples"


class TestGivenAWebCourse:
    def test_one_of_each_mode_is_there_at_once(self, desk: Desk, program: Program) -> None:
        address = offer(desk, HTML)

        made = program.post(address)

        said = made.get_json()
        assert (made.status_code, made.headers["Location"].endswith("/examples")) == (201, True)
        assert said["course_id"] == HTML
        assert [(one["description"], one["status"], one["error_reason"]) for one in said["results"]] == [
            ("honor", "success", None)
        ]
        assert program.get(made.headers["Location"]).get_json() == said
        assert [(one.actor, one.action) for one in desk.told() if one.kind == "example_set"] == [
            ("sue", "examples.asked")
        ]

    @pytest.mark.any_database
    def test_what_cannot_be_rendered_says_why(self, desk: Desk, program: Program) -> None:
        address = offer(desk, HTML, certificate=BROKEN)

        (one,) = program.post(address).get_json()["results"]

        assert (one["status"], one["error_reason"]) == (
            "error",
            "signatory 1 has no name, no title and no organization",
        )


class TestGivenAPdfCourse:
    def test_the_queue_is_asked_and_the_state_of_each_is_told(self, desk: Desk, program: Program) -> None:
        address = offer(desk, PDF)
        asked = program.post(address)
        seen = program.get(address).headers["ETag"]

        unchanged = program.get(address, If_None_Match=seen)
        with desk.work() as session:
            example = session.query(ExampleCertificate).one()
            example.status, example.download_url = ExampleStatus.SUCCESS, "http://files.test/example.pdf"
        changed = program.get(address, If_None_Match=seen)

        assert (asked.status_code, asked.get_json()["results"][0]["status"]) == (201, "started")
        assert len(desk.entries(Channel.EXAMPLE)) == 1
        assert (unchanged.status_code, changed.status_code) == (304, 200)
        assert changed.get_json()["results"][0]["download_url"] == "http://files.test/example.pdf"


@pytest.mark.any_database
class TestGivenWhatCannotBe:
    def test_without_a_queue_no_pdf_is_made(self, desk: Desk, program: Program) -> None:
        desk.sets(xqueue_url=None)
        address = offer(desk, PDF)

        answer = program.post(address)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "no_examples")
        assert program.get(address).get_json() == {"course_id": PDF, "created_at": None, "results": []}

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("course_id", ["course-v1:edX+None+1", "none"])
    def test_there_are_none_of_a_course_run_that_nobody_knows(
        self, program: Program, method: str, course_id: str
    ) -> None:
        answer = program.ask(method, f"courses/{course_id}/examples")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (404, "unknown_course")

    def test_whoever_only_reads_makes_none(self, app: Flask, desk: Desk, session: Session) -> None:
        viewer = program_of(app, session, make_account(session, "vera", Role.VIEWER))
        address = offer(desk, HTML)

        answer = viewer.post(address)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "role")
        assert desk.every(ExampleCertificate) == []
