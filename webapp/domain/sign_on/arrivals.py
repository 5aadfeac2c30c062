"""Somebody in whom another sign-on vouches, and what its words must be like to be kept."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.identifiers import storable
from webapp.wording import phrase

SUBJECT_LENGTH, NAME_LENGTH = 255, 150
LONGEST_TOKEN = 16 * 1024
"""Characters; nothing of a token is worth more."""


class BadSignOn(ValueError):
    """What was brought signs nobody in; the text says why, and nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person as an issuer of identities knows them: (issuer, subject) says who it is, the rest are words about them."""

    issuer: str
    subject: str
    name: str = ""
    """The name that they sign in with there; empty where the issuer does not say."""
    email: str = field(default="", repr=False)
    user_id: int | None = None
    """The platform's number of the person, where the issuer is the platform's own."""


def text_of(said: Mapping[str, Any], name: str, *, most: int) -> str:
    """Give a claim as a text that we can keep, empty where it is missing; raises BadSignOn."""
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or not storable(value):
        raise BadSignOn(phrase("{name} is no text that can be kept", name=name))
    return value


def words_of(said: Mapping[str, Any], name: str, *, most: int) -> str:
    """Give a claim that nobody is judged by, and nothing where it cannot be kept."""
    try:
        return text_of(said, name, most=most).strip()
    except BadSignOn:
        return ""


def moment_of(said: Mapping[str, Any], name: str) -> float:
    """Give a moment in seconds that has to be there; raises BadSignOn."""
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadSignOn(phrase("{name} is missing, or no moment", name=name))
    return value


def require_present(said: Mapping[str, Any], now: datetime, leeway: timedelta) -> None:
    """Hold a token to its end and its beginning, by clocks that may be apart by the leeway; raises BadSignOn."""
    present, apart = now.timestamp(), leeway.total_seconds()
    if moment_of(said, "exp") + apart <= present:
        raise BadSignOn(phrase("it has expired"))
    begins = [moment_of(said, "iat"), *([moment_of(said, "nbf")] if said.get("nbf") is not None else [])]
    if max(begins) - apart > present:
        raise BadSignOn(phrase("it does not hold yet"))


def audiences_of(said: Mapping[str, Any]) -> list[str]:
    """Give for whom a token was made: `aud` is one text or a list of them (RFC 7519 §4.1.3)."""
    meant_for = said.get("aud")
    found = meant_for if isinstance(meant_for, list) else [meant_for]
    return [one for one in found if isinstance(one, str)]
