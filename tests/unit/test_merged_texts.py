"""Are the texts of certificates merged once for a version of their configuration, and never an earlier one shown?"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from webapp.domain.certificates.page_context import Merged
from webapp.domain.identifiers import CourseId
from webapp.services.caching.merged import MergedTexts, RecordedCourse

COURSE = RecordedCourse(CourseId("course-v1:edX+DemoX+2026"), "Demonstration")


class Live:
    """A configuration that goes live, each time as another object."""

    def __init__(self, platform: str = "Academy", *, sites: Mapping[str, Any] | None = None) -> None:
        self.payload: Mapping[str, Any] = {}
        self.change(platform, sites=sites)

    def change(self, platform: str, *, sites: Mapping[str, Any] | None = None) -> None:
        default = {"platform_name": platform}
        self.payload = {"enabled": True, "configuration": {"default": default, "sites": sites or {}}}

    def __call__(self) -> Mapping[str, Any]:
        return self.payload


def find(texts: MergedTexts, **other: Any) -> Merged:  # noqa: ANN401 - what a test is about
    asked = {"course": COURSE, "mode": "honor", "site": "desk", "year": 2026, "language": "en", "voice": None, **other}
    return texts.find(asked.pop("course"), asked.pop("mode"), **asked)


def test_who_asks_again_gets_what_was_merged() -> None:
    texts = MergedTexts(Live("Academy"))

    first, again = find(texts), find(texts)

    assert again is first
    assert first.values["platform_name"] == "Academy"
    assert (texts.numbers().entries, texts.numbers().hits, texts.numbers().misses) == (1, 1, 1)


def test_another_version_is_shown_at_once() -> None:
    live = Live("Academy")
    texts = MergedTexts(live)
    find(texts)

    live.change("University")

    assert find(texts).values["platform_name"] == "University"
    assert texts.numbers().entries == 1


@pytest.mark.parametrize(
    "other",
    [
        {"course": RecordedCourse(CourseId("course-v1:edX+DemoX+2027"), "Demonstration")},
        {"course": RecordedCourse(COURSE.course_id, "Renamed")},
        {"course": RecordedCourse(COURSE.course_id, COURSE.title, json.dumps({"title": "Titled"}))},
        {"mode": "verified"},
        {"year": 2027},
        {"language": "ar"},
        {"site": "campus"},
    ],
)
def test_what_is_merged_of_other_things_is_another(other: dict[str, Any]) -> None:
    texts = MergedTexts(Live(sites={"campus": {"platform_name": "Campus"}}))

    assert find(texts, **other) is not find(texts)
    assert texts.numbers().misses == 2


def test_hosts_that_nobody_configured_are_one() -> None:
    texts = MergedTexts(Live())

    merged = {id(find(texts, site=f"host{number}")) for number in range(50)}

    assert (len(merged), texts.numbers().entries) == (1, 1)


def test_the_platforms_object_is_read() -> None:
    course = RecordedCourse(
        COURSE.course_id, "Run", json.dumps({"title": "Titled", "signatories": [{"name": "Žofie"}]})
    )

    merged = find(MergedTexts(Live()), course=course)

    assert merged.values["accomplishment_copy_course_name"] == "Titled"
    assert [one.name for one in merged.values["signatories"]] == ["Žofie"]


@pytest.mark.parametrize("certificate", [None, "", "null"])
def test_a_course_without_one_has_its_texts_too(certificate: str | None) -> None:
    course = RecordedCourse(COURSE.course_id, "Run", certificate)

    assert find(MergedTexts(Live()), course=course).values["accomplishment_copy_course_name"] == "Run"


def test_who_empties_it_has_everything_merged_anew() -> None:
    texts = MergedTexts(Live())
    first = find(texts)

    texts.forget()

    assert texts.numbers().entries == 0
    assert find(texts) is not first
