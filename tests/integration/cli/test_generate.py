"""Does `certificates generate` judge the learners who are named, and say what came of each?"""

from typing import Any

import pytest

from tests.factories.candidates import CCX, FAILING, HTML, PDF, make_candidate, make_run
from tests.integration.cli.terminal import DONE, REFUSED, Terminal, rows
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.ports import QueueRefused, QueueUnreachable

pytestmark = pytest.mark.any_database

GENERATE = ("certificates", "generate", "--course")


def named(*names: str) -> list[str]:
    return [word for name in names for word in ("--username", name)]


class TestGivenOneLearner:
    @pytest.mark.parametrize("name", ["ada", "Ada@example.org"])
    def test_what_is_earned_is_made(self, terminal: Terminal, name: str) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, email="Ada@example.org")

        told = terminal.done(*GENERATE, HTML, *named(name))

        (event,) = terminal.told()
        assert told == f"A certificate was made for ada in {HTML}: downloadable.\n"
        assert terminal.held("ada", HTML).status is Status.DOWNLOADABLE
        assert (event.actor, event.details["generation_mode"]) == ("command line", "support")

    def test_a_refusal_is_exit_code_1_with_the_reason(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, **FAILING)

        told = terminal.refused(*GENERATE, HTML, *named("ada"))

        assert told == (
            f"No certificate was made for ada in {HTML}: Grade 42 %: not passing. Await a passing grade, or use the"
            " allowlist. (Who: The learner; support for the allowlist.) Status: notpassing."
        )
        assert terminal.held("ada", HTML).status is Status.NOT_PASSING

    def test_one_who_was_given_one_already_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session)
        terminal.done(*GENERATE, HTML, *named("ada"))

        told = terminal.refused(*GENERATE, HTML, *named("ada"))

        assert "The certificate's status is Issued." in told

    @pytest.mark.parametrize(("more", "code"), [({}, DONE), (FAILING, REFUSED)], ids=["earned", "refused"])
    def test_programs_get_an_object(self, terminal: Terminal, more: dict[str, Any], code: int) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, **more)

        ran = terminal.types(*GENERATE, HTML, *named("ada"), "--json")

        assert ran.exit_code == code
        assert ran.stdout.startswith(f'{{"username": "ada", "course_id": "{HTML}", "status": "')
        assert ran.stdout.count("\n") == 1

    def test_the_objects_members_are_those_of_the_api(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session)

        (said,) = terminal.objects(*GENERATE, HTML, *named("ada"))

        trace = said.pop("trace")
        assert said == {
            "username": "ada",
            "course_id": HTML,
            "status": "downloadable",
            "queued": False,
            "refused_by": None,
            "problem": None,
        }
        assert trace[0] == {"code": "course_unknown", "passed": True, "fact": "Demonstration", "advice": None}

    @pytest.mark.parametrize("course_id", [CCX, "edX/Old/2014_Fall"])
    def test_every_kind_of_course_key_is_taken(self, terminal: Terminal, course_id: str) -> None:
        with terminal.work() as session:
            make_run(session, course_id)
            make_candidate(session, course_id=course_id, on_allowlist=True)

        terminal.done(*GENERATE, course_id, *named("ada"))

        assert terminal.held("ada", course_id).status is Status.DOWNLOADABLE

    def test_a_course_run_that_nobody_told_of_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_candidate(session)

        told = terminal.refused(*GENERATE, HTML, *named("ada"))

        assert "The platform has told nothing of this course run." in told


class TestGivenANameThatLeadsNowhere:
    @pytest.mark.parametrize("name", ["nobody", "ADA", "ada@EXAMPLE.org", "", "a\nb", "\udcff"])
    def test_one_alone_is_refused(self, terminal: Terminal, name: str) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session)

        told = terminal.refused(*GENERATE, HTML, *named(name))

        assert told.startswith("There is no learner “")
        assert terminal.kept() == (0, 0)

    def test_an_address_that_two_share_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            for username in ("ada", "augusta"):
                make_candidate(session, username, email="ada@example.org")

        told = terminal.refused(*GENERATE, HTML, *named("ada@example.org"))

        assert told == "Several learners have the e-mail address “ada@example.org”: say the user name."

    def test_a_user_name_goes_before_an_address(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, "ada@example.org", email="other@example.org")
            make_candidate(session, "bob", email="ada@example.org")

        terminal.done(*GENERATE, HTML, *named("ada@example.org"))

        assert terminal.certificate("bob", HTML) is None
        assert terminal.held("ada@example.org", HTML).status is Status.DOWNLOADABLE

    def test_among_several_it_is_said_and_the_others_are_judged(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            for username in ("ada", "bob"):
                make_candidate(session, username)

        ran = terminal.types(*GENERATE, HTML, *named("ada", "nobody", "bob"))

        assert (ran.exit_code, ran.stderr) == (REFUSED, "There is no learner “nobody”. Skipped.\n")
        assert [row[:2] for row in rows(ran.stdout)] == [["ada", "downloadable"], ["bob", "downloadable"]]


class TestGivenSeveralLearners:
    def test_each_has_a_row_and_a_refusal_is_no_failure(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, "ada")
            make_candidate(session, "bob", **FAILING)
            make_candidate(session, "cyd", mode=None)

        told = terminal.done(*GENERATE, HTML, *named("ada", "bob", "cyd", "ada"))

        assert told.splitlines() == [
            "username  status          refused_by    reason",
            "ada       downloadable",
            "bob       notpassing      not_passing   Grade 42 %: not passing.",
            "cyd       no certificate  not_enrolled  No enrollment is known.",
        ]

    def test_programs_get_an_object_for_each(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, "ada")
            make_candidate(session, "bob", **FAILING)

        said = terminal.objects(*GENERATE, HTML, *named("bob", "ada"))

        assert [(one["username"], one["status"], one["refused_by"]) for one in said] == [
            ("bob", "notpassing", "not_passing"),
            ("ada", "downloadable", None),
        ]


class TestGivenACourseWithPdfs:
    def test_the_queue_gets_the_job_before_the_command_ends(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)

        told = terminal.done(*GENERATE, PDF, *named("ada"))

        assert told == f"A certificate is being made for ada in {PDF}: generating, XQueue's answer is awaited.\n"
        assert len(terminal.queue.submissions) == 1

    def test_a_job_that_the_queue_refuses_is_exit_code_1_with_its_words(self, terminal: Terminal) -> None:
        terminal.queue.fault = QueueRefused("Queue 'certificates' not found")
        with terminal.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)

        told = terminal.refused(*GENERATE, PDF, *named("ada"))

        assert told.endswith("the queue refused it: Queue 'certificates' not found. Status: error.")

    def test_a_queue_out_of_reach_is_said_and_is_no_failure(self, terminal: Terminal) -> None:
        terminal.queue.fault = QueueUnreachable("cannot connect to server")
        with terminal.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)

        told = terminal.done(*GENERATE, PDF, *named("ada"))

        assert told.endswith(": generating; not sent yet: cannot connect to server. It is tried again by itself.\n")

    def test_without_a_queue_it_is_refused(self, terminal: Terminal) -> None:
        terminal.without_queue()
        with terminal.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)

        told = terminal.refused(*GENERATE, PDF, *named("ada"))

        assert "no queue is configured" in told
        assert terminal.certificate("ada", PDF) is None


class TestGivenADryRun:
    @pytest.mark.parametrize(("course_id", "status"), [(HTML, "downloadable"), (PDF, "generating")])
    def test_it_says_what_would_be_made_and_changes_nothing(
        self, terminal: Terminal, course_id: CourseId, status: str
    ) -> None:
        with terminal.work() as session:
            make_run(session, course_id)
            make_candidate(session, course_id=course_id)

        told = terminal.done(*GENERATE, course_id, *named("ada"), "--dry-run")

        assert told == f"A certificate would be made for ada in {course_id}: {status}.\n"
        assert terminal.certificate("ada", course_id) is None
        assert terminal.kept() == (0, 0)

    def test_a_refusal_changes_nothing_either(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, **FAILING)

        told = terminal.refused(*GENERATE, HTML, *named("ada"), "--dry-run")

        assert told.startswith("No certificate would be made for ada")
        assert (terminal.certificate("ada", HTML), terminal.kept()) == (None, (0, 0))
