"""By which word is the badge of a course run and mode known (domain note §5)?"""

import hashlib
import re

SLUG_LENGTH = 255
_LONGEST_READABLE = 248
_DIGEST_DIGITS = 7
_DROPPED = re.compile(r"[^A-Za-z0-9_\s-]")
_GAP = re.compile(r"[\s-]+")


def badge_slug(course_id: str, mode: str) -> str:
    """Give what can be read of the course key and mode, and enough of their digest to tell alike ones apart.

    Underscores at the edges stay, as they did on the platform when the badges that are out there were made.
    """
    readable = slugify(f"{course_id}_{mode}_")[:_LONGEST_READABLE]
    return readable + hashlib.sha256(f"{course_id}{mode}".encode()).hexdigest()[:_DIGEST_DIGITS]


def slugify(text: str) -> str:
    """Keep letters, digits and underscores of ASCII, in lower case; each run of spaces and hyphens becomes one hyphen."""
    return _GAP.sub("-", _DROPPED.sub("", text).lower())
