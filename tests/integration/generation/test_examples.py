"""Are example certificates made, one of each mode, and is self-generation kept shut until they succeed (decision 42)?"""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.certificates import make_example
from tests.factories.orders import NAMED, NEW_ID, NEW_KEY, an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from tests.integration.generation.examples import create, latest
from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.page_context import INSTALLATION
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.configs.courses import may_open
from webapp.domain.identifiers import CourseId
from webapp.errors import NoExamples, UnknownCourse, WebappError
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.ports import QueueRefused, QueueUnreachable
from webapp.services.generation import examples
from webapp.services.messages.outbox import Channel

FIVE_S = timedelta(seconds=5)


class TestGivenAPdfCourse:
    def test_one_is_asked_for_of_each_mode(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            make_run(session, HTML, modes=(("masters", True),))

        made = create(desk)

        assert [example.description for example in made] == ["verified", "honor", "audit"]
        assert {example.status for example in made} == {ExampleStatus.STARTED}
        assert [example.template for example in made] == [
            "certificate-template-edX-Paper-verified.pdf",
            "certificate-template-edX-Paper.pdf",
            "certificate-template-edX-Paper.pdf",
        ]
        assert len({example.uuid for example in made} | {example.access_key for example in made}) == 6

    def test_their_keys_are_those_of_jobs_and_their_names_public_ids(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF, modes=(("verified", True),))

        with desk.work() as session:
            examples.create_set(
                session, an_order(now=clock.now(), **NAMED), PDF, render=render_certificate, html_view=INSTALLATION
            )

        (example,) = latest(desk) or []
        assert (example.uuid, example.access_key) == (NEW_ID, NEW_KEY)

    def test_their_jobs_carry_the_name_of_the_course(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF, modes=(("verified", True),))

        (example,) = create(desk)

        entry = desk.entry(Channel.EXAMPLE)
        assert (entry.certificate_id, entry.recipient) == (None, example.uuid)
        assert json.loads(entry.payload["header"]) == {
            "lms_callback_url": f"http://desk.test/update_example_certificate?key={example.uuid}",
            "lms_key": example.access_key,
            "queue_name": "certificates",
        }
        assert json.loads(entry.payload["body"]) == {
            "action": "create",
            "course_id": PDF,
            "name": "John Doë",
            "template_pdf": "certificate-template-edX-Paper-verified.pdf",
            "username": example.uuid,
            "example_certificate": True,
            "course_name": "Demonstration",
        }

    def test_the_audit_tells_of_them(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)

        create(desk)

        (told,) = desk.told()
        assert (told.action, told.kind, told.actor) == ("examples.asked", "example_set", "sam")
        assert (told.details["course_id"], told.details["modes"]) == (PDF, ["audit", "honor", "verified"])

    def test_the_newest_set_counts(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
        first = create(desk)

        second = create(desk)

        assert len(desk.every(ExampleCertificateSet)) == 2
        assert {example.id for example in first}.isdisjoint({example.id for example in second})


class TestGivenACourseWithoutExamples:
    @pytest.mark.parametrize(
        ("run", "course_id", "queue_name", "problem", "words"),
        [
            ({}, CourseId("course-v1:edX+Nobody+2026"), "certificates", UnknownCourse, "no course run"),
            ({"modes": ()}, PDF, "certificates", NoExamples, "import its course_mode records"),
            ({"modes": ()}, HTML, None, NoExamples, "import its course_mode records"),
            ({}, PDF, None, NoExamples, "CERTDESK_XQUEUE_URL"),
        ],
    )
    def test_the_reason_is_told_and_nothing_written(
        self,
        desk: Desk,
        run: dict[str, Any],
        course_id: CourseId,
        queue_name: str | None,
        problem: type[WebappError],
        words: str,
    ) -> None:
        with desk.work() as session:
            make_run(session, HTML, **run)
            make_run(session, PDF, **run)
        order = an_order(queue_name=queue_name)

        with pytest.raises(problem, match=words), desk.work() as session:
            examples.create_set(session, order, course_id, render=render_certificate, html_view=INSTALLATION)

        assert (desk.every(ExampleCertificateSet), desk.entries(), desk.told()) == ([], [], [])

    def test_never_asked_is_not_the_same_as_none(self, desk: Desk) -> None:
        assert latest(desk) is None


class TestGivenTheQueue:
    def test_it_gets_each_job_once(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
        made = create(desk)

        desk.send()
        desk.send()

        assert sorted(json.loads(job.body)["username"] for job in desk.queue.tries) == sorted(e.uuid for e in made)

    def test_out_of_reach_the_example_says_why_and_goes_on_waiting(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF, modes=(("honor", False),))
        create(desk)
        desk.queue.fault = QueueUnreachable("cannot connect to server")
        desk.send()
        (waiting,) = latest(desk) or []
        desk.queue.fault = None
        desk.let_pass(FIVE_S)

        desk.send()

        assert (waiting.status, waiting.error_reason) == (ExampleStatus.STARTED, "cannot connect to server")
        (taken,) = latest(desk) or []
        assert (taken.status, taken.error_reason) == (ExampleStatus.STARTED, None)
        assert desk.entry(Channel.EXAMPLE).sent_at is not None

    def test_after_six_hours_it_ends_in_error(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF, modes=(("honor", False),))
        create(desk)
        desk.queue.fault = QueueUnreachable("cannot connect to server")
        desk.try_in_vain(timedelta(hours=6))

        desk.send()

        (example,) = latest(desk) or []
        assert (example.status, example.error_reason) == (
            ExampleStatus.ERROR, "Not sent within six hours: cannot connect to server"
        )  # fmt: skip
        assert desk.entry(Channel.EXAMPLE).failed_at is not None

    def test_its_refusal_ends_in_error_with_its_own_words(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF, modes=(("honor", False),))
        create(desk)
        desk.queue.fault = QueueRefused("Queue 'certificates' not found")

        desk.send()

        (example,) = latest(desk) or []
        assert (example.status, example.error_reason) == (ExampleStatus.ERROR, "Queue 'certificates' not found")

    def test_an_example_that_was_answered_meanwhile_is_not_sent_again(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF, modes=(("honor", False),))
        (example,) = create(desk)
        desk.queue.fault = QueueUnreachable("the answer was lost")
        desk.send()
        with desk.work() as session:
            session.merge(example).status = ExampleStatus.SUCCESS
        desk.queue.fault = None
        desk.let_pass(FIVE_S)

        desk.send()

        assert (len(desk.queue.tries), desk.queue.submissions) == (1, [])
        assert desk.entry(Channel.EXAMPLE).last_problem == "The example does not wait for this job any more."


class TestGivenAnExampleForPrograms:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({}, {"description": "honor", "status": "started"}),
            ({"error_reason": "", "download_url": ""}, {"description": "honor", "status": "started"}),
            (
                {"status": ExampleStatus.ERROR, "error_reason": "no font"},
                {"description": "honor", "status": "error", "error_reason": "no font"},
            ),
            (
                {"status": ExampleStatus.SUCCESS, "error_reason": "no font", "download_url": "https://x.test/e.pdf"},
                {
                    "description": "honor",
                    "status": "success",
                    "error_reason": "no font",
                    "download_url": "https://x.test/e.pdf",
                },
            ),
        ],
    )
    def test_what_is_empty_is_left_out(self, fields: dict[str, Any], said: dict[str, str]) -> None:
        example = ExampleCertificate(**{"description": "honor", "status": ExampleStatus.STARTED, **fields})

        assert examples.as_object(example) == said


class TestGivenTheWishToOpenSelfGeneration:
    def test_examples_of_web_certificates_stand_for_no_pdf(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML)
        create(desk, HTML)

        assert may_open(latest(desk, HTML) or (), html=False) is False

    def test_the_newest_set_alone_counts(self, desk: Desk) -> None:
        with desk.work() as session:
            make_example(session, "e" * 32, "f" * 32, course_id=PDF, status=ExampleStatus.ERROR)
            newest = make_example(session, course_id=PDF, status=ExampleStatus.SUCCESS)
            newest.set.created_at = NOON + timedelta(minutes=1)
            make_example(session, "c" * 32, "d" * 32, course_id=HTML, status=ExampleStatus.ERROR)

        assert may_open(latest(desk, PDF) or (), html=False) is True
