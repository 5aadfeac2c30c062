"""Do the commands of examples ask for them, and say what became of them?"""

import json

import pytest

from tests.factories.candidates import HTML, PDF, make_run
from tests.integration.cli.terminal import Terminal, rows
from webapp.domain.identifiers import CourseId
from webapp.ports import QueueRefused

pytestmark = pytest.mark.any_database

CREATE, STATUS = ("examples", "create", "--course"), ("examples", "status", "--course")


class TestGivenAPdfCourse:
    def test_one_is_asked_for_of_each_mode(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session, PDF)

        told = terminal.done(*CREATE, PDF)

        assert rows(told) == [["verified", "started"], ["honor", "started"], ["audit", "started"]]
        assert len(terminal.queue.submissions) == 3

    def test_what_became_of_them_is_said(self, terminal: Terminal) -> None:
        terminal.queue.fault = QueueRefused("no such queue")
        with terminal.work() as session:
            make_run(session, PDF, modes=(("honor", False),))
        terminal.done(*CREATE, PDF)

        told = terminal.done(*STATUS, PDF)

        assert told.splitlines()[1].split(maxsplit=2) == ["honor", "error", "no such queue"]

    def test_programs_get_a_list(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session, PDF, modes=(("honor", False),))
        terminal.done(*CREATE, PDF)

        (said,) = terminal.objects(*STATUS, PDF)

        assert said == [{"description": "honor", "status": "started"}]

    def test_without_a_queue_it_is_refused(self, terminal: Terminal) -> None:
        terminal.without_queue()
        with terminal.work() as session:
            make_run(session, PDF)

        told = terminal.refused(*CREATE, PDF)

        assert told == "No queue configured: set CERTDESK_XQUEUE_URL."


class TestGivenAWebCourse:
    def test_one_of_each_mode_is_there_at_once_without_a_queue(self, terminal: Terminal) -> None:
        terminal.without_queue()
        with terminal.work() as session:
            make_run(session, HTML)

        told = terminal.done(*CREATE, HTML)

        assert rows(told) == [["verified", "success"], ["honor", "success"], ["audit", "success"]]
        assert terminal.queue.submissions == []

    def test_what_cannot_be_rendered_says_why(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session, HTML, modes=(("honor", False),), certificate={"signatories": [{}]})
        terminal.done(*CREATE, HTML)

        told = terminal.done(*STATUS, HTML)
        (said,) = terminal.objects(*STATUS, HTML)

        reason = "signatory 1 has no name, no title and no organization"
        assert told.splitlines()[1].split(maxsplit=2) == ["honor", "error", reason]
        assert said == [{"description": "honor", "status": "error", "error_reason": reason}]


class TestGivenNoExamples:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_people_are_told_and_programs_get_null(self, terminal: Terminal, course_id: CourseId) -> None:
        with terminal.work() as session:
            make_run(session, course_id)

        told = terminal.done(*STATUS, course_id)
        said = terminal.done(*STATUS, course_id, "--json")

        assert told == f"No example was ever made of {course_id}.\n"
        assert json.loads(said) is None

    @pytest.mark.parametrize("words", [CREATE, STATUS], ids=["create", "status"])
    def test_an_unknown_course_run_is_refused(self, terminal: Terminal, words: tuple[str, ...]) -> None:
        told = terminal.refused(*words, PDF)

        assert told == f"There is no course run “{PDF}”."
