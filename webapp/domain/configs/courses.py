"""What may staff settle for one course run (domain note §1.6, decisions 37, 42)?"""

from typing import Any

from webapp.domain.configs.payloads import read_payload, truth
from webapp.domain.configs.proposals import BadPayload, Checked, Payload, Problem, Proposal, check_deletion, refused
from webapp.domain.identifiers import BadCourseId, parse_course_id

_UNSET: Payload = {"self_generation_enabled": False, "use_updated": None}
_RULES = {
    None: "The course record will say by which rules {course} is judged.",
    True: "{course} will be judged by the regular rules, whatever the course record says.",
    False: "{course} will be judged by the rules of the queue, whatever the course record says.",
}


def parse(value: object) -> dict[str, Any]:
    """Read `{"self_generation_enabled": bool, "use_updated": bool or null}`; raises BadPayload."""
    return read_payload(value, {"self_generation_enabled": truth, "use_updated": _truth_or_null})


def parse_key(key: str) -> str:
    """Give the canonical course key; raises BadPayload."""
    try:
        return parse_course_id(key)
    except BadCourseId:
        raise BadPayload([Problem("key", "Must be a course key such as course-v1:Org+Course+Run.")]) from None


def check(proposal: Proposal) -> Checked:
    """Refuse settings of an unknown course, and opening a PDF course whose examples have not all succeeded.

    What is open already stays so while other settings change. A deletion needs no course: it may be long gone.
    """
    if proposal.payload is None:
        return check_deletion(proposal)
    course = proposal.around.course
    if course is None:
        return refused("key", "The platform has told nothing of this course run.")
    opens = (
        proposal.payload["self_generation_enabled"]
        and not proposal.live.get(proposal.key, _UNSET)["self_generation_enabled"]
    )
    if opens and course.delivers_pdf and not course.examples_succeeded:
        reason = (
            "Can be switched on for a course that issues PDFs once its newest example certificates have all succeeded."
        )
        return refused("self_generation_enabled", reason)
    return Checked()


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say what the change does; no row means closed, and judged as the course record says."""
    course = key or "the course"
    was, will = before or _UNSET, after or _UNSET
    found = []
    if after is None and before is not None:
        found.append(f"The settings of {course} will be removed.")
    if will["self_generation_enabled"] != was["self_generation_enabled"]:
        switched = "on for" if will["self_generation_enabled"] else "off for"
        found.append(f"Self-generation will be switched {switched} {course}.")
    if will["use_updated"] != was["use_updated"]:
        said = _RULES[will["use_updated"]].format(course=course)
        found.append(said[:1].upper() + said[1:] if not key else said)
    if not found and before != after:
        found.append(f"The settings of {course} will be written down as they are in force without any.")
    return tuple(found)


def _truth_or_null(path: str, value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise BadPayload([Problem(path, "Must be true, false, or null for what the course record says.")])
    return value
