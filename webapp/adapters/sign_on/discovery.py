"""Where are the provider's places, and which keys does it sign with (OpenID Connect Discovery)?"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from webapp.adapters.sign_on.wire import Wire
from webapp.addresses import trusted_address
from webapp.ports.sign_on import ProviderUnreachable

KEPT_S = 3600
"""For how long what was found is gone by."""
LOOKED_AGAIN_AFTER_S = 30
"""Whoever sends tokens of unknown keys has the list asked for no more often than this."""
SHORTEST_RSA_BITS = 2048
Key = RSAKey | ECKey | OKPKey
_KINDS: dict[tuple[str, str | None], type[RSAKey] | type[ECKey] | type[OKPKey]] = {
    ("RSA", None): RSAKey,
    ("EC", "P-256"): ECKey,
    ("OKP", "Ed25519"): OKPKey,
}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the provider does what; an empty address where it does not."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    auth_methods: tuple[str, ...]
    names_itself: bool
    """It says in each answer that the answer is its own (RFC 9207)."""


class Discovery:
    """Knows the provider's places and keys; any number of threads may use one at once: what they share is replaced whole."""

    def __init__(self, issuer: str, wire: Wire) -> None:
        """Ask nothing yet."""
        self._issuer, self._wire = issuer, wire
        self._asking = threading.Lock()
        self._places: tuple[float, Places] | None = None
        self._keys: tuple[float, Sequence[Key]] | None = None

    def places(self) -> Places:
        """Give the provider's places, as found within the last hour; raises ProviderUnreachable."""
        found = self._places
        if found is None or time.monotonic() - found[0] > KEPT_S:
            said = self._wire.fetch(get_well_known_url(self._issuer, external=True))
            self._places = found = (time.monotonic(), self._read(said))
        return found[1]

    def keys(self, kid: str | None) -> Sequence[Key]:
        """Give the keys of that name, or all where none is named; raises ProviderUnreachable.

        The list is asked for anew where it has no such key: providers change theirs.
        """
        found = self._keys
        known = found is not None and (kid is None or any(key.kid == kid for key in found[1]))
        age = time.monotonic() - found[0] if found is not None else KEPT_S + 1
        if age > KEPT_S or (not known and age > LOOKED_AGAIN_AFTER_S):
            with self._asking:
                if self._keys is found:
                    said = self._wire.fetch(self.places().keys)
                    self._keys = (time.monotonic(), _imported(said))
        assert self._keys is not None
        return [key for key in self._keys[1] if kid is None or key.kid == kid]

    def _read(self, said: dict[str, Any]) -> Places:
        if said.get("issuer") != self._issuer:
            raise ProviderUnreachable("the provider calls itself otherwise than CERTDESK_OIDC_ISSUER does")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Places(
            authorization=_address(said, "authorization_endpoint"),
            token=_address(said, "token_endpoint"),
            keys=_address(said, "jwks_uri"),
            userinfo=_address(said, "userinfo_endpoint", needed=False),
            end_session=_address(said, "end_session_endpoint", needed=False),
            auth_methods=tuple(one for one in methods if isinstance(one, str)),
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )


def _address(said: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = said.get(name)
    if value is None and not needed:
        return ""
    if not trusted_address(value):
        raise ProviderUnreachable(f"unexpected reply from the provider: {name} is no https address")
    return str(value)


def _imported(said: dict[str, Any]) -> Sequence[Key]:
    """Those of the list that can have signed; others, of encryption and of kinds that we do not take, are passed over."""
    listed = said.get("keys")
    if not isinstance(listed, list):
        raise ProviderUnreachable("unexpected reply from the provider: no list of keys")
    return [key for key in map(_key_of, listed) if key is not None]


def _key_of(said: object) -> Key | None:
    if not isinstance(said, dict) or said.get("use", "sig") != "sig":
        return None
    kind = _KINDS.get((str(said.get("kty")), said["crv"] if isinstance(said.get("crv"), str) else None))
    if kind is None:
        return None
    try:
        key = kind.import_key({name: value for name, value in said.items() if isinstance(value, str)})
        too_short = isinstance(key, RSAKey) and key.raw_value.key_size < SHORTEST_RSA_BITS
    except (JoseError, ValueError, TypeError):
        return None
    return None if too_short else key
