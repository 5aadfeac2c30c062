"""Which analytics events do we tell, and what is in them (decision 45)?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain.certificates.modes import GenerationMode

CREATED = "edx.certificate.created"
REVOKED = "edx.certificate.revoked"
EVIDENCE_VISITED = "edx.certificate.evidence_visited"
SHARED = "edx.certificate.shared"
BADGE_EVIDENCE_VISITED = "edx.badge.assertion.evidence_visited"
MILESTONE_FULFILLED = "edx.course.milestone.fulfilled"
BADGE_CREATED = "edx.badge.assertion.created"
BADGE_REVOKED = "edx.badge.assertion.revoked"
"""Of ours: the platform never took a badge away."""
SWITCHED_ON = "edx.certificate.generation.enabled"
SWITCHED_OFF = "edx.certificate.generation.disabled"


@dataclass(frozen=True, slots=True)
class ToldBadge:
    """What is told of a badge: whose, for what, and where its documents are."""

    user_id: int | None
    course_id: str
    enrollment_mode: str
    assertion_id: str
    image_url: str
    json_url: str
    issuer: str

    @property
    def fields(self) -> dict[str, Any]:
        """Give it by the names that readers of the events know."""
        return {
            "user_id": self.user_id,
            "course_id": self.course_id,
            "enrollment_mode": self.enrollment_mode,
            "assertion_id": self.assertion_id,
            "assertion_image_url": self.image_url,
            "assertion_json_url": self.json_url,
            "issuer": self.issuer,
        }


def created(
    *,
    user_id: int | None,
    course_id: str,
    certificate_id: str,
    enrollment_mode: str,
    generation_mode: GenerationMode,
    at: datetime,
) -> dict[str, Any]:
    """Tell of a passing generation: a certificate was issued, or went to the queue to be made (domain note §3.1)."""
    said = _about(user_id, course_id, certificate_id, enrollment_mode) | {"generation_mode": generation_mode.value}
    return _event(CREATED, at, said)


def revoked(
    *, user_id: int | None, course_id: str, certificate_id: str, enrollment_mode: str, source: str, at: datetime
) -> dict[str, Any]:
    """Tell that a certificate that was issued is not valid any more (domain note §3.5)."""
    return _event(REVOKED, at, _about(user_id, course_id, certificate_id, enrollment_mode) | {"source": source})


def milestone_fulfilled(*, user_id: int | None, course_id: str, reason: str, at: datetime) -> dict[str, Any]:
    """Tell that a learner has passed a course run for the first time, and how it came to that (decision 46)."""
    return _event(MILESTONE_FULFILLED, at, {"user_id": user_id, "course_id": course_id, "reason": reason})


def evidence_visited(
    *,
    user_id: int | None,
    course_id: str,
    certificate_id: str,
    enrollment_mode: str,
    social_network: str | None,
    certificate_url: str,
    at: datetime,
) -> dict[str, Any]:
    """Tell that somebody else looked at a learner's certificate (domain note §6); never who."""
    about = _about(user_id, course_id, certificate_id, enrollment_mode)
    return _event(EVIDENCE_VISITED, at, about | _seen(social_network, certificate_url))


def shared(
    *,
    user_id: int | None,
    course_id: str,
    certificate_id: str,
    enrollment_mode: str,
    social_network: str,
    certificate_url: str,
    at: datetime,
) -> dict[str, Any]:
    """Tell that a learner's certificate was passed on (domain note §6); never by whom."""
    about = _about(user_id, course_id, certificate_id, enrollment_mode)
    return _event(SHARED, at, about | _seen(social_network, certificate_url))


def generation_switched(*, course_id: str, enabled: bool, at: datetime) -> dict[str, Any]:
    """Tell that a course run's self-generation was switched on or off (domain note §1.6)."""
    return _event(SWITCHED_ON if enabled else SWITCHED_OFF, at, {"course_id": course_id})


def badge_told(name: str, badge: ToldBadge, at: datetime) -> dict[str, Any]:
    """Tell that a badge was awarded or revoked (domain note §5, the later form), or followed to its certificate (§6)."""
    return _event(name, at, badge.fields)


def _seen(social_network: str | None, certificate_url: str) -> dict[str, Any]:
    return {"social_network": social_network, "certificate_url": certificate_url}


def _about(user_id: int | None, course_id: str, certificate_id: str, enrollment_mode: str) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "course_id": course_id,
        "certificate_id": certificate_id,
        "enrollment_mode": enrollment_mode,
    }


def _event(name: str, at: datetime, said: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "event_type": name, "time": at.isoformat(), "event_source": "server", "event": said}
