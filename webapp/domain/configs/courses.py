"""What may staff settle for one course run (domain note §1.6, decisions 37, 42)?"""

from collections.abc import Iterable
from typing import Any, Protocol

from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.configs.payloads import Field, or_null, read_payload, switch
from webapp.domain.configs.proposals import BadPayload, Checked, Payload, Problem, Proposal, check_deletion, refused
from webapp.domain.identifiers import COURSE_ID_LENGTH, BadCourseId, parse_course_id
from webapp.wording import Phrase, phrase

UNSET: Payload = {"self_generation_enabled": False, "use_updated": None}
"""What is in force where nobody has settled anything."""
_RULES = {
    None: (
        phrase("The course record will say by which rules {course} is judged."),
        phrase("The course record will say by which rules the course is judged."),
    ),
    True: (
        phrase("{course} will be judged by the regular rules, whatever the course record says."),
        phrase("The course will be judged by the regular rules, whatever the course record says."),
    ),
    False: (
        phrase("{course} will be judged by the rules of the queue, whatever the course record says."),
        phrase("The course will be judged by the rules of the queue, whatever the course record says."),
    ),
}
_SWITCHED = {
    True: (
        phrase("Self-generation will be switched on for {course}."),
        phrase("Self-generation will be switched on for the course."),
    ),
    False: (
        phrase("Self-generation will be switched off for {course}."),
        phrase("Self-generation will be switched off for the course."),
    ),
}


class Example(Protocol):
    """One of the newest examples of a course run."""

    @property
    def status(self) -> ExampleStatus:
        """What came of it."""

    @property
    def rendered_here(self) -> bool:
        """True for the example of a web certificate."""


def may_open(newest: Iterable[Example], *, html: bool) -> bool:
    """Say whether learners may be let ask for themselves: of PDFs once the newest examples all succeeded (decision 42).

    Web certificates need none, whatever became of their examples: a page that fails can be mended and is whole again,
    while a PDF stays as it was made.
    """
    found = list(newest)
    succeeded = all(one.status is ExampleStatus.SUCCESS and not one.rendered_here for one in found)
    return html or (bool(found) and succeeded)


def parse(value: object) -> dict[str, Any]:
    """Read `{"self_generation_enabled": bool, "use_updated": bool or null}`; raises BadPayload."""
    return read_payload(value, FIELDS)


def parse_key(key: str) -> str:
    """Give the canonical course key; raises BadPayload."""
    try:
        return parse_course_id(key)
    except BadCourseId:
        raise BadPayload([Problem("key", phrase("Must be a course key such as course-v1:Org+Course+Run."))]) from None


def check(proposal: Proposal) -> Checked:
    """Refuse settings of an unknown course, and opening a PDF course whose examples have not all succeeded.

    What is open already stays so while other settings change. A deletion needs no course: it may be long gone.
    """
    if proposal.payload is None:
        return check_deletion(proposal)
    course = proposal.around.course
    if course is None:
        return refused("key", phrase("The platform has told nothing of this course run."))
    opens = (
        proposal.payload["self_generation_enabled"]
        and not proposal.live.get(proposal.key, UNSET)["self_generation_enabled"]
    )
    if opens and not course.may_open:
        reason = phrase(
            "Can be switched on for a course that issues PDFs once its newest example certificates have all succeeded."
        )
        return refused("self_generation_enabled", reason)
    return Checked()


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say what the change does; no row means closed, and judged as the course record says."""
    was, will = before or UNSET, after or UNSET
    found = []
    if after is None and before is not None:
        found.append(
            _of(
                key,
                phrase("The settings of {course} will be removed."),
                phrase("The settings of the course will be removed."),
            )
        )
    if will["self_generation_enabled"] != was["self_generation_enabled"]:
        found.append(_of(key, *_SWITCHED[bool(will["self_generation_enabled"])]))
    if will["use_updated"] != was["use_updated"]:
        found.append(_of(key, *_RULES[will["use_updated"]]))
    if not found and before != after:
        found.append(
            _of(
                key,
                phrase("The settings of {course} will be written down as they are in force without any."),
                phrase("The settings of the course will be written down as they are in force without any."),
            )
        )
    return tuple(found)


def _of(course: str, named: Phrase, unnamed: Phrase) -> str:
    return Phrase(named.template, {"course": course}) if course else unnamed


def _truth_or_null(path: str, value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise BadPayload([Problem(path, phrase("Must be true, false, or null for what the course record says."))])
    return value


FIELDS = {
    "self_generation_enabled": switch("Whether learners of the course run may ask for their certificates themselves."),
    "use_updated": Field(
        _truth_or_null,
        or_null(
            {"type": "boolean"},
            "true: judged by the regular rules; false: by those of the queue; null: as the course record says.",
        ),
    ),
}
KEY = {
    "type": "string",
    "minLength": 1,
    "maxLength": COURSE_ID_LENGTH,
    "description": "A course run's key, such as `course-v1:Org+Course+Run`.",
}
"""The shape of a key."""
