"""What can be settled for a course run, and when can its certificates be opened to learners?"""

from dataclasses import dataclass

import pytest

from tests.unit.domain.configs.payloads import COURSE, reasons_of
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.configs.courses import check, may_open, parse_key, sentences
from webapp.domain.configs.proposals import Checked, CourseSeen, Payload, Proposal, Surroundings

WAITS = "Can be switched on for a course that issues PDFs once its newest example certificates have all succeeded."


def settings(*, opened: bool = False, updated: bool | None = None) -> Payload:
    return {"self_generation_enabled": opened, "use_updated": updated}


def checked(payload: Payload | None, course: CourseSeen | None, live: Payload | None = None) -> Checked:
    return check(Proposal(COURSE, payload, {COURSE: live} if live else {}, Surroundings(course=course)))


@dataclass(frozen=True)
class Example:
    """An example as it came back."""

    status: ExampleStatus
    rendered_here: bool = False


STARTED, DONE, FAILED = map(Example, (ExampleStatus.STARTED, ExampleStatus.SUCCESS, ExampleStatus.ERROR))
ON_A_PAGE = Example(ExampleStatus.SUCCESS, rendered_here=True)


class TestGivenTheNewestExamples:
    @pytest.mark.parametrize(
        ("newest", "enough"),
        [
            ([DONE], True),
            ([DONE, DONE], True),
            ([], False),
            ([DONE, STARTED], False),
            ([FAILED, DONE], False),
            ([ON_A_PAGE], False),
            ([ON_A_PAGE, DONE], False),
        ],
    )
    def test_pdfs_need_all_of_them_to_have_succeeded(self, newest: list[Example], *, enough: bool) -> None:
        assert may_open(newest, html=False) is enough

    @pytest.mark.parametrize("newest", [[], [STARTED], [FAILED], [ON_A_PAGE]])
    def test_web_certificates_need_none(self, newest: list[Example]) -> None:
        assert may_open(newest, html=True)


class TestGivenACourse:
    @pytest.mark.parametrize("allowed", [True, False])
    @pytest.mark.parametrize("live", [None, settings(), settings(opened=True)])
    @pytest.mark.parametrize("opened", [True, False])
    def test_it_is_opened_only_where_that_may_be(self, *, allowed: bool, live: Payload | None, opened: bool) -> None:
        found = checked(settings(opened=opened, updated=True), CourseSeen(allowed), live)

        refused = opened and not allowed and live != settings(opened=True)
        assert reasons_of(found) == ([("self_generation_enabled", WAITS)] if refused else [])

    def test_an_unknown_one_has_no_settings(self) -> None:
        assert reasons_of(checked(settings(), None)) == [("key", "The platform has told nothing of this course run.")]

    def test_those_of_one_that_is_gone_can_be_deleted(self) -> None:
        assert checked(None, None, settings()) == Checked()

    @pytest.mark.parametrize("key", [COURSE, "edX/DemoX/2026", "ccx-v1:edX+DemoX+2026+ccx@1"])
    def test_its_key_has_either_spelling(self, key: str) -> None:
        assert parse_key(key) == key


class TestGivenAChangeInWords:
    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            (None, settings(opened=True), ("Self-generation will be switched on for X.",)),
            (settings(opened=True), settings(), ("Self-generation will be switched off for X.",)),
            (
                settings(),
                settings(updated=True),
                ("X will be judged by the regular rules, whatever the course record says.",),
            ),
            (
                settings(updated=True),
                settings(updated=False),
                ("X will be judged by the rules of the queue, whatever the course record says.",),
            ),
            (settings(updated=False), settings(), ("The course record will say by which rules X is judged.",)),
            (
                settings(opened=True),
                None,
                ("The settings of X will be removed.", "Self-generation will be switched off for X."),
            ),
            (settings(), None, ("The settings of X will be removed.",)),
            (None, settings(), ("The settings of X will be written down as they are in force without any.",)),
        ],
    )
    def test_it_says_what_is_switched_and_who_judges(
        self, before: Payload | None, after: Payload | None, told: tuple[str, ...]
    ) -> None:
        assert sentences(before, after, "X") == told

    def test_without_a_key_it_is_the_course(self) -> None:
        told = sentences(settings(), settings(opened=True, updated=True))

        assert told == (
            "Self-generation will be switched on for the course.",
            "The course will be judged by the regular rules, whatever the course record says.",
        )
