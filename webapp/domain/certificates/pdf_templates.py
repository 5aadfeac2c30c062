"""In which mode is an earned certificate made, from which PDF template, and who makes it?"""

from dataclasses import dataclass

from webapp.domain.certificates.eligibility import Decision, Path, has_id_or_needs_none
from webapp.domain.certificates.facts import Facts, grade_text
from webapp.domain.certificates.modes import Mode, asks_id_verification
from webapp.domain.identifiers import COURSE_ID_LENGTH, CourseId, course_of, organisation_of
from webapp.domain.queue.requests import grade_label

_BECOMES_VERIFIED = frozenset({Mode.CREDIT, Mode.MASTERS})
_FILE_NAME = "certificate-template-{}-{}{}.pdf"
_SUFFIX_VERIFIED = "-verified"

# The most that a key leaves to organisation and course is all but "//" and a run of one letter, as the old spelling has it.
TEMPLATE_LENGTH = len(_FILE_NAME.format("", "", _SUFFIX_VERIFIED)) + COURSE_ID_LENGTH - len("//r")
"""How long the file name of a course run's own template can be."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a certificate will say, and how it is made."""

    mode: str
    name: str
    grade: str
    through_queue: bool
    template: str = ""
    label: str | None = None


def design(decision: Decision) -> Design:
    """Give what an earned certificate will say; the mode is mapped where the queue's rules or the queue itself ask for it.

    Raises ValueError for a decision that refuses.
    """
    facts = decision.facts
    if not decision.earned or facts.mode is None:
        raise ValueError("nothing is made of a refusal")
    mapped = decision.path is Path.QUEUE or not facts.course.html
    mode, template = choose_template(facts) if mapped else (facts.mode, "")
    return Design(
        mode=mode,
        name=facts.name,
        grade=grade_text(facts.percent),
        through_queue=not facts.course.html,
        template="" if facts.course.html else template,
        label=grade_label(facts.letter, forced=facts.forced_label if facts.passed_by_staff else None),
    )


def choose_template(facts: Facts) -> tuple[str, str]:
    """Give the certificate's mode and PDF template (domain note §3.6, table 6); raises ValueError without an enrollment."""
    if facts.mode is None:
        raise ValueError("no enrollment, no mode")
    mode = Mode.VERIFIED.value if facts.mode in _BECOMES_VERIFIED else facts.mode
    plain = example_template(facts.course.course_id, verified=False)
    if facts.template:
        return mode, facts.template
    if not asks_id_verification(facts.mode):
        return facts.mode, plain
    if has_id_or_needs_none(facts):
        return mode, example_template(facts.course.course_id, verified=True)
    return Mode.HONOR.value if facts.course.offers_honor else facts.mode, plain


def example_template(course_id: CourseId, *, verified: bool) -> str:
    """Give the file name of a course run's own template (domain note §1.5)."""
    suffix = _SUFFIX_VERIFIED if verified else ""
    return _FILE_NAME.format(organisation_of(course_id), course_of(course_id), suffix)
