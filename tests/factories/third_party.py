"""What a third party's sign-on posts, and the keys that it signs with."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeyParameters, OctKey, OKPKey

from webapp import clock

ISSUER, AUDIENCE = "https://campus.test", "certdesk"
ALGORITHMS = {"ed": "EdDSA", "ec": "ES256", "shared": "HS256"}
Key = ECKey | OctKey | OKPKey


@cache
def key_named(kid: str) -> Key:
    """Give the third party's key of that name, whose first word says which kind it is."""
    kind = kid.partition("-")[0]
    said: KeyParameters = {"kid": kid}
    if kind == "ed":
        return OKPKey.generate_key("Ed25519", said)
    return ECKey.generate_key("P-256", said) if kind == "ec" else OctKey.generate_key(256, said)


def key_list(*kids: str, **of_all: str) -> str:
    """Give the list of keys, as the setting takes it; one named `seal` is there to encrypt with."""
    keys = [{**key_named(kid).as_dict(private=kid.startswith(("shared", "seal"))), **of_all} for kid in kids]
    return json.dumps({"keys": [{**key, "use": "enc"} if key["kid"] == "seal" else key for key in keys]})


def said_of(userid: object = "ada", *, now: datetime | None = None, **more: object) -> dict[str, Any]:
    """Give what a token says of somebody; `...` leaves something out."""
    moment = int((now or clock.now()).timestamp())
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": moment,
        "exp": moment + 60,
        "jti": clock.new_uuid(),
        "userid": userid,
        "mail": "ada@example.org",
        "name": "Ada Lovelace",
        **more,
    }
    return {name: value for name, value in said.items() if value is not ...}


def signed(said: Mapping[str, object] | bytes, kid: str = "ed", *, header: Mapping[str, object] | None = None) -> str:
    """Sign a content with the key of that name, by the algorithm of its kind unless the header says otherwise."""
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    head: dict[str, Any] = {"alg": ALGORITHMS[kid.partition("-")[0]], "kid": kid, **(header or {})}
    kept = {name: value for name, value in head.items() if value is not None}
    return jws.serialize_compact(kept, content, key_named(kid), [str(head["alg"])])


def sealed(token: str, kid: str = "seal") -> str:
    """Encrypt a signed token."""
    head = {"alg": "dir", "enc": "A256GCM", "cty": "JWT"}
    return jwe.encrypt_compact(head, token.encode(), key_named(kid))
