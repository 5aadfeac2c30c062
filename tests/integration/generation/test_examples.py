"""Are example certificates made, one of each mode, and is self-generation kept shut until they succeed (decision 42)?"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.certificates import make_example
from tests.factories.orders import NAMED, NEW_ID, NEW_KEY, an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.page_context import INSTALLATION
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.identifiers import CourseId
from webapp.errors import ExamplesMissing, NoExamples, UnknownCourse, WebappError
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.ports import PageBroken, PageRenderer, QueueRefused, QueueUnreachable
from webapp.services.generation import examples
from webapp.services.messages.outbox import Channel

FIVE_S = timedelta(seconds=5)


def create(
    desk: Desk,
    course_id: CourseId = PDF,
    *,
    render: PageRenderer = render_certificate,
    html_view: Mapping[str, Any] = INSTALLATION,
) -> list[ExampleCertificate]:
    """Make examples and give them, newest first."""
    with desk.work() as session:
        examples.create_set(session, an_order(now=clock.now()), course_id, render=render, html_view=html_view)
    return latest(desk, course_id) or []


def latest(desk: Desk, course_id: CourseId = PDF) -> list[ExampleCertificate] | None:
    """Give the newest set's examples."""
    with desk.look() as session:
        return examples.list_latest(session, course_id)


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


def broken(_values: Mapping[str, Any], /) -> str:
    """Render nothing."""
    raise PageBroken("UndefinedError: 'motto' is undefined")


class TestGivenAWebCourse:
    def test_one_of_each_mode_is_rendered_on_the_spot_without_a_queue(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML)
            make_run(session, PDF, modes=(("masters", True),))

        made = create(desk, HTML)

        assert [(example.description, example.status) for example in made] == [
            ("verified", ExampleStatus.SUCCESS),
            ("honor", ExampleStatus.SUCCESS),
            ("audit", ExampleStatus.SUCCESS),
        ]
        assert {(example.full_name, example.error_reason, example.template) for example in made} == {
            ("John Doë", None, "")
        }
        assert desk.entries() == []

    def test_the_page_is_the_learners_with_the_examples_name(self, desk: Desk) -> None:
        pages: list[str] = []
        with desk.work() as session:
            make_run(session, HTML, modes=(("honor", False),), certificate={"title": "Weaving"})

        def keep(values: Mapping[str, Any], /) -> str:
            pages.append(render_certificate(values))
            return pages[-1]

        (example,) = create(desk, HTML, render=keep)

        (page,) = pages
        wanted = ("Honor Code Certificate", "John Doë", "Weaving", f"http://desk.test/certificates/{example.uuid}")
        assert [text for text in wanted if text not in page] == []

    def test_a_template_that_fails_ends_in_error_with_its_own_words(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML, modes=(("honor", False),))

        (example,) = create(desk, HTML, render=broken)

        assert (example.status, example.error_reason) == (
            ExampleStatus.ERROR, "UndefinedError: 'motto' is undefined"
        )  # fmt: skip

    def test_a_broken_course_record_ends_in_error_in_every_mode(self, desk: Desk) -> None:
        signatories = [{"name": 7}, {"name": "Hale", "signature_image_path": "hale.png"}]
        with desk.work() as session:
            make_run(session, HTML, certificate={"title": None, "signatories": signatories})

        made = create(desk, HTML)

        assert {(example.status, example.error_reason) for example in made} == {
            (
                ExampleStatus.ERROR,
                "signatory 1 has a name that cannot be shown; "
                "signatory 2 has a signature_image_path that cannot be shown",
            )
        }

    def test_a_mode_without_texts_ends_in_error_alone(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML, modes=(("honor", False), ("xseries", False)))

        made = {example.description: example for example in create(desk, HTML)}

        assert made["honor"].status is ExampleStatus.SUCCESS
        assert (made["xseries"].status, made["xseries"].error_reason) == (
            ExampleStatus.ERROR,
            "there are no texts for the mode xseries, neither built in nor in the configuration",
        )

    def test_with_texts_of_the_configuration_the_mode_succeeds(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML, modes=(("xseries", False),))
        texts = {"default": {}, "xseries": {"certificate_type": "XSeries Certificate"}}

        (example,) = create(desk, HTML, html_view={"enabled": True, "configuration": texts})

        assert example.status is ExampleStatus.SUCCESS

    def test_the_audit_tells_of_them_and_of_what_came_of_each(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML, modes=(("honor", False), ("xseries", False)))

        made = create(desk, HTML)

        asked, *rendered = desk.told()
        assert (asked.action, asked.kind, asked.actor) == ("examples.asked", "example_set", "sam")
        assert (asked.details["course_id"], asked.details["modes"]) == (HTML, ["honor", "xseries"])
        assert [(told.action, told.key, told.details["mode"], told.details["status"]) for told in rendered] == [
            ("example.rendered", str(example.id), example.description, example.status.value)
            for example in reversed(made)
        ]
        assert [told.reason for told in rendered] == ["", made[0].error_reason]

    def test_no_answer_of_a_queue_can_touch_them(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML, modes=(("honor", False),))
        (example,) = create(desk, HTML)
        result = {"username": example.uuid, "error_reason": "forged", "action": "create"}
        form = {"xqueue_header": json.dumps({"lms_key": ""}), "xqueue_body": json.dumps(result)}

        answer = desk.app.test_client().post("/update_example_certificate", data=form)

        assert answer.status_code == 404
        (left,) = latest(desk, HTML) or []
        assert left.status is ExampleStatus.SUCCESS


class TestGivenATemplateThatAsksForWhatIsNotThere:
    def test_the_page_is_broken_and_says_by_what(self) -> None:
        with pytest.raises(PageBroken, match=r"^UndefinedError: .* is undefined$"):
            render_certificate({})


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
        desk.let_pass(timedelta(hours=6))

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
    def test_web_certificates_need_no_examples(self, desk: Desk) -> None:
        with desk.look() as session:
            examples.require_examples(session, HTML, html=True)

    def test_web_certificates_do_not_need_theirs_to_succeed(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML)
        create(desk, HTML, render=broken)

        with desk.look() as session:
            examples.require_examples(session, HTML, html=True)

    def test_examples_of_web_certificates_stand_for_no_pdf(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML)
        create(desk, HTML)

        with pytest.raises(ExamplesMissing, match="first"), desk.look() as session:
            examples.require_examples(session, HTML, html=False)

    def test_without_any_it_stays_shut(self, desk: Desk) -> None:
        with pytest.raises(ExamplesMissing, match="first"), desk.look() as session:
            examples.require_examples(session, PDF, html=False)

    @pytest.mark.parametrize("status", [ExampleStatus.STARTED, ExampleStatus.ERROR])
    def test_with_one_that_did_not_succeed_it_stays_shut_and_names_its_mode(
        self, desk: Desk, status: ExampleStatus
    ) -> None:
        with desk.work() as session:
            make_example(session, course_id=PDF, status=status)

        with pytest.raises(ExamplesMissing, match="for: honor"), desk.look() as session:
            examples.require_examples(session, PDF, html=False)

    @pytest.mark.parametrize(("older", "newer"), [(ExampleStatus.ERROR, ExampleStatus.SUCCESS)])
    def test_the_newest_set_alone_counts(self, desk: Desk, older: ExampleStatus, newer: ExampleStatus) -> None:
        with desk.work() as session:
            make_example(session, "e" * 32, "f" * 32, course_id=PDF, status=older)
            newest = make_example(session, course_id=PDF, status=newer)
            newest.set.created_at = NOON + timedelta(minutes=1)
            make_example(session, "c" * 32, "d" * 32, course_id=HTML, status=ExampleStatus.ERROR)

        with desk.look() as session:
            examples.require_examples(session, PDF, html=False)
