"""What does a stranger send for each parameter and body, and what do the main answers look like?"""

from collections.abc import Callable, Mapping
from typing import Any

COURSE = "course-v1:Certdesk+Harbour+2026"
"""Of the demonstration data, as ada is: what stands on the page can be tried where `make run` serves."""
PARAMETERS: Mapping[str, Any] = {
    "change_id": 7,
    "course_id": COURSE,
    "key": "-",
    "kind": "generation",
    "number": 1,
    "run_id": 3,
    "username": "ada",
    "at": "2026-05-03T12:00:00Z",
    "created_from": "2026-05-01T00:00:00Z",
    "created_to": "2026-06-01T00:00:00Z",
    "from": "2026-05-01T00:00:00Z",
    "to": "2026-06-01T00:00:00Z",
    "email": "ada@example.org",
    "mode": "verified",
    "state": "pending,scheduled",
    "status": "downloadable",
    "user_agent": "edX-downloader/1.0",
    "If-Match": '"generation:-:v1"',
    "Idempotency-Key": "3f0d8c1e-5b7a-4e52-9a61-2f6f5c0b7d14",
}
"""Name of a parameter -> an example of what it says."""
_PARAMETERS_OF: Mapping[tuple[str, str], Any] = {
    ("changes", "If-Match"): '"c7-r1-pending-v1-w0f343b0931126a20f133d67c2b018a3b-e12"',
    ("runs", "state"): "running",
    ("configs", "from"): 1,
    ("configs", "to"): 2,
    ("platform", "user"): "ada",
}
"""The same where a name says something else under a tag."""


def parameter_of(tag: str, name: str) -> Any:  # noqa: ANN401 - any JSON
    """Give an example of a parameter of an operation with the tag; None where there is none."""
    return _PARAMETERS_OF.get((tag, name), PARAMETERS.get(name))


PAYLOADS: Mapping[str, tuple[str, Any]] = {
    "html-view": ("-", {"enabled": True, "configuration": {"default": {"platform_name": "Harbour Academy"}}}),
    "crawlers": ("-", {"enabled": True, "known_user_agents": ["edX-downloader", "Googlebot/"]}),
    "generation": ("-", {"enabled": True}),
    "course": (COURSE, {"self_generation_enabled": True, "use_updated": None}),
    "badge": ("verified", {"icon": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}),
    "badge-default": ("-", {"mode": "verified"}),
    "access": ("vera", {"roles": ["viewer", "editor"]}),
}
"""Kind -> one of its keys, and a payload of it."""
_REASON = "The spring courses have ended."


def proposal_of(kind: str) -> dict[str, Any]:
    """Give an example of a proposal to change a key of a kind."""
    key, payload = PAYLOADS[kind]
    return {
        "kind": kind,
        "key": key,
        "payload": payload,
        "title": "For the summer",
        "reason": "The summer courses begin soon.",
    }


def question_of(kind: str) -> dict[str, Any]:
    """Give an example of what is tried out of a kind."""
    key, payload = PAYLOADS[kind]
    return {"kind": kind, "key": key, "payload": payload}


def value_of(kind: str) -> dict[str, Any]:
    """Give an example of another value for a key of a kind."""
    return {"payload": PAYLOADS[kind][1], "reason": _REASON}


def part_of(kind: str) -> dict[str, Any]:
    """Give an example of a field of a value that shall be another."""
    name, value = next(iter(PAYLOADS[kind][1].items()))
    return {"payload": {name: value}, "reason": _REASON}


BY_KIND: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "Proposed": proposal_of,
    "Wondered": question_of,
    "Replaced": value_of,
    "Merged": part_of,
}
"""Name of a body's type that has a payload of any kind -> what gives an example of it by kind."""
BODIES: Mapping[str, Any] = {
    "Chosen": {"choices": {"enabled": "proposed"}},
    "Commented": {"note": "Does that hold for the summer courses, too?", "field": "enabled"},
    "Edited": {"reason": "The spring courses have ended, and the summer's have begun."},
    "Excepted": {"username": "ada", "course_id": COURSE, "notes": "Passed the exam on paper."},
    "Frozen": {"until": "2026-12-01T08:00:00Z", "reason": "The database moves to another machine."},
    "NamedLearner": {"username": "ada"},
    "NamedLearners": {"learners": ["ada", "grace@example.org"], "notes": "Passed the exam on paper."},
    "Noted": {"note": "Checked with the registrar."},
    "Removed": {"reason": "The course is not given any more."},
    "Reverted": {"note": "It was opened too early."},
    "RunWanted": {"student_set": "allowlisted"},
    "Started": {"course_id": COURSE, "purpose": "regenerate", "statuses": ["error"]},
    "SupportSubject": {"username": "ada", "course_key": COURSE},
    "Switch": {"enabled": True},
    "TakenBack": {"notes": "It was another learner."},
    "Typed": {"note": "Learners get certificates they have not earned.", "key": "-"},
    "Wished": {"username": "ada", "course_id": COURSE, "notes": "The grade came late."},
}
"""Name of a body's type -> an example of it."""
LINES = (
    {"type": "learner", "username": "ada", "email": "ada@example.org", "name": "Ada Lovelace", "external_id": 7},
    {"type": "grade", "username": "ada", "course_id": COURSE, "percent": 0.87, "letter": "B", "passed": True},
)
"""Records, as the platform sends them."""
_CERTIFICATE = {
    "id": 4711,
    "username": "ada",
    "course_id": COURSE,
    "status": "downloadable",
    "mode": "verified",
    "grade": "0.87",
    "name": "Ada Lovelace",
    "verify_uuid": "5f0c1b7a9d3e4c62b8a1f4e7d2c90b16",
    "certificate_url": "https://certificates.example.org/certificates/5f0c1b7a9d3e4c62b8a1f4e7d2c90b16",
    "download_url": None,
    "error_reason": "",
    "is_passing": True,
    "created_at": "2026-05-03T12:00:00Z",
    "modified_at": "2026-05-03T12:00:04Z",
    "issued_at": "2026-05-03T12:00:04Z",
}
ANSWERS: Mapping[str, Any] = {
    "Certificate": _CERTIFICATE,
    "CertificatePage": {"results": [_CERTIFICATE], "next": "WzQ3MTFd.Zm9yIGV4YW1wbGU"},
    "Explanation": {
        "decision": {"earned": False, "refused_by": "not_passing", "rules": "regular", "status": "notpassing"},
        "checks": [
            {
                "code": "not_passing",
                "passed": False,
                "fact": "Grade 48 %: not passing.",
                "advice": "Await a passing grade, or use the allowlist.",
            }
        ],
        "certificate": None,
        "timeline": [],
    },
    "Config": {
        "kind": "generation",
        "key": "-",
        "version": 1,
        "payload": {"enabled": False},
        "author": "certdesk",
        "approved_by": [],
        "applied_at": "2026-01-02T09:00:00Z",
        "reason": "What an installation begins with.",
        "open_change": 7,
        "change": 3,
    },
}
"""Name of an answer's type -> an example of it."""
