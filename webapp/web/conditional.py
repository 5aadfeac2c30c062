"""Has somebody this already, or does somebody change what they have not seen? ETag, If-None-Match and If-Match (RFC 9110)."""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import quote

import msgspec
from flask import Response, current_app, request
from flask_login import current_user

from webapp.ports.caches import Cache
from webapp.web.errors.problems import Refused

VARY = "Cookie, Authorization, Accept, Accept-Language, Accept-Encoding"
"""The last is for 304, which has to name what 200 would (RFC 9110): compression itself passes over an empty answer."""
CACHED = "private, no-cache"
UNCHANGED = "unchanged"
"""The cache of pages of lists, of which nobody wrote anything since."""
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


def tagged(answer: Response, tag: str, *, weak: bool = False, vary: str | None = VARY, kept: str = CACHED) -> Response:
    """Give the answer with its tag, or 304 without a body to a GET by whoever has it already.

    `vary` and `kept` say which headers an answer goes by and which caches keep it; None for an answer that is the same
    for all.
    """
    answer.set_etag(tag, weak)
    if vary is not None:
        answer.headers["Vary"] = vary
    answer.headers["Cache-Control"] = kept
    if request.method in ("GET", "HEAD") and answer.status_code == 200 and _has(tag):
        answer.status_code = 304
        answer.set_data(b"")
        del answer.headers["Content-Type"]
    return answer


def unless_unchanged(view: Callable[..., Response]) -> Callable[..., Response]:
    """Give a page of a list as it was last made, without reading it again, while nothing was written at all (record 33).

    For a view that goes by its address and the database alone: by no clock, and not by who asks, once they may.
    """

    @wraps(view)
    def looked_up(*args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - what the address holds
        snapshot = current_user.snapshot  # asked for in one question with who they are
        if snapshot is None:
            return view(*args, **kwargs)
        pages: Cache = current_app.extensions["ports"].pages
        key = f"{snapshot} {request.full_path}"
        found = pages.find(UNCHANGED, key)
        if found is not None:
            page = msgspec.msgpack.decode(found, type=_Page)
            if page.content or _has(page.tag):
                return page.told()
        made = view(*args, **kwargs)
        tag, weak = made.get_etag()
        if tag is not None and weak:
            kept = _Page(tag, made.get_data(), made.headers.get("Link"))
            pages.keep(UNCHANGED, key, msgspec.msgpack.encode(kept))
        return made

    return looked_up


class _Page(msgspec.Struct, frozen=True, array_like=True):
    """A page as it was sent; without its content where who asked had it already."""

    tag: str
    content: bytes
    link: str | None

    def told(self) -> Response:
        """Give the answer that it was."""
        said = Response(self.content, mimetype="application/json")
        if self.link is not None:
            said.headers["Link"] = self.link
        return tagged(said, self.tag, weak=True)


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
