"""What do the documents of a badge say (Open Badges 2.0, hosted; ecosystem note §3.1)?"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain.certificates.visibility import page_url

CONTEXT = "https://w3id.org/openbadges/v2"
MEDIA_TYPE = "application/ld+json"
REVOKED_REASON = "The certificate that this badge stands for is not valid any more."
EVIDENCE = "The certificate, as the issuer shows it."
IDENTITY_LENGTH = 71
"""`sha256$` and 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Achievement:
    """What a badge is awarded for."""

    slug: str
    course_name: str
    mode: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """That a learner has a badge."""

    assertion_id: str
    slug: str
    identity: str
    """The salted digest of the learner's address, as `hashed_identity` gives it."""
    salt: str
    awarded_at: datetime
    verify_uuid: str
    """The public id of the certificate; empty for one without a page."""


def issuer_url(base_url: str) -> str:
    """Give the address of who awards."""
    return f"{base_url}/badges/issuer"


def class_url(base_url: str, slug: str) -> str:
    """Give the address of what is awarded."""
    return f"{base_url}/badges/classes/{slug}"


def assertion_path(assertion_id: str) -> str:
    """Give the path of what says that somebody was awarded a badge."""
    return f"/badges/assertions/{assertion_id}"


def assertion_url(base_url: str, assertion_id: str) -> str:
    """Give the address of what says that somebody was awarded a badge."""
    return base_url + assertion_path(assertion_id)


def picture_url(document_url: str) -> str:
    """Give the address of the picture of a class, or of the baked one of an assertion."""
    return f"{document_url}.png"


def issuer(*, base_url: str, name: str, email: str) -> dict[str, Any]:
    """Give the profile of who awards."""
    about = {"name": name, "url": base_url, "email": email}
    return {"@context": CONTEXT, "type": "Profile", "id": issuer_url(base_url), **about}


def badge_class(achievement: Achievement, *, base_url: str) -> dict[str, Any]:
    """Give what is awarded, and for what."""
    url = class_url(base_url, achievement.slug)
    said = description(achievement)
    return {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": url,
        "name": achievement.course_name,
        "description": said,
        "image": picture_url(url),
        "criteria": {"narrative": said},
        "issuer": issuer_url(base_url),
    }


def description(achievement: Achievement) -> str:
    """Say what was done; with its dates where the course run has an end (domain note §5)."""
    about = achievement.mode
    if achievement.end is not None:
        start = f"{achievement.start:%Y-%m-%d}" if achievement.start else ""
        about = f"{about}, {start} - {achievement.end:%Y-%m-%d}"
    return f'Completed the course "{achievement.course_name}" ({about})'


def assertion(award: Award, *, base_url: str) -> dict[str, Any]:
    """Say that somebody has a badge: whoever knows their address can tell that it is theirs, others learn nothing of it."""
    url = assertion_url(base_url, award.assertion_id)
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": url,
        "recipient": {"type": "email", "hashed": True, "salt": award.salt, "identity": award.identity},
        "badge": class_url(base_url, award.slug),
        "verification": {"type": "HostedBadge"},
        "issuedOn": moment(award.awarded_at),
        "image": picture_url(url),
    }
    if award.verify_uuid:
        page = f"{page_url(base_url, award.verify_uuid)}?evidence_visit=1"
        said["evidence"] = [{"id": page, "narrative": EVIDENCE}]
    return said


def moment(at: datetime) -> str:
    """Say when, with the zone and in whole seconds: validators drop the rest of their copy, and then call it a forgery."""
    return at.isoformat(timespec="seconds")


def revoked(assertion_id: str, *, base_url: str) -> dict[str, Any]:
    """Say that a badge is not valid any more, and nothing else: with more in it validators take it for valid."""
    return {
        "@context": CONTEXT,
        "id": assertion_url(base_url, assertion_id),
        "type": "Assertion",
        "revoked": True,
        "revocationReason": REVOKED_REASON,
    }


def hashed_identity(email: str, salt: str) -> str:
    """Give the digest by which whoever knows the learner's address can tell that the badge is theirs."""
    return "sha256$" + hashlib.sha256((email + salt).encode()).hexdigest()
