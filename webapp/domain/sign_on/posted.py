"""Does what a third party's sign-on posted say, to us and once, who has signed in there (interface note §4)?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.identifiers import MAIL_LENGTH, is_mail
from webapp.domain.sign_on.arrivals import (
    NAME_LENGTH,
    SUBJECT_LENGTH,
    Arrival,
    BadSignOn,
    audiences_of,
    moment_of,
    require_present,
    text_of,
)
from webapp.wording import phrase

WINDOW = timedelta(seconds=60)
"""A token ends within so long of its making."""
AHEAD = timedelta(seconds=10)
"""So far the clock of who made it may be ahead."""
NONCE_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Posted:
    """Somebody whom a third party sends, by a token that counts once."""

    arrival: Arrival
    nonce: str
    expires_at: float
    """Seconds since 1970; nobody needs to remember the nonce after it."""


def read_posted(
    said: object, *, audience: str, now: datetime, of_key: str | None = None, others: Collection[str] = ()
) -> Posted:
    """Give whom the content of a signed token sends to us; raises BadSignOn.

    `of_key` is the one issuer for whom the key may speak, where the settings name it; `others` are issuers who sign in
    another way, in whose name none of these keys may speak.
    """
    if not isinstance(said, Mapping):
        raise BadSignOn(phrase("it holds no object"))
    issuer = _required(said, "iss", SUBJECT_LENGTH)
    if issuer in others or of_key not in (None, issuer):
        raise BadSignOn(phrase("another issuer"))
    if audience not in audiences_of(said):
        raise BadSignOn(phrase("another audience"))
    _require_window(said, now)
    userid = _userid(said)
    arrival = Arrival(issuer, userid, name=userid.strip()[:NAME_LENGTH], email=_mail(said))
    return Posted(arrival, _required(said, "jti", NONCE_LENGTH), moment_of(said, "exp"))


def _require_window(said: Mapping[str, Any], now: datetime) -> None:
    if moment_of(said, "exp") <= now.timestamp():
        raise BadSignOn(phrase("it has expired"))
    require_present(said, now, AHEAD)
    if not 0 <= moment_of(said, "exp") - moment_of(said, "iat") <= WINDOW.total_seconds():
        raise BadSignOn(phrase("it holds for longer than 60 seconds"))


def _userid(said: Mapping[str, Any]) -> str:
    value = said.get("userid")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _required(said, "userid", SUBJECT_LENGTH)


def _mail(said: Mapping[str, Any]) -> str:
    mail = _required(said, "mail", MAIL_LENGTH)
    if not is_mail(mail):
        raise BadSignOn(phrase("mail is no address"))
    return mail


def _required(said: Mapping[str, Any], name: str, most: int) -> str:
    value = text_of(said, name, most=most)
    if not value.strip():
        raise BadSignOn(phrase("{name} is missing", name=name))
    return value
