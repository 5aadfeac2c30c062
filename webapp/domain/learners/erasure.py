"""What is left of a learner who asked to be forgotten, and by which marks are they known again, so as not to be taken in anew?"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import AFTER_MOVE, Move

PREFIX = "erased:"
"""No platform gives a user name with a colon, so that nobody takes one for a person's."""
DIGITS = 16
REASON_LENGTH = 1_000
ENDED_FROM = frozenset(status for status in AFTER_MOVE[Move.ERASE][0] if status is not None)
"""Certificates in these are ended, since they are valid, or could become so; any other stays as it is (record 37)."""


class Known(StrEnum):
    """By what something that is told of somebody says who it is."""

    USERNAME = "username"
    NUMBER = "number"
    """The platform's number of the learner."""
    IDENTITY = "identity"
    """Somebody's at an issuer of identities."""


def placeholder(secret: str) -> str:
    """Give the user name of nobody that takes the place of an erased learner's; `secret` is 32 random hexadecimal digits."""
    return f"{PREFIX}{secret[:DIGITS]}"


def mark(key: str, known: Known, text: str) -> str:
    """Give what is kept in the place of a name: it tells whether another text is the same, and not what it was.

    `key` is the installation's, in hexadecimal digits.
    """
    return hmac.new(bytes.fromhex(key), f"{known}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def identity_text(issuer: str, subject: str) -> str:
    """Give what the mark of somebody's identity is made from."""
    return f"{issuer}\0{subject}"


def ended(status: Status) -> Status | None:
    """Give the status that an erasure leads a certificate to; None where it stays as it is."""
    return AFTER_MOVE[Move.ERASE][1] if status in ENDED_FROM else None


def names_somebody(text: str, words: Iterable[str]) -> bool:
    """Say whether a text has one of the words in it, whatever its case, as a word of its own."""
    return any(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None for word in words if word.strip()
    )


def usernames_in(told: object) -> Iterator[str]:
    """Give every user name that an event tells, wherever in it."""
    if isinstance(told, Mapping):
        for name, value in told.items():
            if name == "username" and isinstance(value, str):
                yield value
            yield from usernames_in(value)
    elif isinstance(told, list | tuple):
        for value in told:
            yield from usernames_in(value)


def written_forms(text: str) -> tuple[bytes, ...]:
    """Give how a text stands in the bytes of a message: quoted in JSON, or behind its length in Avro."""
    plain = text.encode()
    return (b'"' + plain + b'"', _avro_length(len(plain)) + plain)


def _avro_length(number: int) -> bytes:
    """A length as Avro writes it: a zigzag number, seven bits in each byte, the lowest first."""
    rest, found = number << 1, bytearray()
    while rest > 0x7F:
        found.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*found, rest])


def counted(counts: Mapping[str, int]) -> dict[str, Any]:
    """Give the counts as the audit keeps them: what there was none of is left out."""
    return {name: number for name, number in counts.items() if number}
