"""What does the instructor's page send, and how are its lists cut into pages?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, request

from webapp.domain.identifiers import storable
from webapp.domain.platform.instructor_answers import MOST_LEARNERS
from webapp.errors import UnknownCourse
from webapp.web.api.blueprint import address_here
from webapp.web.api.compat.blueprint import bp, json_sent, told
from webapp.web.errors.problems import Refused
from webapp.web.installation import settings

BASE = "/api/instructor/v2/courses/<course:course_id>"
USUAL, MOST = 25, 100
PAGES = {"page": "Which page, from 1.", "page_size": f"How many at most: 1 to {MOST}; {USUAL} where it is not given."}

PAGED: Mapping[str, Any] = {"refuses": (UnknownCourse,), "codes": {404: ("bad_page",)}}
"""What every list refuses."""


class BadField(Exception):
    """A field that cannot be taken; the answer is 400 and has its name."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep what the answer says."""
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@bp.errorhandler(BadField)
def _bad_field(problem: BadField) -> Response:
    """Answer 400 with the field's own name, beside the three that pages look for."""
    said = {problem.field: [problem.reason], **dict.fromkeys(("error", "message", "detail"), str(problem))}
    return told(said, 400)


def body() -> dict[str, Any]:
    """Give the object that was sent; raises Refused for anything else."""
    said = json_sent()
    if not isinstance(said, dict):
        raise Refused(400, "bad_json", "Send a JSON object.")
    return said


def text_in(said: dict[str, Any], field: str, *, most: int, needed: bool = True) -> str:
    """Give a text; raises BadField."""
    value = said.get(field, None if needed else "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise BadField(field, "Must be a text.")
    if len(value) > most or not storable(value):
        raise BadField(field, f"Must have {most} characters at most, of those that can be kept.")
    return value.strip()


def learners_in(said: dict[str, Any]) -> list[str]:
    """Give the learners who are named, each once; raises BadField."""
    value = said.get("learners")
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise BadField("learners", "Must be a list of user names or e-mail addresses.")
    if not 1 <= len(value) <= MOST_LEARNERS:
        raise BadField("learners", f"Must name 1 to {MOST_LEARNERS:,} learners.")
    return list(dict.fromkeys(one.strip() for one in value))


def paged(count: int, read: Callable[[int, int], Sequence[dict[str, Any]]]) -> Response:
    """Give the page that is asked for in the platform's envelope; `read` gets where it begins, and how many it has at most.

    Raises Refused, 404, for a page that is none.
    """
    size = _number("page_size", USUAL, most=MOST)
    number, pages = _number("page", 0) if "page" in request.args else 1, max(1, -(-count // size))
    if not 1 <= number <= pages:
        raise Refused(404, "bad_page", "Invalid page.")
    start = (number - 1) * size
    return told(
        {
            "count": count,
            "num_pages": pages,
            "current_page": number,
            "start": start,
            "next": _address(number + 1) if number < pages else None,
            "previous": _address(number - 1) if number > 1 else None,
            "results": [*read(start, size)] if count else [],
        }
    )


def _number(name: str, otherwise: int, *, most: int = 10**9) -> int:
    said = request.args.get(name, "")
    plain = said.isascii() and said.isdecimal() and len(said) < 10 and int(said) > 0
    return min(int(said), most) if plain else otherwise


def _address(page: int) -> str:
    return settings().base_url + address_here({**request.args.to_dict(), "page": page})
