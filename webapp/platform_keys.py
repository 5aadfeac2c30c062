"""Which keys may have signed the platform's tokens? A list (RFC 7517 §5), in the setting itself or in a file that it names."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ALGORITHM = "RS512"
"""What the platform signs with (ecosystem note §1.2). It is fixed here: what a token says of itself decides nothing."""
MOST_KEYS = 20
LONGEST_LIST = 64 * 1024
SHORTEST_MODULUS = 342
"""Characters of 2,048 bits in base64url."""
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
Jwk = Mapping[str, Any]


def is_inline(value: str) -> bool:
    """Say whether the setting is the list itself, and no path."""
    return value.lstrip().startswith("{")


def parse_key_list(value: str) -> str:
    """Give the setting back once its keys can be used; raises ValueError, which never quotes them."""
    read_keys(value)
    return value


def read_keys(value: str) -> Sequence[Jwk]:
    """Give the keys that can have signed a token, as they are at this moment; raises ValueError, which never quotes them.

    Keys of another kind are passed over. A list with a secret in it is refused whole: it should lie nowhere near here.
    """
    keys = list_keys(value)
    if any(_PRIVATE & set(key) or key.get("kty") == "oct" for key in keys):
        raise ValueError("must hold public keys alone; there is a private or a shared one in it")
    usable = [key for key in keys if _usable(key)]
    if not usable:
        raise ValueError(f"must hold a public RSA key of 2,048 bits or more, for {ALGORITHM}")
    return usable


def list_keys(value: str) -> list[dict[str, Any]]:
    """Give every key of the list that a setting is or names, usable or not; raises ValueError, which never quotes them."""
    try:
        text = value if is_inline(value) else Path(value).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise ValueError("must be a list of keys as JSON, or a file with one that can be read") from None
    wrong = ValueError('must be JSON of the form {"keys": [...]}')
    if len(text) > LONGEST_LIST:
        raise ValueError(f"must be shorter than {LONGEST_LIST} characters")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise wrong from None
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise wrong
    if len(keys) > MOST_KEYS:
        raise ValueError(f"must hold {MOST_KEYS} keys at most")
    return keys


def _usable(key: Jwk) -> bool:
    if key.get("kty") != "RSA" or key.get("use", "sig") != "sig" or key.get("alg", ALGORITHM) != ALGORITHM:
        return False
    modulus, exponent = key.get("n"), key.get("e")
    return isinstance(modulus, str) and len(modulus) >= SHORTEST_MODULUS and isinstance(exponent, str)
