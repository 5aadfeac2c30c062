"""Does the content of an ID token say, to us and about this attempt, who has signed in (OpenID Connect Core §3.1.3.7)?"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.identifiers import MAIL_LENGTH
from webapp.domain.sign_on.arrivals import (
    NAME_LENGTH,
    SUBJECT_LENGTH,
    Arrival,
    BadSignOn,
    audiences_of,
    require_present,
    text_of,
    words_of,
)
from webapp.wording import phrase

LEEWAY = timedelta(seconds=30)
"""So far clocks may be apart."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt to sign in by the provider is known by when it comes back; each part is random and new."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    """Proves to the provider that who redeems the code is who asked for it (PKCE, RFC 7636)."""


def read_id_token(said: object, *, issuer: str, client_id: str, nonce: str, now: datetime) -> Arrival:
    """Give who has signed in, by the content of a signed token; raises BadSignOn."""
    if not isinstance(said, Mapping):
        raise BadSignOn(phrase("it holds no object"))
    if said.get("iss") != issuer:
        raise BadSignOn(phrase("another issuer"))
    audiences = audiences_of(said)
    if client_id not in audiences:
        raise BadSignOn(phrase("another audience"))
    if (len(audiences) > 1 or said.get("azp") is not None) and said.get("azp") != client_id:
        raise BadSignOn(phrase("another authorised party"))
    brought = said.get("nonce")
    if not isinstance(brought, str) or not hmac.compare_digest(brought.encode(errors="replace"), nonce.encode()):
        raise BadSignOn(phrase("another nonce"))
    require_present(said, now, LEEWAY)
    subject = text_of(said, "sub", most=SUBJECT_LENGTH)
    if not subject:
        raise BadSignOn(phrase("it names nobody"))
    return with_words(Arrival(issuer, subject), said)


def with_words(arrival: Arrival, said: Mapping[str, Any]) -> Arrival:
    """Give the person with what an object of claims tells about them, where nothing was told before.

    Nobody is judged by these words: what cannot be kept is left out. An e-mail address that the provider calls not
    verified is left out too.
    """
    user_id = said.get("user_id")
    email = "" if said.get("email_verified") is False else words_of(said, "email", most=MAIL_LENGTH)
    return replace(
        arrival,
        name=arrival.name or words_of(said, "preferred_username", most=NAME_LENGTH),
        email=arrival.email or email,
        user_id=user_id if isinstance(user_id, int) and not isinstance(user_id, bool) else arrival.user_id,
    )
