"""What is rendered on the spot when examples of a web course are asked for (decision 42)?"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.page_values import page
from tests.integration.generation.desk import Desk
from tests.integration.generation.examples import broken, create, latest
from webapp.adapters.certificate_page import render_certificate, render_published
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.ports import PageBroken


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
    @pytest.mark.parametrize("draw", [render_certificate, render_published])
    def test_the_page_is_broken_and_says_by_what(self, draw: Callable[[Mapping[str, object]], str]) -> None:
        values = {name: value for name, value in page().values.items() if name != "document_title"}

        with pytest.raises(PageBroken, match=r"^UndefinedError: 'document_title' is undefined$"):
            draw(values)
