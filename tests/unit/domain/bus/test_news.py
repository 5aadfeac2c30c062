"""What do the platform's events tell, and which of them cannot be read (ecosystem note §2.1)?"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.factories import events
from tests.factories.events import CATALOG, COURSE, ENROLLED, GRADE, PASSING, REGISTERED, UNENROLLED, attempt_type
from webapp.domain.bus.incoming import Unreadable
from webapp.domain.bus.news import SOMEBODY, Subject, read_news

APPROVED = attempt_type("approved")


def without_name(told: dict[str, Any]) -> dict[str, Any]:
    """Give what an enrolment tells of a course run that has no name."""
    told["enrollment"]["course"]["display_name"] = None
    return told


def with_user_id(number: object) -> dict[str, Any]:
    """Give a grade of somebody with that number."""
    told = events.grade()
    told["grade"]["user_id"] = number
    return told


class TestGivenAnEventOfAKnownType:
    @pytest.mark.parametrize(
        ("event_type", "told", "subject"),
        [
            (REGISTERED, events.registration(), Subject.REGISTRATION),
            (ENROLLED, events.enrollment(), Subject.ENROLLMENT),
            (GRADE, events.grade(), Subject.GRADE),
            (PASSING, events.passing(), Subject.PASSING),
            (APPROVED, events.attempt(), Subject.ID_ATTEMPT),
            (CATALOG, events.catalog(), Subject.CATALOG),
        ],
    )
    def test_its_subject_is_told(self, event_type: str, told: Mapping[str, Any], subject: Subject) -> None:
        assert read_news(event_type, told).subject is subject

    def test_who_leaves_a_course_run_is_active_no_more(self) -> None:
        news = read_news(UNENROLLED, events.enrollment(active=True))

        assert news.enrollment is not None
        assert news.enrollment.active is False

    @pytest.mark.parametrize(("letter", "passed"), [("B", True), ("", False)])
    def test_a_grade_knows_its_learner_by_number_and_passes_by_its_letter(self, letter: str, *, passed: bool) -> None:
        news = read_news(GRADE, events.grade(letter=letter))

        assert news.grade is not None
        assert (news.number, news.grade.username, news.grade.passed) == (7, SOMEBODY, passed)

    def test_a_course_run_without_a_name_keeps_the_one_it_has(self) -> None:
        news = read_news(ENROLLED, without_name(events.enrollment()))

        assert (news.course, news.enrollment and news.enrollment.course_id) == (None, COURSE)

    def test_the_catalogue_may_leave_the_name_out_too(self) -> None:
        news = read_news(CATALOG, events.catalog(""))

        assert news.course is not None
        assert "display_name" not in news.course.given

    def test_a_number_of_nobody_is_none(self) -> None:
        assert read_news(REGISTERED, events.registration(number=0)).number is None

    def test_a_name_in_passing_is_not_believed(self) -> None:
        news = read_news(PASSING, events.passing(name="An Account"))

        assert news.learner is not None
        assert (news.in_passing, news.learner.given & {"name", "email"}) == (True, frozenset())


class TestGivenOneThatCannotBeRead:
    @pytest.mark.parametrize(
        ("event_type", "told", "reason"),
        [
            (REGISTERED, {}, "user is missing"),
            (REGISTERED, events.registration(username=""), "username"),
            (ENROLLED, events.enrollment(course_id="no key"), "course_key"),
            (ENROLLED, events.enrollment(mode=""), "mode"),
            (GRADE, with_user_id("seven"), "user_id"),
            (GRADE, events.grade(percent=17.0), "percent"),
            (APPROVED, events.attempt(expires="tomorrow"), "expiration_date"),
            (CATALOG, {"catalog_info": {"course_key": COURSE}}, "schedule_data is missing"),
        ],
    )
    def test_the_reason_names_the_field(self, event_type: str, told: Mapping[str, Any], reason: str) -> None:
        with pytest.raises(Unreadable, match=reason):
            read_news(event_type, told)
