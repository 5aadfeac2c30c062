"""Was what came from a third party really signed there, and for nobody else's eyes (RFC 7515, 7516)?"""

import json
import warnings
from collections.abc import Collection
from datetime import datetime

from joserfc import jwe, jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey

from webapp.domain.sign_on.arrivals import LONGEST_TOKEN, BadSignOn
from webapp.domain.sign_on.posted import Posted, read_posted
from webapp.sign_on_keys import Jwk, algorithm_of, encrypts, read_sign_on_keys

_KINDS: dict[str, type[ECKey] | type[OctKey] | type[OKPKey]] = {"EC": ECKey, "oct": OctKey, "OKP": OKPKey}
_SEALING = ["dir", "A256GCM"]
_OF_THE_KEY = ("kty", "crv", "x", "y", "k", "kid")
_Key = ECKey | OctKey | OKPKey
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)  # for its name alone (RFC 9864)


class SignedPosts:
    """Reads tokens by keys that the settings name, each with the one algorithm of its kind."""

    def __init__(self, keys: str, *, audience: str, others: Collection[str]) -> None:
        """Take the keys, as the setting has them, and issuers in whose name they may not speak; raises ValueError."""
        listed = read_sign_on_keys(keys)
        self._signing = {
            str(key["kid"]): (_imported(key), algorithm_of(key), key) for key in listed if not encrypts(key)
        }
        self._opening = [_imported(key) for key in listed if encrypts(key)]
        self._audience, self._others = audience, tuple(others)

    def read(self, text: str, *, now: datetime) -> Posted:
        """Give whom it sends; raises BadSignOn."""
        if len(text) > LONGEST_TOKEN or not text.isascii():
            raise BadSignOn("it is no token")
        try:
            signed = jws.extract_compact(self._opened(text.strip()))
            kid = signed.headers().get("kid")
            key, algorithm, said_of = self._signing[kid if isinstance(kid, str) else ""]
            if not jws.validate_compact(signed, key, [algorithm, *(["Ed25519"] if algorithm == "EdDSA" else [])]):
                raise BadSignOn("its signature is wrong")
            said = json.loads(signed.payload)
        except KeyError:
            raise BadSignOn("no key of that name") from None
        except BadSignOn:
            raise
        except (JoseError, ValueError, RecursionError, TypeError):
            raise BadSignOn("it is no token of theirs") from None
        return read_posted(said, audience=self._audience, now=now, of_key=said_of.get("iss"), others=self._others)

    def _opened(self, text: str) -> bytes:
        """What was sealed for us, where a key for that is set: then nothing that was not sealed is taken."""
        if not self._opening:
            return text.encode()
        if text.count(".") != 4:  # RFC 7516 §3.1
            raise BadSignOn("it is not encrypted")
        for key in self._opening:
            try:
                opened = jwe.decrypt_compact(text, key, _SEALING)
            except (JoseError, ValueError, TypeError):
                continue
            return opened.plaintext or b""
        raise BadSignOn("no key of ours opens it")


def _imported(key: Jwk) -> _Key:
    try:
        return _KINDS[key["kty"]].import_key({name: key[name] for name in _OF_THE_KEY if name in key})
    except (JoseError, ValueError, TypeError):
        raise ValueError("holds a key that is none") from None
