"""Which analytics events do we tell, and what is in them (decision 45)?"""

from datetime import datetime
from typing import Any

from webapp.domain.certificates.modes import GenerationMode

CREATED = "edx.certificate.created"
REVOKED = "edx.certificate.revoked"
MILESTONE_FULFILLED = "edx.course.milestone.fulfilled"
BADGE_CREATED = "edx.badge.assertion.created"
SWITCHED_ON = "edx.certificate.generation.enabled"
SWITCHED_OFF = "edx.certificate.generation.disabled"


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


def generation_switched(*, course_id: str, enabled: bool, at: datetime) -> dict[str, Any]:
    """Tell that a course run's self-generation was switched on or off (domain note §1.6)."""
    return _event(SWITCHED_ON if enabled else SWITCHED_OFF, at, {"course_id": course_id})


def badge_created(
    *,
    user_id: int | None,
    course_id: str,
    enrollment_mode: str,
    assertion_id: str,
    image_url: str,
    json_url: str,
    issuer: str,
    at: datetime,
) -> dict[str, Any]:
    """Tell that a badge was awarded (domain note §5, the later form)."""
    said = {
        "user_id": user_id,
        "course_id": course_id,
        "enrollment_mode": enrollment_mode,
        "assertion_id": assertion_id,
        "assertion_image_url": image_url,
        "assertion_json_url": json_url,
        "issuer": issuer,
    }
    return _event(BADGE_CREATED, at, said)


def _about(user_id: int | None, course_id: str, certificate_id: str, enrollment_mode: str) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "course_id": course_id,
        "certificate_id": certificate_id,
        "enrollment_mode": enrollment_mode,
    }


def _event(name: str, at: datetime, said: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "event_type": name, "time": at.isoformat(), "event_source": "server", "event": said}
