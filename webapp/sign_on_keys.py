"""Which keys may a third party's sign-on have signed with? A list (RFC 7517 §5), in the setting itself or in a file that it names."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from webapp.platform_keys import list_keys

SHORTEST_SECRET = 32
"""Octets of a shared key: as many as the digest has (RFC 7518 §3.2)."""
ENCRYPTION_OCTETS = 32
"""Octets of a key for A256GCM."""
ALGORITHMS = {("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256", ("oct", None): "HS256"}
"""Kind of key and curve -> the one algorithm that it signs with: what a token says of itself decides nothing."""
Jwk = Mapping[str, Any]
_OF_ENCRYPTION = ("dir", "A256GCM")


def parse_sign_on_keys(value: str) -> str:
    """Give the setting back once its keys can be used; raises ValueError, which never quotes them."""
    read_sign_on_keys(value)
    return value


def read_sign_on_keys(value: str) -> Sequence[Jwk]:
    """Give the keys, those that sign and those that encrypt; raises ValueError, which never quotes them."""
    keys = list_keys(value)
    for key in keys:
        _require_usable(key)
    signing = [key["kid"] for key in keys if not encrypts(key)]
    if not signing:
        raise ValueError("must hold a key that signs: Ed25519, P-256, or a shared one of 32 bytes or more")
    if len(set(signing)) < len(signing):
        raise ValueError("must name each key that signs by a `kid` of its own")
    return keys


def encrypts(key: Jwk) -> bool:
    """Say whether a key is there to encrypt with, and not to sign."""
    return key.get("use") == "enc" or key.get("alg") in _OF_ENCRYPTION


def algorithm_of(key: Jwk) -> str:
    """Give the one algorithm that a key signs with; raises ValueError for a key of another kind."""
    try:
        return ALGORITHMS[key["kty"], key.get("crv")]
    except (KeyError, TypeError):  # a list is no kind
        raise ValueError("must hold keys of these kinds alone: OKP with Ed25519, EC with P-256, oct") from None


def _require_usable(key: Jwk) -> None:
    algorithm = algorithm_of(key)
    if "d" in key:
        raise ValueError("must hold public and shared keys alone; there is a private one in it")
    octets = _octets(key) if key["kty"] == "oct" else None
    if encrypts(key):
        if octets != ENCRYPTION_OCTETS:
            raise ValueError("must encrypt with a shared key (oct) of 32 bytes, for A256GCM")
        return
    if key.get("alg", algorithm) not in (algorithm, *(["Ed25519"] if algorithm == "EdDSA" else [])):
        raise ValueError("must hold keys for EdDSA, ES256 or HS256")
    if octets is not None and octets < SHORTEST_SECRET:
        raise ValueError("must hold shared keys of 32 bytes or more")
    if not isinstance(key.get("kid"), str) or not key["kid"]:
        raise ValueError("must name each key that signs by a `kid` of its own")
    if not isinstance(key.get("iss", ""), str):
        raise ValueError("must say in `iss` for whom a key speaks, as a text")


def _octets(key: Jwk) -> int:
    value = key.get("k")
    try:
        return len(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))) if isinstance(value, str) else 0
    except (binascii.Error, ValueError):
        return 0
