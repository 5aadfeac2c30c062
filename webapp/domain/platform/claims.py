"""Whom does a token of the platform stand for, and for how much of what they may (ecosystem note §1.2)?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.identifiers import USERNAME_LENGTH, storable

LEEWAY = timedelta(seconds=10)
"""So far clocks may be apart."""
LONGEST_TOKEN = 16 * 1024
"""Characters; two cookies hold 8 KiB at most, and nothing else of a token is worth more."""
READS_CERTIFICATES = "certificates:read"
_ORGANISATION, _ME = "content_org:", "user:me"


class BadToken(ValueError):
    """The token stands for nobody; the text says why, and nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token that was signed by the platform says."""

    issuer: str
    subject: str
    username: str
    """The platform's name for the person, as learners are named here."""
    user_id: int | None
    administrator: bool
    """Global staff of the platform."""
    restricted: bool
    """It was given to an application of somebody else's, which may read certificates where its scopes say so."""
    scopes: frozenset[str]
    organisations: frozenset[str] | None
    """Whose courses it is for; None for everybody's."""
    only_own: bool
    """It is for what is the person's own, whatever else they may see."""

    def reaches(self, organisation: str) -> bool:
        """Say whether it is for courses of an organisation."""
        return self.organisations is None or organisation in self.organisations


def read_claims(said: object, *, issuer: str, audience: str, now: datetime) -> Claims:
    """Give what the content of a signed token says to us, at this moment; raises BadToken."""
    if not isinstance(said, Mapping):
        raise BadToken("it holds no object")
    if said.get("iss") != issuer:
        raise BadToken("another issuer")
    meant_for = said.get("aud")
    if audience not in (meant_for if isinstance(meant_for, list) else [meant_for]):
        raise BadToken("another audience")
    _require_time(said, now)
    filters = _words(said, "filters")
    organisations = frozenset(one.removeprefix(_ORGANISATION) for one in filters if one.startswith(_ORGANISATION))
    if any(one != _ME and not one.startswith(_ORGANISATION) for one in filters):
        raise BadToken("a filter that is not known")  # it would narrow something, and we cannot say what
    return Claims(
        issuer=issuer,
        subject=_text(said, "sub", most=255),
        username=_username(said),
        user_id=_user_id(said),
        administrator=said.get("administrator") is True,
        restricted=said.get("is_restricted", False) is not False or bool(filters),
        scopes=_words(said, "scopes"),
        organisations=organisations or None,
        only_own=_ME in filters,
    )


def _require_time(said: Mapping[str, Any], now: datetime) -> None:
    expires = _seconds(said, "exp")
    if expires is None:
        raise BadToken("it never expires")
    if expires + LEEWAY.total_seconds() <= now.timestamp():
        raise BadToken("it has expired")
    for name in ("nbf", "iat"):
        begins = _seconds(said, name)
        if begins is not None and begins - LEEWAY.total_seconds() > now.timestamp():
            raise BadToken("it does not hold yet")


def _seconds(said: Mapping[str, Any], name: str) -> float | None:
    value = said.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadToken(f"{name} is no moment")
    return value


def _username(said: Mapping[str, Any]) -> str:
    username = _text(said, "preferred_username", most=USERNAME_LENGTH)
    if not username:
        raise BadToken("it names nobody")
    return username


def _text(said: Mapping[str, Any], name: str, *, most: int) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or len(value) > most or not storable(value):
        raise BadToken(f"{name} is no text that we can keep")
    return value


def _user_id(said: Mapping[str, Any]) -> int | None:
    value = said.get("user_id")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadToken("user_id is no number")
    return value


def _words(said: Mapping[str, Any], name: str) -> frozenset[str]:
    value = said.get(name)
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadToken(f"{name} is no list of words")
    return frozenset(value)
