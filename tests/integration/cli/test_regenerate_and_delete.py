"""Do `certificates regenerate` and `delete` do what they are asked for, and say what is left to do?"""

import json

import pytest

from tests.factories.candidates import FAILING, HTML, LINK, PDF, make_candidate, make_holder, make_run
from tests.integration.cli.terminal import Terminal
from tests.integration.generation.desk import FILE, FILE_ID
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.exceptions import Invalidation
from webapp.ports import QueueRefused

pytestmark = pytest.mark.any_database

REGENERATE = ("certificates", "regenerate", "--username", "ada", "--course")
DELETE = ("certificates", "delete", "--notes", "asked for by the learner", "--username", "ada", "--course")


class TestGivenACertificateToBeMadeAnew:
    def test_it_keeps_its_link_and_the_note(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session)

        told = terminal.done(*REGENERATE, HTML, "--notes", "the name was wrong")

        row, (event,) = terminal.held("ada", HTML), terminal.told()
        assert told == f"A certificate was made anew for ada in {HTML}: downloadable.\n"
        assert (row.name, row.verify_uuid) == ("Ada Lovelace", LINK)
        assert (event.action, event.reason) == ("certificate.regenerated", "the name was wrong")

    def test_refused_it_stays_as_it_is(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, **FAILING)

        told = terminal.refused(*REGENERATE, HTML)

        assert told.startswith(f"No certificate was made anew for ada in {HTML}: Grade 42 %: not passing.")
        assert told.endswith("Status: downloadable.")
        assert terminal.held("ada", HTML).name == "Ada Byron"

    def test_a_pdf_carries_the_label_and_comes_from_the_template(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, course_id=PDF, **FAILING)

        told = terminal.done(*REGENERATE, PDF, "--grade", "A+", "--template", "special.pdf")

        (job,) = terminal.queue.submissions
        body = json.loads(job.body)
        assert told == f"A certificate is being made for ada in {PDF}: regenerating, XQueue's answer is awaited.\n"
        assert (body["grade"], body["template_pdf"]) == ("A+", "special.pdf")

    @pytest.mark.parametrize(
        "words", [("--grade", "<b></b>"), ("--grade", "x" * 256), ("--template", "\udcff"), ("--notes", "\udcff")]
    )
    def test_a_text_that_cannot_be_used_is_wrong_usage(self, terminal: Terminal, words: tuple[str, str]) -> None:
        ran = terminal.types(*REGENERATE, HTML, *words)

        assert (ran.exit_code, ran.stdout) == (2, "")
        assert f"Invalid value for '{words[0]}'" in ran.stderr


class TestGivenAnInvalidatedCertificate:
    def test_it_is_refused_until_the_invalidation_is_to_end(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        told = terminal.refused(*REGENERATE, HTML)

        assert "Invalidated by sam." in told
        assert terminal.held("ada", HTML).status is Status.UNAVAILABLE

    def test_with_its_end_it_is_made_anew(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        terminal.done(*REGENERATE, HTML, "--end-invalidation")

        active = [row.certificate_id for row in terminal.every(Invalidation) if row.active]
        row = terminal.held("ada", HTML)
        assert row.status is Status.DOWNLOADABLE
        assert row.id not in active


class TestGivenACertificateToBeDeleted:
    def test_a_web_certificate_leaves_nothing_to_do(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session)

        told = terminal.done(*DELETE, HTML)

        (event,) = terminal.told()
        assert told == f"The certificate of ada in {HTML} is deleted; its link says so from now on.\n"
        assert terminal.held("ada", HTML).status is Status.DELETED
        assert (event.action, event.reason) == ("certificate.deleted", "asked for by the learner")

    def test_a_pdfs_file_is_a_chore(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, course_id=PDF)
        terminal.give_file("ada", PDF)

        told = terminal.done(*DELETE, PDF)

        assert told.splitlines()[1] == f"To do, for whoever keeps the storage: remove the file {FILE}"
        assert terminal.queue.submissions == []

    def test_where_the_queue_removes_it_is_asked_and_nothing_is_left_to_do(self, terminal: Terminal) -> None:
        terminal.sets(queue_removes=True)
        with terminal.work() as session:
            make_holder(session, course_id=PDF)
        terminal.give_file("ada", PDF)

        told = terminal.done(*DELETE, PDF)

        (job,) = terminal.queue.submissions
        assert told == f"The queue removes the certificate of ada in {PDF}: deleting.\n"
        assert json.loads(job.body)["delete_download_uuid"] == FILE_ID

    def test_a_queue_that_refuses_is_exit_code_1(self, terminal: Terminal) -> None:
        terminal.sets(queue_removes=True)
        terminal.queue.fault = QueueRefused("Queue 'certificates' not found")
        with terminal.work() as session:
            make_holder(session, course_id=PDF, **FAILING)
        terminal.give_file("ada", PDF)

        told = terminal.refused(*DELETE, PDF)

        assert told.endswith(": Queue 'certificates' not found")
        assert terminal.held("ada", PDF).status is Status.ERROR

    def test_without_a_note_it_is_wrong_usage(self, terminal: Terminal) -> None:
        ran = terminal.types("certificates", "delete", "--course", HTML, "--username", "ada")

        assert (ran.exit_code, ran.stdout) == (2, "")

    def test_an_empty_note_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session)

        told = terminal.refused("certificates", "delete", "--course", HTML, "--username", "ada", "--notes", " ")

        assert told == "Say in a note why the certificate is deleted."

    @pytest.mark.parametrize(
        ("status", "why"),
        [
            (None, f"ada has no certificate in {HTML}."),
            (Status.DELETED, "Only an issued or failed certificate can be deleted; this one's status is Deleted."),
        ],
    )
    def test_where_there_is_none_it_is_refused(self, terminal: Terminal, status: Status | None, why: str) -> None:
        with terminal.work() as session:
            make_holder(session, status)

        told = terminal.refused(*DELETE, HTML)

        assert told == why


@pytest.mark.parametrize("words", [REGENERATE, DELETE], ids=["regenerate", "delete"])
class TestGivenALearnerWhoIsUnknown:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_one_line_says_so(self, terminal: Terminal, words: tuple[str, ...], course_id: CourseId) -> None:
        with terminal.work() as session:
            make_run(session, course_id)
            make_candidate(session, "bob", course_id)

        told = terminal.refused(*words, course_id)

        assert told == "There is no learner “ada”."
