"""Tokens as the learning platform signs them, and keys to sign them with."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

from webapp import clock

ISSUER, AUDIENCE = "https://lms.test/oauth2", "platform-key"


@cache
def key_named(kid: str) -> RSAKey:
    """Give the platform's key of that name, made at the first question."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def key_list(*kids: str) -> str:
    """Give the list of public keys, as the setting takes it."""
    return json.dumps({"keys": [key_named(kid).as_dict(private=False) for kid in kids]})


def claims_of(username: str = "ada", *, now: datetime | None = None, **more: Any) -> dict[str, Any]:
    """Give what a token says of somebody who has signed in at the platform; `...` leaves something out."""
    now = now or clock.now()
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "iat": int(now.timestamp()),
        "sub": f"anonymous-{username}",
        "preferred_username": username,
        "administrator": False,
        "scopes": ["user_id", "email", "profile"],
        "filters": [],
        **more,
    }
    return {name: value for name, value in said.items() if value is not ...}


def signed(said: Mapping[str, Any] | bytes, kid: str = "one", *, header: Mapping[str, Any] | None = None) -> str:
    """Sign a content with the platform's key of that name, by RS512 unless the header says otherwise."""
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    head = {"alg": "RS512", "kid": kid, "typ": "JWT", **(header or {})}
    kept = {name: value for name, value in head.items() if value is not None}
    return jws.serialize_compact(kept, content, key_named(kid), [str(head["alg"])])


def token_of(username: str = "ada", **more: Any) -> str:
    """Give a token that stands for somebody."""
    return signed(claims_of(username, **more))
