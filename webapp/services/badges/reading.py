"""What does the world get to see of a badge now, and what do staff?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.badges import credentials, open_badges
from webapp.domain.badges.baking import bake
from webapp.domain.badges.credentials import Issuer
from webapp.domain.badges.open_badges import Achievement, Award
from webapp.domain.badges.slugs import SLUG_LENGTH
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.visibility import Publicity, stays_valid
from webapp.domain.identifiers import is_hex_32, storable
from webapp.models.badges import BadgeAward
from webapp.models.governance.versions import Blob
from webapp.services import certificate_pages, course_runs


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands at the address of an assertion."""

    publicity: Publicity
    document: Mapping[str, Any] | None = None
    """The assertion, or where it is gone that it is."""
    award: BadgeAward | None = None
    moved_to: str | None = None
    """Where a badge server shows the assertion that it has issued."""
    picture_at: str | None = None
    """Where it shows the picture with the assertion baked in."""


UNSEEN = Seen(Publicity.UNSEEN)


def find_award(session: Session, certificate_id: int) -> BadgeAward | None:
    """Give the badge that a certificate has brought, or that waits."""
    query = select(BadgeAward).where(BadgeAward.certificate_id == certificate_id)
    return session.scalar(query.order_by(BadgeAward.id).limit(1))


def find_assertion(session: Session, assertion_id: str, *, base_url: str, now: datetime) -> Seen:
    """Give what stands at the address of an assertion, whatever text was asked for: what its certificate allows now."""
    if not is_hex_32(assertion_id):
        return UNSEEN
    award = session.scalar(
        select(BadgeAward).where(BadgeAward.assertion_id == assertion_id, BadgeAward.state == BadgeState.AWARDED)
    )
    if award is None or award.awarded_at is None:
        return UNSEEN
    certificate = award.certificate
    course = course_runs.find_course(session, award.course_id)
    seen = certificate_pages.publicity_of(session, certificate, course, now)
    origin = certificate_pages.find_origin(session, certificate.id, certificate.status)
    if seen is Publicity.UNSEEN and stays_valid(certificate.status, origin):
        return UNSEEN  # its course run shows no certificates yet
    if seen is not Publicity.SHOWN:
        return Seen(Publicity.GONE, open_badges.revoked(assertion_id, base_url=base_url))
    if award.server_url:
        return Seen(seen, moved_to=award.server_url, picture_at=award.server_image_url or award.server_url)
    return Seen(seen, open_badges.assertion(_said(award, award.awarded_at), base_url=base_url), award)


def find_credential(session: Session, award: BadgeAward, issuer: Issuer, *, base_url: str) -> credentials.Claims:
    """Give what a signed badge says of an award that is there to be seen."""
    assert award.awarded_at is not None
    said, achieved = _said(award, award.awarded_at), achievement_of(session, award)
    return credentials.credential(said, achieved, award.status_number, issuer, base_url=base_url)


def find_baked(session: Session, award: BadgeAward, *, base_url: str) -> bytes | None:
    """Give the picture of an award with its assertion baked in."""
    picture = _find_picture(session, award)
    url = open_badges.assertion_url(base_url, award.assertion_id)
    return None if picture is None else bake(picture, url)


def find_class(session: Session, slug: str, *, base_url: str) -> Mapping[str, Any] | None:
    """Give what is awarded under a slug; None where nothing ever was."""
    award = _find_newest(session, slug)
    if award is None:
        return None
    return open_badges.badge_class(achievement_of(session, award), base_url=base_url)


def find_class_picture(session: Session, slug: str) -> bytes | None:
    """Give the picture of what is awarded under a slug: that of the newest award."""
    award = _find_newest(session, slug)
    return None if award is None else _find_picture(session, award)


def _find_newest(session: Session, slug: str) -> BadgeAward | None:
    if not storable(slug) or len(slug) > SLUG_LENGTH:
        return None
    query = select(BadgeAward).where(BadgeAward.class_slug == slug, BadgeAward.state == BadgeState.AWARDED)
    return session.scalar(query.order_by(BadgeAward.id.desc()).limit(1))


def _find_picture(session: Session, award: BadgeAward) -> bytes | None:
    return session.scalar(select(Blob.content).where(Blob.sha256 == award.image_sha256))


def _said(award: BadgeAward, awarded_at: datetime) -> Award:
    return Award(
        award.assertion_id,
        award.class_slug,
        award.identity or open_badges.hashed_identity(award.learner.email, award.salt),  # "": see record 36
        award.salt,
        awarded_at,
        award.certificate.verify_uuid,
    )


def achievement_of(session: Session, award: BadgeAward) -> Achievement:
    """Give what an award is awarded for."""
    course = course_runs.find_course(session, award.course_id)
    if course is None:
        return Achievement(award.class_slug, award.course_id, award.mode)
    return Achievement(award.class_slug, course.title, award.mode, course.start, course.end)
