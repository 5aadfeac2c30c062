"""Has somebody this already, or does somebody change what they have not seen? ETag, If-None-Match and If-Match (RFC 9110)."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request

from webapp.web.errors.problems import Refused

VARY = "Cookie, Authorization, Accept, Accept-Language"
CACHED = "private, no-cache"
_LISTED = re.compile(r'\s*(?:W/)?"([^"]*)"\s*(?:,|$)')
# Proxies mark the tag of what they compressed, and so does our own compression.
_COMPRESSED = re.compile(r"[-:;](gzip|br|zstd|deflate)$")
_TAG_CHARACTERS = "/:+@!$&'()*,;=~"


def tag_text(text: str) -> str:
    """Give a text as a tag can hold it, whatever an account is named."""
    return quote(text, safe=_TAG_CHARACTERS)


def digest_tag(content: bytes) -> str:
    """Give the tag of what has no version: a digest of what is sent."""
    return hashlib.sha256(content).hexdigest()[:32]


def tagged(
    answer: Response, tag: str, *, weak: bool = False, fresh: bool = True, vary: str | None = VARY, kept: str = CACHED
) -> Response:
    """Give the answer with its tag, or 304 without a body to a GET by whoever has it already.

    `fresh` false: the answer holds something that the tag does not tell, so that it is always sent. `vary` and `kept`
    say which headers an answer goes by and which caches keep it; None for an answer that is the same for all.
    """
    answer.set_etag(tag, weak)
    if vary is not None:
        answer.headers["Vary"] = vary
    answer.headers["Cache-Control"] = kept
    if request.method in ("GET", "HEAD") and answer.status_code == 200 and fresh and _has(tag):
        answer.status_code = 304
        answer.set_data(b"")
        del answer.headers["Content-Type"]
    return answer


def require_match() -> None:
    """Refuse with 428 whoever would change something without saying what they have seen of it."""
    if not request.headers.get("If-Match", "").strip():
        raise Refused(
            428, "precondition_required", "Say in If-Match which ETag you have seen, so that nothing is changed unseen."
        )


def matches(tag: str, *, there: bool = True, whatever: str = "") -> bool:
    """Say whether If-Match names the tag; "*" is whatever is there, if anything is.

    `whatever` is the pattern of an ending that does not matter.
    """
    sent = request.headers.get("If-Match", "").strip()
    return there if sent == "*" else any(re.fullmatch(re.escape(tag) + whatever, one) for one in _read(sent))


def _has(tag: str) -> bool:
    sent = request.headers.get("If-None-Match", "").strip()
    return sent == "*" or tag in _read(sent)


def _read(sent: str) -> Iterator[str]:
    place = 0
    while place < len(sent):
        found = _LISTED.match(sent, place)
        if found is None:
            return  # no list of tags: what comes after cannot be told
        yield _COMPRESSED.sub("", found[1])
        place = found.end()
