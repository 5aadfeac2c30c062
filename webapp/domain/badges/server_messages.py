"""What is said to a badge server that issues in our place, and what does it answer (Badgr v1, domain note §5)?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.badges import open_badges
from webapp.domain.badges.open_badges import Achievement
from webapp.domain.configs.badges import MIME
from webapp.domain.identifiers import is_web_address, storable

URL_LENGTH = 2048
PICTURE = ("badge.png", MIME)
"""Under which name, and as what, the picture of a class is handed over."""


class BadReply(ValueError):
    """What came is no answer of such a server; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class BadgeOrder:
    """A badge that a server shall issue: what is awarded, with its picture, to whom, and on which evidence.

    `earlier` are addresses that it was asked for with before, of which one may have it, its answer lost.
    """

    slug: str
    name: str
    criteria: str
    description: str
    picture: bytes = field(repr=False)
    email: str = field(repr=False)
    evidence: str
    earlier: tuple[str, ...] = field(default=(), repr=False)

    @property
    def class_fields(self) -> dict[str, str]:
        """The fields of what is awarded, beside its picture."""
        return {"name": self.name, "slug": self.slug, "criteria": self.criteria, "description": self.description}

    @property
    def assertion_fields(self) -> dict[str, str]:
        """The fields of its award; without a page of the certificate there is no evidence."""
        return {"email": self.email} | ({"evidence": self.evidence} if self.evidence else {})


@dataclass(frozen=True, slots=True)
class Issued:
    """A badge as a server has issued it: where its assertion and its picture are, and by whom; and all that it said."""

    url: str
    image_url: str
    issuer: str
    reply: Mapping[str, Any] = field(repr=False)


def order(
    achievement: Achievement,
    *,
    picture: bytes,
    email: str,
    evidence: str,
    base_url: str,
    earlier: Sequence[str] = (),
) -> BadgeOrder:
    """Give what is to be said of a badge; its criteria are read at our own page of what is awarded."""
    return BadgeOrder(
        slug=achievement.slug,
        name=achievement.course_name,
        criteria=open_badges.class_url(base_url, achievement.slug),
        description=open_badges.description(achievement),
        picture=picture,
        email=email,
        evidence=evidence,
        earlier=tuple(earlier),
    )


def parse_issued(text: str) -> Issued:
    """Read the answer to an award; raises BadReply where it does not say where the assertion is."""
    return _issued(_json(text))


def parse_slug(text: str) -> str:
    """Read under which slug a class was made; raises BadReply."""
    reply = _json(text)
    slug = reply.get("slug") if isinstance(reply, dict) else None
    if not isinstance(slug, str) or not slug:
        raise BadReply("it does not say under which slug the badge class is")
    return slug


def find_issued(text: str, email: str) -> Issued | None:
    """Find an address among the awards of a class, as its server lists them, None where it is not; raises BadReply.

    Servers compare addresses without regard to case, and so do we: a badge that is there is not issued again.
    """
    listed = _json(text)
    if not isinstance(listed, list):
        raise BadReply("the list of awards is no list")
    for one in listed:
        if isinstance(one, dict) and email.casefold() in _recipients(one) and one.get("revoked") is not True:
            return _issued(one)
    return None


def _recipients(one: dict[str, Any]) -> set[str]:
    named = (one.get("email"), one.get("recipient_identifier"))
    return {name.casefold() for name in named if isinstance(name, str)}


def _issued(reply: object) -> Issued:
    document = reply.get("json") if isinstance(reply, dict) else None
    url = document.get("id") if isinstance(document, dict) else None
    if not isinstance(reply, dict) or not _is_address(url):
        raise BadReply("it does not say where the assertion is")
    image, issuer = reply.get("image"), reply.get("issuer")
    return Issued(str(url), str(image) if _is_address(image) else "", str(issuer) if _is_address(issuer) else "", reply)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and len(value) <= URL_LENGTH and storable(value) and is_web_address(value)


def _json(text: str) -> Any:  # noqa: ANN401 - whatever a server answers
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadReply("it is not JSON") from None
