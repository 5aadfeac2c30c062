"""What did somebody paste: an id, an address of a page, a course key, a mail address, each as people send them?"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from webapp.domain.identifiers import BadCourseId, folded, is_hex_32, made_storable, parse_course_id, row_number

_PUBLIC_ID = re.compile(r"/certificates/([0-9a-f]{32})(?![0-9a-z])", re.IGNORECASE)
_LEARNER = re.compile(r"/learners/([^/?#\s]+)/?(?:[?#].*)?$")
_COURSE = re.compile(r"(?:course-v1:|ccx-v1:)[^/?#\s<>\"']+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|/\S+", re.IGNORECASE)
_AROUND = " \t\r\n<>()[]\"'“”„‘’,;"
_BLANKS = re.compile(r"\s+")
_IN_IDS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """What to look for: the text, and what it names where it is no beginning of anything."""

    text: str
    public_id: str | None = None
    number: int | None = None


def read_typed(text: str) -> Typed:
    """Give what a typed or pasted text asks for.

    The address of a page stands for what it shows. Digits of any script, blanks within an id and the plus that a browser
    made a blank count as what they were.
    """
    text = _without_invisible(text).strip(_AROUND)
    text = _shown_at(text) or text
    if "@" in text or text.lower().startswith(("course-v1:", "ccx-v1:")):
        text = _BLANKS.sub("+", text)
    plain = unicodedata.normalize("NFKC", text)
    packed = _IN_IDS.sub("", plain).lower()
    public_id = packed if is_hex_32(packed) else None
    digits = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)
    number = row_number(_BLANKS.sub("", digits).removeprefix("#"))
    return Typed(text, public_id, number)


def course_keys_meant(text: str) -> list[str]:
    """Give the folded keys of course runs that a text may be, in both spellings, and the beginnings of such.

    The platform once wrote edX/Demo/2026, and writes course-v1:edX+Demo+2026 today; people mean the course.
    """
    keys = [folded(unicodedata.normalize("NFKC", text))]
    bare = keys[0].removeprefix("course-v1:")
    steps = bare.split("+" if "+" in bare else "/")
    if len(steps) > 1 and not bare.startswith("ccx-v1:"):
        keys += ["course-v1:" + "+".join(steps), "/".join(steps)]
    return list(dict.fromkeys(keys))


def is_whole_course_key(text: str) -> bool:
    """Say whether a text is a course key, of which nothing is missing."""
    try:
        parse_course_id(unicodedata.normalize("NFKC", text))
    except BadCourseId:
        return False
    return True


def _without_invisible(text: str) -> str:
    """Mail programs and chats put marks of direction and breaks of no width into what people copy."""
    return "".join(one for one in text if one in "\u200c\u200d" or unicodedata.category(one) != "Cf")


def _shown_at(text: str) -> str | None:
    """What the page shows whose address the text is; None where it is no address, or of a page of nothing."""
    if not _ADDRESS.match(text) and "/certificates/" not in text:
        return None
    if found := _PUBLIC_ID.search(text):
        return found[1]
    if found := _COURSE.search(unquote(text)):
        return found[0]
    if found := _LEARNER.search(text):
        return made_storable(unquote(found[1]))  # %00 was no NUL before
    return None
