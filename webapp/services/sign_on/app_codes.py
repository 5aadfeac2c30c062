"""Which codes does an app show, and how is what it counts them from put away (RFC 6238)?"""

import base64
import binascii
import hmac
import os
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webapp.errors import SecondFactorUnreadable
from webapp.wording import phrase

STEP_S = 30
DRIFT = 1
"""Steps by which the clock of a phone may be early or late (RFC 6238 §5.2)."""
_PURPOSE = b"certdesk: second factors of accounts"
_NONCE_OCTETS = 12


def new_secret() -> str:
    """Give 160 random bits as an app takes them, in base32."""
    return pyotp.random_base32(32)


def address_of(secret: str, *, name: str, issuer: str) -> str:
    """Give what an app reads from a drawing: the secret, and whose it is."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=name, issuer_name=issuer)


def find_step(secret: str, code: str, *, now: datetime) -> int | None:
    """Give the step of time whose code it is; None where it is none of about now. Each is compared in constant time."""
    counter, present, found = pyotp.HOTP(secret), int(now.timestamp()) // STEP_S, None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(counter.at(step).encode(), code.encode()):
            found = step
    return found


def seal(secret: str, account_id: int, key: str) -> str:
    """Encrypt a secret with what follows from CERTDESK_SECRET_KEY; it is the account's alone."""
    nonce = os.urandom(_NONCE_OCTETS)
    sealed = nonce + AESGCM(_derived(key)).encrypt(nonce, secret.encode(), str(account_id).encode())
    return base64.b64encode(sealed).decode()


def unseal(sealed: str, account_id: int, key: str) -> str:
    """Give the secret back; raises SecondFactorUnreadable where another key sealed it, or for another account."""
    try:
        octets = base64.b64decode(sealed, validate=True)
        nonce, rest = octets[:_NONCE_OCTETS], octets[_NONCE_OCTETS:]
        return AESGCM(_derived(key)).decrypt(nonce, rest, str(account_id).encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise SecondFactorUnreadable(
            phrase(
                "The second factor was kept under another CERTDESK_SECRET_KEY. Use a recovery code, or have an admin reset it."
            )
        ) from None


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
