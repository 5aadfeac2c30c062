"""How is a key made, put away so that nobody can read it, and used to sign (RFC 7515, 7516, 7518)?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

from webapp.domain.badges.credentials import ALGORITHM
from webapp.errors import KeyUnreadable

CURVE = "P-256"
_PURPOSE = b"certdesk: private keys of badges"
_SEALING = {"alg": "dir", "enc": "A256GCM"}
_MOST_OPEN = 8
"""Keys that a process keeps open; one signs, and after a change of it another."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key pair as it is kept: who knows the secret can sign with it, everybody can verify."""

    kid: str
    public_jwk: str
    sealed_key: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs in the name of the issuer."""

    key_url: str
    _key: ECKey = field(repr=False)

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        """Give the claims as a compact token; two of the same differ in their signatures."""
        header = {"alg": ALGORITHM, "kid": self.key_url, "typ": typ}
        return jws.serialize_compact(header, json.dumps(claims, ensure_ascii=False), self._key, [ALGORITHM])


def make_key(secret: str) -> NewKey:
    """Make a key pair, the private half sealed with what follows from the secret."""
    key = ECKey.generate_key(CURVE)
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
    header, private = {**_SEALING, "kid": kid}, json.dumps(key.as_dict(private=True))
    return NewKey(kid, json.dumps(public), jwe.encrypt_compact(header, private, _sealing_key(secret)))


def open_signer(key_url: str, sealed_key: str, secret: str) -> Signer:
    """Give who signs with a sealed key; raises KeyUnreadable where another secret sealed it."""
    return Signer(key_url, _opened(sealed_key, secret))


@lru_cache(maxsize=_MOST_OPEN)
def _opened(sealed_key: str, secret: str) -> ECKey:
    try:
        opened = jwe.decrypt_compact(sealed_key, _sealing_key(secret), list(_SEALING.values()))
    except JoseError:
        raise KeyUnreadable(
            "The key that signs badges was sealed with another CERTDESK_SECRET_KEY. Set that one again, or, if it has "
            "changed for good, run certdesk badges rotate-key --secret-changed: what was signed before still verifies."
        ) from None
    assert opened.plaintext is not None
    return ECKey.import_key(json.loads(opened.plaintext))


def _sealing_key(secret: str) -> OctKey:
    derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return OctKey.import_key(derived)
