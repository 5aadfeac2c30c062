"""A learner who earns a certificate, and what stands against one."""

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from webapp.domain.certificates.eligibility import Path
from webapp.domain.certificates.facts import CourseFacts, Facts
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""The moment of judging."""

RULES: dict[Path, dict[str, Any]] = {
    Path.ALLOWLIST: {"on_allowlist": True},
    Path.REGULAR: {},
    Path.QUEUE: {"html": False, "queue_configured": True},
}
"""What brings a learner under each table of rules."""

AGAINST: dict[str, dict[str, Any]] = {
    "course_unknown": {"known": False},
    "ccx": {"ccx": True},
    "beta_tester": {"beta_tester": True},
    "not_passing": {"passed": False},
    "invalidated": {"invalidated": True, "invalidated_by": "sam"},
    "not_enrolled": {"mode": None},
    "mode_not_eligible": {"mode": "audit"},
    "id_not_verified": {"mode": "verified", "id_status": "denied"},
    "already_issued": {"status": Status.DOWNLOADABLE},
    "in_flight": {"status": Status.GENERATING},
    "closed_status": {"status": Status.HONOR_PASSING},
    "no_delivery": {"html": False, "queue_configured": False},
    "no_name": {"name": ""},
    "not_allowed": {"allowed": False},
}
"""What makes each check fail, and no other."""

_OF_THE_COURSE = {field.name for field in fields(CourseFacts)}


def course(**changes: Any) -> CourseFacts:
    """A course run with web certificates and the regular rules, for verified learners."""
    values: dict[str, Any] = {
        "course_id": CourseId("course-v1:edX+DemoX+2026"),
        "now": NOW,
        "title": "Demonstration Course",
        "modes": (("audit", False), ("verified", True)),
        **changes,
    }
    return CourseFacts(**values)


def facts(**changes: Any) -> Facts:
    """A learner who earns a certificate; what is the course run's may be named beside what is the learner's."""
    here = {name: changes.pop(name) for name in _OF_THE_COURSE & changes.keys()}
    values: dict[str, Any] = {
        "course": course(**here),
        "learner_id": 1,
        "username": "ada",
        "name": "Ada Lovelace",
        "mode": "verified",
        "percent": Decimal("0.87"),
        "letter": "B",
        "passed": True,
        "id_status": "approved",
        **changes,
    }
    return Facts(**values)


def facts_under(path: Path, *codes: str, **changes: Any) -> Facts:
    """A learner judged by one table of rules, against whom the named checks speak."""
    named = dict(RULES[path])
    for code in codes:
        named |= AGAINST[code]
    return facts(**named | changes)


def speak_together(one: str, other: str) -> bool:
    """Say whether two checks can fail for one learner: a learner has one status and one mode."""
    shared = AGAINST[one].keys() & AGAINST[other].keys()
    return all(AGAINST[one][name] == AGAINST[other][name] for name in shared)
