"""How are course runs, learners and certificates named, and which texts are no such name?"""

import re
import unicodedata
from functools import lru_cache
from typing import NewType
from urllib.parse import urlsplit

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator

CourseId = NewType("CourseId", str)
"""A course key in its canonical text, in either spelling (domain note, vocabulary)."""

COURSE_ID_LENGTH = 255
USERNAME_LENGTH = 150
NOTE_LENGTH = 1_000
"""What staff may say of an act about a learner, wherever they say it (ecosystem note §1.1, B3)."""
TOLD_NOTE_LENGTH = 10_000
"""What the platform's records may say of one: its doors once took notes of any length, and a refused line loses
the exception; but pages show notes whole, and the audit keeps them for good."""
MAIL_LENGTH = 254
BIGGEST_ROW = 2**31 - 1
"""No row and no version has a larger number, and PostgreSQL cannot be asked for one."""
_HEX_32 = re.compile(r"[0-9a-f]{32}")
_CCX = re.compile(r"ccx-v1:(?P<run>.+)\+ccx@(?P<ccx>[0-9]{1,18})", re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BadCourseId(ValueError):
    """The text is no course key that the platform could have made."""


@lru_cache(maxsize=4096)
def parse_course_id(text: str) -> CourseId:
    """Give the canonical spelling of a course key; raises BadCourseId for anything else."""
    if not text or len(text) > COURSE_ID_LENGTH or not storable(text):
        raise BadCourseId("not a course key")
    run, ccx = _split_ccx(text)
    try:
        key = CourseKey.from_string(run)
    except InvalidKeyError:
        raise BadCourseId("not a course key") from None
    if not isinstance(key, CourseLocator) or key.branch or key.version_guid:
        raise BadCourseId("a library, a branch or a version, not a course run")
    return CourseId(text if ccx else str(key))


def organisation_of(course_id: CourseId) -> str:
    """Give the organisation that a canonical course key names."""
    return _named_in(course_id)[0]


def course_of(course_id: CourseId) -> str:
    """Give the course, without its run, that a canonical course key names."""
    return _named_in(course_id)[1]


@lru_cache(maxsize=4096)
def _named_in(course_id: CourseId) -> tuple[str, str]:
    key = CourseKey.from_string(_split_ccx(course_id)[0])
    return str(key.org), str(key.course)


def is_ccx(course_id: CourseId) -> bool:
    """Say whether a canonical course key is that of a custom course, which copies another run."""
    return _split_ccx(course_id)[1] is not None


def _split_ccx(text: str) -> tuple[str, str | None]:
    """The key of the run that a CCX copies, and the CCX's number: the platform's library has CCX keys in a package apart."""
    found = _CCX.fullmatch(text)
    return (f"course-v1:{found['run']}", found["ccx"]) if found else (text, None)


def is_hex_32(text: str) -> bool:
    """Say whether the text is 32 lower-case hexadecimal digits, as every public id is."""
    return _HEX_32.fullmatch(text) is not None


def row_number(text: str) -> int | None:
    """Give the number of a row that somebody typed; None for what cannot be one."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(BIGGEST_ROW))
    return int(text) if plain and int(text) <= BIGGEST_ROW else None


def is_web_address(text: str) -> bool:
    """Say whether the text is an http or https address, which alone may become a link."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and text.split() == [text]


def is_mail(text: str) -> bool:
    """Say whether mail could go to a text: one line of 254 characters at most, with something on both sides of its @ (RFC 5321)."""
    name, _, host = text.rpartition("@")
    return bool(name and host) and len(text) <= MAIL_LENGTH and storable(text) and not any(map(str.isspace, text))


def storable(text: str) -> bool:
    """Say whether every database can keep the text: no NUL, no lone surrogate."""
    return _UNSTORABLE.search(text) is None


def made_storable(text: str) -> str:
    """Put U+FFFD in the place of each character that a database cannot keep."""
    return _UNSTORABLE.sub("\ufffd", text)


def folded(text: str) -> str:
    """Give the form in which names and addresses are compared and searched: case and width do not count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
