"""Was a token really signed by the learning platform (RFC 7515, 7519)?"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import structlog
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import CompactSignature

from webapp.domain.platform.claims import LONGEST_TOKEN, BadToken, Claims, read_claims
from webapp.platform_keys import ALGORITHM, Jwk, is_inline, read_keys

log = structlog.get_logger(__name__)
_Stamp = tuple[int, int, int]


class PlatformTokens:
    """Reads tokens by one algorithm and a list of keys; a file of keys is read again once it has changed.

    Used by several threads at once: what they share is replaced whole.
    """

    def __init__(self, keys: str, *, issuer: str, audience: str) -> None:
        """Take the keys, as the setting has them; raises ValueError where they cannot be used."""
        self._keys, self._path = keys, None if is_inline(keys) else Path(keys)
        self._issuer, self._audience = issuer, audience
        self._known: tuple[_Stamp | None, Sequence[RSAKey]] = (self._stamp(), _imported(read_keys(keys)))

    def read(self, token: str, *, now: datetime) -> Claims:
        """Give what a token says that the platform signed for us; raises BadToken."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise BadToken("it is no token")
        try:
            signed = jws.extract_compact(token.encode())
            self._require_signature(signed)
            said = json.loads(signed.payload)
        except (JoseError, ValueError, RecursionError, TypeError) as problem:
            raise BadToken("it is no token of the platform's") from problem
        return read_claims(said, issuer=self._issuer, audience=self._audience, now=now)

    def _require_signature(self, signed: CompactSignature) -> None:
        """By the key that the token names; where it names none, by any: there are few, and all are the platform's."""
        kid = signed.headers().get("kid")
        keys = self._present_keys()
        if kid is not None:
            keys = [key for key in keys if key.kid == kid]
        if not any(jws.validate_compact(signed, key, [ALGORITHM]) for key in keys):
            raise BadToken("no key of the list has signed it")

    def _present_keys(self) -> Sequence[RSAKey]:
        stamp, keys = self._known
        now = self._stamp()
        if now is None or now == stamp:
            return keys
        try:
            keys = _imported(read_keys(self._keys))
        except ValueError as problem:  # half written, perhaps: what was there before still holds
            log.warning("platform_keys.unreadable", problem=str(problem))
        self._known = (now, keys)
        return keys

    def _stamp(self) -> _Stamp | None:
        """By what a file is told from what it was before; None for a list that is none, or a file that has gone."""
        if self._path is None:
            return None
        try:
            seen = self._path.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_size, seen.st_ino


def _imported(keys: Sequence[Jwk]) -> Sequence[RSAKey]:
    try:
        return [
            RSAKey.import_key({name: value for name, value in key.items() if isinstance(value, str)}) for key in keys
        ]
    except (JoseError, ValueError, TypeError):
        raise ValueError("holds a key that is none") from None
