"""Does `certificates explain` say why, to people and to programs?"""

from typing import Any

import pytest

from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_holder, make_run
from tests.integration.cli.terminal import Terminal
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.ports import QueueUnreachable

pytestmark = pytest.mark.any_database

EXPLAIN = ("certificates", "explain", "--username", "ada", "--course")
CHECK_MEMBERS = ["code", "passed", "fact", "advice"]


class TestGivenALearner:
    @pytest.mark.parametrize(
        ("status", "more", "verdict"),
        [
            (None, {}, "ada has earned a certificate in {}; it has not been made yet."),
            (None, FAILING, "ada has no certificate in {} because the grade is not a passing one."),
            (None, {"mode": None}, "ada has no certificate in {} because the platform has told of no enrollment."),
            (
                None,
                {**FAILING, "allow_certificate": False},
                "ada has no certificate in {} because the grade is not a passing one and the platform restricts the learner.",
            ),
            (Status.DOWNLOADABLE, FAILING, "ada holds an issued certificate in {}."),
            (Status.GENERATING, {}, "ada's certificate in {} is with the queue (Generating)."),
            (
                Status.ERROR,
                {},
                "ada's certificate in {} could not be made. Nothing stands against another try.",
            ),
            (
                Status.ERROR,
                FAILING,
                "ada's certificate in {} could not be made. It cannot be made again for now, "
                "because the grade is not a passing one.",
            ),
            (
                Status.DELETED,
                {},
                "ada's certificate in {} was deleted on 2026-11-21. Nothing stands against another try.",
            ),
        ],
    )
    def test_one_sentence_is_the_verdict(
        self, terminal: Terminal, status: Status | None, more: dict[str, Any], verdict: str
    ) -> None:
        with terminal.work() as session:
            make_holder(session, status, **more)

        told = terminal.done(*EXPLAIN, HTML)

        assert told.splitlines()[0] == verdict.format(HTML)

    def test_each_check_has_a_line_with_its_fact(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, None)

        told = terminal.done(*EXPLAIN, HTML)

        lines = [line for line in told.splitlines() if line.startswith(("yes", "NO"))]
        assert len(lines) == 14
        grade = next(line for line in lines if "The grade is a passing one" in line)
        assert grade.startswith(
            "yes  The grade is a passing one: Grade 87 %, B: passing. (Grade, from the platform, 2026-"
        )
        assert grade.endswith(" UTC)")
        assert not any(line.startswith("NO") for line in lines)

    def test_one_that_failed_says_what_to_do_and_who(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, None, **FAILING)

        told = terminal.done(*EXPLAIN, HTML)

        lines = told.splitlines()
        (failed,) = [place for place, line in enumerate(lines) if line.startswith("NO ")]
        assert "The grade is a passing one: Grade 42 %: not passing. (Grade, from the platform, " in lines[failed]
        assert lines[failed + 1] == (
            "     What to do: Await a passing grade, or use the allowlist. Who: The learner; support for the allowlist."
        )
        assert lines[-1] == "There is no certificate."

    def test_the_certificate_is_named(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session)
        number = terminal.held("ada", HTML).id

        told = terminal.done(*EXPLAIN, HTML)

        assert told.splitlines()[-1] == f"Certificate {number} is downloadable."

    def test_a_job_that_could_not_leave_is_named_with_its_problem(self, terminal: Terminal) -> None:
        terminal.queue.fault = QueueUnreachable("cannot connect to server")
        with terminal.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
        terminal.done("certificates", "generate", "--course", PDF, "--username", "ada")

        told = terminal.done(*EXPLAIN, PDF)

        certificate, waiting = told.splitlines()[-2:]
        assert certificate.endswith(" is generating.")
        assert waiting.startswith("It waits to be sent (xqueue), next try ")
        assert waiting.endswith(" UTC: cannot connect to server.")

    def test_what_happened_stands_below_newest_first(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session)
        terminal.done("certificates", "generate", "--course", HTML, "--username", "ada")

        told = terminal.done(*EXPLAIN, HTML).splitlines()

        happened = told[
            told.index("What happened, newest first:") + 1 : told.index("", told.index("What happened, newest first:"))
        ]
        assert len(happened) >= 1
        assert all(" UTC  " in line for line in happened)
        assert all("command line" in line for line in happened if "Course run passed" not in line)

    def test_nothing_is_changed(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, None)

        terminal.done(*EXPLAIN, HTML)

        assert (terminal.certificate("ada", HTML), terminal.kept()) == (None, (0, 0))

    def test_the_queue_counts_as_it_is_set(self, terminal: Terminal) -> None:
        terminal.without_queue()
        with terminal.work() as session:
            make_holder(session, None, PDF)

        told = terminal.done(*EXPLAIN, PDF)

        assert "NO   The course can deliver: web page, or PDF with a queue: " in told


class TestGivenAProgram:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_it_gets_the_object_of_the_api(self, terminal: Terminal, course_id: CourseId) -> None:
        with terminal.work() as session:
            make_holder(session, course_id=course_id, **FAILING)

        (said,) = terminal.objects(*EXPLAIN, course_id)

        assert list(said) == ["decision", "checks", "certificate", "timeline"]
        assert (said["decision"]["earned"], said["decision"]["status"]) == (False, "downloadable")
        assert {tuple(check) for check in said["checks"]} == {tuple(CHECK_MEMBERS)}
        assert said["certificate"]["username"] == "ada"
        assert [check["code"] for check in said["checks"] if check["advice"]] == [
            check["code"] for check in said["checks"] if not check["passed"]
        ]

    def test_a_learner_without_a_certificate_has_none(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, None)

        (said,) = terminal.objects(*EXPLAIN, HTML)

        assert (said["decision"]["status"], said["certificate"], said["timeline"]) == (None, None, [])

    def test_the_timeline_is_newest_first(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session)
        terminal.done("certificates", "generate", "--course", HTML, "--username", "ada")
        terminal.done("certificates", "delete", "--course", HTML, "--username", "ada", "--notes", "gone")

        (said,) = terminal.objects(*EXPLAIN, HTML)

        moments = [entry["at"] for entry in said["timeline"]]
        assert moments == sorted(moments, reverse=True)
        assert {entry["source"] for entry in said["timeline"]} == {"transition", "audit", "milestone"}
        assert said["timeline"][-1]["actor"] == "command line"


class TestGivenNobody:
    def test_an_unknown_learner_is_refused(self, terminal: Terminal) -> None:
        told = terminal.refused(*EXPLAIN, HTML)

        assert told == "There is no learner “ada”."

    def test_an_unknown_course_run_is_explained(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_candidate(session)

        told = terminal.done(*EXPLAIN, HTML)

        assert "NO   The course run is known: The platform has told nothing of this course run." in told
