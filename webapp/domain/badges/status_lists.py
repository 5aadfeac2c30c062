"""Where does a verifier look whether a signed badge still is valid (Bitstring Status List 1.0)?

Each award has a number of its own, drawn at random: which list, and which place in it. A list is a row of bits as long
as the specification asks for, so that whoever fetches one to look at a single place tells nobody which.
"""

import base64
import gzip
from collections.abc import Iterable

PLACES = 131_072
"""Bits of one list: the least that the specification allows (16 KiB), so that many share it."""
AWARDS_A_LIST = PLACES // 2
"""After so many awards the next list begins: at least every second draw finds a free place."""
FIRST_LIST = 1


def list_after(awards: int) -> int:
    """Give the list that the next award belongs to, after so many."""
    return FIRST_LIST + awards // AWARDS_A_LIST


def status_number(number_of_list: int, drawn: str) -> int:
    """Give the number of an award in a list for hexadecimal digits that were drawn; any of them is as likely."""
    return number_of_list * PLACES + int(drawn, 16) % PLACES


def list_of(number: int) -> int:
    """Give the list of an award."""
    return number // PLACES


def place_of(number: int) -> int:
    """Give the place of an award in its list, from 0 on."""
    return number % PLACES


def numbers_of(number_of_list: int) -> range:
    """Give every number that an award of a list can have."""
    return range(number_of_list * PLACES, (number_of_list + 1) * PLACES)


def encoded(places: Iterable[int]) -> str:
    """Give a list in which these places say "not valid": gzip in multibase base64url, the same bytes each time."""
    bits = bytearray(PLACES // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8  # the first place is the highest bit of the first byte
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
