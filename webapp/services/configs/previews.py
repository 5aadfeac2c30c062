"""How do certificates look under a configuration of their pages, and what of it cannot be shown (approvals note §4)?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page.addresses import site_of
from webapp.domain.certificates.page_context import (
    INSTALLATION,
    CertificateTexts,
    CourseTexts,
    Page,
    build_page,
)
from webapp.domain.identifiers import BadCourseId, CourseId, organisation_of, parse_course_id
from webapp.models.courses import CourseMode, CourseRun
from webapp.ports import PageBroken, PageRenderer
from webapp.services.certificate_pages import texts_of
from webapp.services.course_runs import get_course, unknown_course
from webapp.wording import phrase

COURSES_TRIED = 1_000
SAMPLE_COURSE = CourseTexts(
    CourseId("course-v1:Sample+Course+2026"),
    "A Sample Course: How Certificates Look",
    {"signatories": [{"name": "Robin Example", "title": "Professor of Samples", "organization": "Sample University"}]},
)
_ON = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """A learner who does not exist, with a certificate whose public id leads nowhere; `what` says what is tried by it."""

    what: str
    name: str
    verify_uuid: str
    shown_on: datetime = _ON


SAMPLES = (
    Sample(phrase("an ordinary name"), "Robin Sample", f"{1:032x}"),
    Sample(
        phrase("a long name"), "Maria Wilhelmina Alexandrina Oyelaran-Featherstonehaugh von Hohenlohe-Schillingsfürst", f"{2:032x}"
    ),
    Sample(phrase("a name from right to left"), "عائشة بنت عبد الرحمن القرطبية", f"{3:032x}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """A rendered page, the hosts that its policy must let pictures come from, and what had to be left out of it."""

    html: str | None
    """None where the page cannot be rendered; the last of the flaws says why."""
    picture_origins: tuple[str, ...]
    flaws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that cannot be shown: by which part of the payload or on which course run, and in which mode.

    `where` is a path such as `configuration.organizations.edX`, or a course key; `mode` is empty where it is so in every mode.
    """

    where: str
    mode: str
    problem: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a configuration on the course runs that there are: on how many, and whether there are more."""

    flaws: tuple[Flaw, ...]
    looked_at: int
    more: bool


def previewed_modes(html_view: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the modes to look at: all that we know, and those that the configuration names beside them."""
    parts = _configuration(html_view)
    others = [name for name in parts if name not in ("default", *_SECTIONS) and name not in set(Mode)]
    return (*(mode.value for mode in Mode), *others)


def preview_certificate(
    session: Session,
    html_view: Mapping[str, Any],
    *,
    course_id: str | None,
    mode: str,
    sample: Sample,
    base_url: str,
    now: datetime,
    render: PageRenderer,
    site: str | None = None,
) -> Preview:
    """Render the certificate of a sample learner as the public page would be; raises UnknownCourse.

    Without a course run a sample one is taken; `site` is the key of a site, without one that of our own address.
    """
    course = SAMPLE_COURSE if course_id is None else texts_of(get_course(session, _parsed(course_id)))
    page = _page(html_view, course, mode, sample, _Place(base_url, now), site)
    try:
        return Preview(render(page.values), page.picture_origins, page.flaws)
    except PageBroken as problem:
        return Preview(None, page.picture_origins, (*page.flaws, str(problem)))


def find_flaws(
    session: Session, html_view: Mapping[str, Any], *, base_url: str, now: datetime, render: PageRenderer
) -> tuple[Flaw, ...]:
    """Render a certificate of every mode, and of each organisation, site and course that is named, and give what fails.

    What is wrong with a named course run's own record is left out: no configuration can help it. A configuration
    that is not enabled shows nothing, so that only the built-in texts are tried.
    """
    place, parts = _Place(base_url, now), _configuration(html_view) if html_view.get("enabled") is True else {}

    def failing(course: CourseTexts, mode: str, site: str | None = None) -> tuple[str, ...]:
        page = _page(html_view, course, mode, SAMPLES[0], place, site)
        return (*page.flaws, *_broken(render, page))

    by_mode = {mode: failing(SAMPLE_COURSE, mode) for mode in previewed_modes({"configuration": parts})}
    always = [one for one in by_mode[Mode.HONOR] if all(one in found for found in by_mode.values())]
    flaws = [Flaw("configuration.default", "", one) for one in always]
    flaws += [
        Flaw(f"configuration.{mode}", mode, one)
        for mode, found in by_mode.items()
        for one in found
        if one not in always
    ]
    known = {*by_mode[Mode.HONOR]}
    for section, courses_of in _SECTIONS.items():
        for name, course in courses_of(session, _part(parts, section)):
            where = f"configuration.{section}.{name}"
            if course is None:
                flaws.append(Flaw(where, "", phrase("no certificate can be found by that name")))
                continue
            own = {*_page(INSTALLATION, course, Mode.HONOR, SAMPLES[0], place).flaws}
            found = failing(course, Mode.HONOR, name if section == "sites" else None)
            flaws += [Flaw(where, "", one) for one in found if one not in known | own]
    return tuple(flaws)


def try_on_courses(
    session: Session,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    base_url: str,
    now: datetime,
    most: int = COURSES_TRIED,
) -> Trial:
    """Merge the pages of the newest course runs in each mode that they offer, and give what fails after and not before.

    Nothing is rendered. What fails on a sample course as well is left out: `find_flaws` tells of it once, not for each.
    """
    place, sample = _Place(base_url, now), SAMPLES[0]
    courses = session.scalars(select(CourseRun).order_by(CourseRun.id.desc()).limit(most + 1)).all()
    modes = _offered(session, [course.course_id for course in courses[:most]])
    flaws: list[Flaw] = []
    for course in courses[:most]:
        texts = texts_of(course)
        for mode in modes.get(course.course_id, [Mode.HONOR.value]):
            known = {*_page(before, texts, mode, sample, place).flaws}
            found = [one for one in _page(after, texts, mode, sample, place).flaws if one not in known]
            common = {*_page(after, SAMPLE_COURSE, mode, sample, place).flaws} if found else set()
            flaws += [Flaw(course.course_id, mode, one) for one in found if one not in common]
    return Trial(tuple(flaws), len(courses[:most]), more=len(courses) > most)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when a page is looked at."""

    base_url: str
    now: datetime


def _page(
    html_view: Mapping[str, Any], course: CourseTexts, mode: str, sample: Sample, place: _Place, site: str | None = None
) -> Page:
    texts = CertificateTexts(sample.name, mode, sample.verify_uuid, sample.shown_on)
    own_site = site_of(place.base_url.partition("://")[2])
    site = own_site if site is None else site
    return build_page(html_view, course, texts, base_url=place.base_url, site=site, now=place.now)


def _broken(render: PageRenderer, page: Page) -> Iterator[str]:
    try:
        render(page.values)
    except PageBroken as problem:
        yield str(problem)


def _offered(session: Session, course_ids: Sequence[str]) -> Mapping[str, list[str]]:
    query = select(CourseMode.course_id, CourseMode.mode).where(CourseMode.course_id.in_(course_ids), CourseMode.active)
    modes: dict[str, list[str]] = defaultdict(list)
    for course_id, mode in session.execute(query.order_by(CourseMode.course_id, CourseMode.mode)):
        modes[course_id].append(mode)
    return modes


def _configuration(html_view: Mapping[str, Any]) -> Mapping[str, Any]:
    return _part(html_view, "configuration")


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = whole.get(key)
    return found if isinstance(found, Mapping) else {}


def _parsed(course_id: str) -> CourseId:
    try:
        return parse_course_id(course_id)
    except BadCourseId:
        raise unknown_course(course_id) from None


_Found = Iterable[tuple[str, CourseTexts | None]]


def _of_organisations(_session: Session, names: Iterable[str]) -> _Found:
    """A sample course of each organisation, in the spelling that its name allows."""
    for name in names:
        keys = [CourseId(key) for key in (f"course-v1:{name}+Course+2026", f"{name}/Course/2026") if _is_key(key)]
        key = next((key for key in keys if organisation_of(key) == name), None)
        yield name, None if key is None else CourseTexts(key, SAMPLE_COURSE.title, SAMPLE_COURSE.certificate)


def _of_sites(_session: Session, names: Iterable[str]) -> _Found:
    return ((name, SAMPLE_COURSE if name and site_of(name) == name else None) for name in names)


def _of_courses(session: Session, names: Iterable[str]) -> _Found:
    """Each course run as its record says, and one that nobody told of with the sample's texts."""
    query = select(CourseRun).where(CourseRun.course_id.in_([name for name in names if _is_key(name)]))
    known = {course.course_id: texts_of(course) for course in session.scalars(query)}
    for name in names:
        unknown = CourseTexts(CourseId(name), SAMPLE_COURSE.title, SAMPLE_COURSE.certificate)
        yield name, known.get(name, unknown) if _is_key(name) else None


def _is_key(text: str) -> bool:
    try:
        return parse_course_id(text) == text
    except BadCourseId:
        return False


_SECTIONS: Mapping[str, Callable[[Session, Iterable[str]], _Found]] = {
    "organizations": _of_organisations,
    "sites": _of_sites,
    "courses": _of_courses,
}
"""The parts of a configuration that hold a layer for each name in them, and by which course run each layer is tried."""
