"""Do the commands of the allowlist put learners on it and take them off, and say what came of the certificate?"""

import pytest

from tests.factories.candidates import CCX, FAILING, HTML, make_candidate, make_holder, make_others, make_run
from tests.factories.exceptions import make_allowlist_entry
from tests.integration.cli.terminal import Terminal, rows
from webapp.domain.certificates.statuses import Status
from webapp.models.exceptions import AllowlistEntry
from webapp.services.exports.sources import PAGE

pytestmark = pytest.mark.any_database

PLACE = ("--username", "ada", "--course")


class TestGivenALearnerToBePutOnIt:
    @pytest.mark.parametrize("course_id", [HTML, CCX, "edX/Old/2014_Fall"])
    def test_they_are_judged_before_the_command_ends(self, terminal: Terminal, course_id: str) -> None:
        with terminal.work() as session:
            make_run(session, course_id)
            make_candidate(session, course_id=course_id, **FAILING)

        told = terminal.done("allowlist", "add", *PLACE, course_id, "--notes", "ill on the day")

        (entry,) = terminal.every(AllowlistEntry)
        assert told == f"ada is on the allowlist of {course_id}.\nThe certificate is downloadable.\n"
        assert (entry.notes, entry.created_by) == ("ill on the day", "command line")

    @pytest.mark.any_database
    def test_the_longest_note_is_taken_and_a_longer_one_is_wrong_usage(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, **FAILING)

        longer = terminal.types("allowlist", "add", *PLACE, HTML, "--notes", "x" * 1_001)
        terminal.done("allowlist", "add", *PLACE, HTML, "--notes", "x" * 1_000)

        assert (longer.exit_code, "1,000 characters at most" in longer.output) == (2, True)
        assert [entry.notes for entry in terminal.every(AllowlistEntry)] == ["x" * 1_000]

    def test_where_nothing_is_made_by_itself_nobody_is_judged(self, terminal: Terminal) -> None:
        terminal.sets(auto_generate=False)
        with terminal.work() as session:
            make_run(session)
            make_candidate(session, **FAILING)

        told = terminal.done("allowlist", "add", *PLACE, HTML)

        assert told.endswith("There is no certificate yet.\nNothing stands against it.\n")
        assert terminal.certificate("ada", HTML) is None

    def test_twice_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, None, on_allowlist=True)

        told = terminal.refused("allowlist", "add", *PLACE, HTML)

        assert told == f"ada is on the allowlist of {HTML} already."

    def test_an_invalidated_one_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        told = terminal.refused("allowlist", "add", *PLACE, HTML)

        assert told == "The certificate of ada is invalidated; end the invalidation first."

    @pytest.mark.parametrize("act", ["add", "remove"])
    def test_an_unknown_one_is_refused(self, terminal: Terminal, act: str) -> None:
        told = terminal.refused("allowlist", act, *PLACE, HTML)

        assert told == "There is no learner “ada”."


class TestGivenALearnerToBeTakenOffIt:
    def test_a_certificate_that_is_not_earned_is_taken_away(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, on_allowlist=True, **FAILING)

        told = terminal.done("allowlist", "remove", *PLACE, HTML, "--notes", "a mistake")

        assert told.splitlines() == [
            f"ada is off the allowlist of {HTML}.",
            "The certificate is notpassing, it was downloadable: Grade 42 %: not passing.",
        ]
        assert terminal.held("ada", HTML).status is Status.NOT_PASSING

    def test_one_that_is_earned_stays(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, on_allowlist=True)

        told = terminal.done("allowlist", "remove", *PLACE, HTML)

        assert told.endswith("The certificate stays downloadable.\n")

    def test_where_there_is_none_it_says_so(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, None, on_allowlist=True, mode=None)

        told = terminal.done("allowlist", "remove", *PLACE, HTML)

        assert told.endswith("There is no certificate.\n")

    def test_one_who_is_not_on_it_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session)

        told = terminal.refused("allowlist", "remove", *PLACE, HTML)

        assert told == f"ada is not on the allowlist of {HTML}."


class TestGivenAList:
    def fill(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            ada = make_candidate(session, on_allowlist=True)
            make_others(session, of=ada)
            make_candidate(session, "bob", on_allowlist=True)
            make_allowlist_entry(session, make_candidate(session, "cyd"), course_id=HTML, allowlisted=False)

    def test_it_names_who_is_on_it_newest_first(self, terminal: Terminal) -> None:
        self.fill(terminal)

        told = terminal.done("allowlist", "list", "--course", HTML)

        assert [row[0] for row in rows(told)] == ["bob", "ada"]

    def test_without_a_course_run_it_is_of_all(self, terminal: Terminal) -> None:
        self.fill(terminal)

        said = terminal.objects("allowlist", "list")

        assert len(said) == 3
        assert len({one["course_id"] for one in said}) == 2

    def test_programs_get_an_object_a_line(self, terminal: Terminal) -> None:
        self.fill(terminal)

        said = terminal.objects("allowlist", "list", "--course", HTML)[-1]

        said.pop("id")
        assert said == {
            "username": "ada",
            "course_id": HTML,
            "notes": "ill on the day",
            "allowlisted": True,
            "created_by": "sam",
            "created_at": "2026-11-21T12:00:00Z",
            "removed_at": None,
        }

    def test_more_than_a_page_of_it_is_whole(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            for number in range(PAGE + 1):
                make_candidate(session, f"learner{number:04}", percent=None, id_status="", on_allowlist=True)

        said = terminal.objects("allowlist", "list")

        assert [one["username"] for one in said] == [f"learner{number:04}" for number in range(PAGE, -1, -1)]
