"""How is what the search found shown, on its page and beneath its box?"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.services.certificates.search import Found
from webapp.web.addresses import course_url, explanation_url, learner_url
from webapp.wording import phrase


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

    title: str
    rows: Sequence[Hit]


def groups_of(found: Found) -> list[Group]:
    """Give what was found by kind; a kind of which nothing was found is left out."""
    groups = (
        Group(phrase("Learners"), [_learner(one) for one in found.learners]),
        Group(phrase("Certificates"), [_certificate(one) for one in found.certificates]),
        Group(phrase("Courses"), [_course(one) for one in found.courses]),
    )
    return [group for group in groups if group.rows]


def _certificate(row: GeneratedCertificate) -> Hit:
    url = explanation_url(row.learner.username, row.course_id)
    return Hit(
        phrase("Certificate {number}", number=row.id), f"{row.learner.username}, {row.course_id}", url, row.status
    )


def _learner(row: Learner) -> Hit:
    return Hit(row.name or row.username, f"{row.username}, {row.email}", learner_url(row.username))


def _course(row: CourseRun) -> Hit:
    return Hit(row.title, row.course_id, course_url(row.course_id))
