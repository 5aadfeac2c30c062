"""Which headers come with answers, and what does each of them say?"""

from collections.abc import Iterable, Mapping, Sequence

from webapp.web.api.once import REPLAYED

HEADERS: Mapping[str, tuple[str, bool]] = {
    "ETag": ("The tag of what was given, for If-None-Match and, where something is changed, If-Match.", True),
    "ETag.now": ("The tag of what is there by now; without one there is nothing.", False),
    "Link": ('The address of the next page as `<...>; rel="next"`; not there on the last one.', False),
    "Link.change": ('The address of the change request that stands in the way, as `<...>; rel="related"`.', False),
    "Location": ("The address of what was made.", True),
    REPLAYED: ("true where the request was carried out before, and its answer is given again.", False),
    "RateLimit": ("How many requests are left (`r`), and after how many seconds all of them are (`t`).", False),
    "RateLimit-Policy": ("How many requests there are (`q`) in a window of so many seconds (`w`).", False),
    "WWW-Authenticate": ("What a token would have to be, by RFC 6750.", True),
    "WWW-Authenticate.scope": ("The scope that the token lacks, by RFC 6750; where `code` is `scope` alone.", False),
    "Retry-After": ("After how many seconds to ask again.", False),
}
"""Name -> what it says, and whether it is there always; what follows a dot tells two headers of one name apart."""
_HEADERS_OF: Mapping[str, Sequence[str]] = {
    "unauthenticated": ("WWW-Authenticate",),
    "scope": ("WWW-Authenticate.scope",),
    "idempotency_key_in_flight": ("Retry-After",),
    "open_request": ("Link.change",),
    "revision_moved": ("ETag.now",),
    "too_many_requests": ("Retry-After", "RateLimit", "RateLimit-Policy"),
    "unavailable": ("Retry-After",),
}
"""Code of a refusal -> the headers that come with it."""


def headers_with(codes: Iterable[str]) -> list[str]:
    """Give the headers that can come with an answer that has one of these codes."""
    return [name for code in codes for name in _HEADERS_OF.get(code, ())]
