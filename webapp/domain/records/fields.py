"""Which values may a fact of the learning platform have? One reader for each kind of value."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from webapp.domain.identifiers import (
    COURSE_ID_LENGTH,
    BadCourseId,
    folded,
    is_hex_32,
    is_web_address,
    parse_course_id,
    storable,
)

LINE_BYTES = 1024 * 1024
URL_LENGTH = 2048
_DEPTH = 20
_LARGEST_WHOLE = 2**31 - 1  # PostgreSQL's INTEGER
_FOUR_PLACES = Decimal("0.0001")  # what the column keeps

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

Day = date
"""A field may be called `date`, and then its type cannot."""
Reader = Callable[[object], object]
"""Gives the value as the database keeps it; raises ValueError with what is wrong, to be read after the field's name."""
Shape = Mapping[str, object]
"""What JSON Schema (2020-12) can say of a value."""
_SHAPES: dict[Reader, Shape] = {}


def shape_of(read: Reader) -> Shape:
    """Give the shape of what a reader takes, beside its type; what it cannot say the reader judges alone."""
    return _SHAPES.get(read, {})


def text(least: int, most: int) -> Reader:
    """Take a text of so many characters that every database can keep."""
    wanted = (
        f"must be a text of {least} to {most} characters" if least else f"must be a text of {most} characters at most"
    )

    def read(value: object) -> str:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise ValueError(wanted)
        _refuse_unstorable(value)
        return value

    _SHAPES[read] = {**({"minLength": least} if least else {}), "maxLength": most}
    return read


def searched_text(least: int, most: int) -> Reader:
    """Take a text that is also kept folded: a character can fold into 18, and the column has room for two each."""
    read_text = text(least, most)

    def read(value: object) -> str:
        found = str(read_text(value))
        if not found.isascii() and len(folded(found)) > 2 * most:
            raise ValueError(f"is longer than {2 * most} characters once written out for searching")
        return found

    _SHAPES[read] = shape_of(read_text)
    return read


def null_or(read: Reader) -> Reader:
    """Take null, or what the reader takes."""

    def read_or_none(value: object) -> object:
        return None if value is None else read(value)

    _SHAPES[read_or_none] = shape_of(read)
    return read_or_none


def truth(value: object) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def whole_number(value: object) -> int:
    """Take a whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_WHOLE:
        raise ValueError(f"must be a whole number from 0 to {_LARGEST_WHOLE}")
    return value


def fraction(value: object) -> Decimal:
    """Take a number from 0 to 1, rounded to four places."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("must be a number from 0 to 1")
    return Decimal(repr(value)).quantize(_FOUR_PLACES)


def moment(value: object) -> datetime:
    """Take an ISO 8601 time with a zone and give it in UTC."""
    wanted = "must be a time with a zone, such as 2026-01-31T12:00:00Z"
    if not isinstance(value, str):
        raise ValueError(wanted)
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError(wanted)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):  # the first hours of year 1 have no moment in UTC
        raise ValueError(wanted) from None


def day(value: object) -> Day:
    """Take a day, or an ISO 8601 time with a zone and give its day in UTC: no more of it is shown (domain note §1.14)."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
        return moment(value).date()
    except ValueError:
        raise ValueError("must be a day, such as 2026-01-31, or a time with a zone") from None


def word_of(words: type[StrEnum]) -> Reader:
    """Take one of the words of an enum."""
    known = {word.value: word for word in words}

    def read(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return known[value]

    return read


def plain_word_of(words: type[StrEnum]) -> Reader:
    """Take one of the words of an enum and give it as plain text: a driver would keep a member by its name."""
    read_word = word_of(words)

    def read(value: object) -> str:
        return str(read_word(value))

    _SHAPES[read] = {"enum": [word.value for word in words]}
    return read


def course_id(value: object) -> str:
    """Take a course key in either spelling and give its canonical text."""
    if not isinstance(value, str):
        raise ValueError("must be a text")
    try:
        return _canonical(value)
    except BadCourseId:
        raise ValueError("is not a course key such as course-v1:Org+Course+Run") from None


def hex_32_or_empty(value: object) -> str:
    """Take a public id, or nothing."""
    if not isinstance(value, str) or not (value == "" or is_hex_32(value)):
        raise ValueError("must be empty or 32 lower-case hexadecimal digits")
    return value


def web_address_or_empty(value: object) -> str:
    """Take an address that a browser can follow, or nothing."""
    found = str(text(0, URL_LENGTH)(value))
    if found and not is_web_address(found):
        raise ValueError("must be empty or a web address that begins with http:// or https://")
    return found


_SHAPES |= {
    whole_number: {"minimum": 0, "maximum": _LARGEST_WHOLE},
    fraction: {"minimum": 0, "maximum": 1},
    course_id: {"minLength": 1, "maxLength": COURSE_ID_LENGTH},
    hex_32_or_empty: {"pattern": "^([0-9a-f]{32})?$"},
    web_address_or_empty: {"maxLength": URL_LENGTH},
}


def certificate_texts(value: object) -> dict[str, object]:
    """Take the platform's words for a course run's certificate; beyond title and signatories they stay as they are."""
    if not isinstance(value, dict):
        raise ValueError("must be an object or null")
    _refuse_unstorable(value)
    title, signatories = value.get("title"), value.get("signatories", [])
    if not (title is None or isinstance(title, str)):
        raise ValueError("must have a text or null as its title")
    if not isinstance(signatories, list) or not all(isinstance(one, dict) for one in signatories):
        raise ValueError("must have a list of objects as its signatories")
    return value


@lru_cache(maxsize=4096)  # the platform's parser takes longer than the rest of a line, and course runs repeat
def _canonical(found: str) -> str:
    return str(searched_text(1, COURSE_ID_LENGTH)(parse_course_id(found)))


def _refuse_unstorable(value: object) -> None:
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > _DEPTH:
            raise ValueError(f"is nested more than {_DEPTH} levels deep")
        if isinstance(part, dict):
            waiting.extend((inner, depth + 1) for pair in part.items() for inner in pair)
        elif isinstance(part, list):
            waiting.extend((inner, depth + 1) for inner in part)
        elif isinstance(part, str) and not storable(part):
            raise ValueError("holds a NUL or half a surrogate pair, which no database keeps")
        elif isinstance(part, float) and not math.isfinite(part):
            raise ValueError("holds a number that is too large")
