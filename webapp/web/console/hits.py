"""How is what the search found shown, on its page and beneath its box?"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.services.certificates.search import Found
from webapp.web.addresses import course_url, explanation_url, learner_url
from webapp.wording import Phrase, phrase


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    title: str
    subtitle: str
    url: str
    status: str | None = None
    """Of a certificate."""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind."""

    title: Phrase
    rows: Sequence[Hit]
    all_url: str = ""
    """The list of all of them; empty where these are all."""


LEARNERS, CERTIFICATES, COURSES = phrase("Learners"), phrase("Certificates"), phrase("Courses")
_LISTS = {LEARNERS: "learners.index_view", CERTIFICATES: "certificates.index_view", COURSES: "courses.index_view"}


def groups_of(found: Found) -> list[Group]:
    """Give what was found by kind; a kind of which nothing was found is left out."""
    groups = (
        Group(LEARNERS, [_learner(one) for one in found.learners]),
        Group(CERTIFICATES, [_certificate(one) for one in found.certificates]),
        Group(COURSES, [_course(one) for one in found.courses]),
    )
    return [group for group in groups if group.rows]


def short_groups_of(found: Found, query: str, most: int) -> list[Group]:
    """Give so many of each kind at most; where more may fit, with the address of the list that has them all.

    What the learners hold who are not shown was not looked for, so that certificates may be missing with them.
    """
    missing = found.learners[most:]
    return [
        Group(one.title, one.rows[:most], url_for(_LISTS[one.title], q=query))
        if one.rows[most:] or (missing and one.title == CERTIFICATES)
        else one
        for one in groups_of(found)
    ]


def _certificate(row: GeneratedCertificate) -> Hit:
    url = explanation_url(row.learner.username, row.course_id)
    return Hit(
        phrase("Certificate {number}", number=row.id), f"{row.learner.username}, {row.course_id}", url, row.status
    )


def _learner(row: Learner) -> Hit:
    return Hit(row.name or row.username, f"{row.username}, {row.email}", learner_url(row.username))


def _course(row: CourseRun) -> Hit:
    return Hit(row.title, row.course_id, course_url(row.course_id))
