"""By which name is the issuer of signed badges known, and with which keys does it sign (did:web)?"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1")
MEDIA_TYPE = "application/did+json"
METHOD = "JsonWebKey2020"


def did_of(base_url: str) -> str:
    """Give the name of whoever serves a base address: its host, with the colon before a port percent-encoded."""
    return f"did:web:{quote(urlsplit(base_url).netloc.lower(), safe='')}"


def key_url(did: str, kid: str) -> str:
    """Give the name of one key of the issuer, as the header of a signature has it."""
    return f"{did}#{kid}"


def did_document(did: str, keys: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Say with which keys the issuer signs or has signed: kid and public JWK of each, the one that signs now first.

    A verifier to whom a signature does not say its key takes the first.
    """
    methods = [
        {"id": key_url(did, kid), "type": METHOD, "controller": did, "publicKeyJwk": dict(jwk)} for kid, jwk in keys
    ]
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
