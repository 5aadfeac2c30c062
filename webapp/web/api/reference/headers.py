"""Which headers come with answers, and what does each of them say?"""

from collections.abc import Mapping

from webapp.web.api.once import REPLAYED

HEADERS: Mapping[str, tuple[str, bool]] = {
    "ETag": ("The tag of what was given, for If-None-Match and, where something is changed, If-Match.", True),
    "ETag.now": ("The tag of what is there by now; without one there is nothing.", False),
    "Link": ('The address of the next page as `<...>; rel="next"`; not there on the last one.', False),
    "Location": ("The address of what was made.", True),
    REPLAYED: ("true where the request was carried out before, and its answer is given again.", False),
    "RateLimit": ("How many requests are left (`r`), and after how many seconds all of them are (`t`).", False),
    "RateLimit-Policy": ("How many requests there are (`q`) in a window of so many seconds (`w`).", False),
    "WWW-Authenticate": ("What a token would have to be, by RFC 6750.", True),
    "Retry-After": ("After how many seconds to ask again.", False),
}
"""Name -> what it says, and whether it is there always; what follows a dot tells two headers of one name apart."""
HEADERS_OF = {
    401: ("WWW-Authenticate",),
    412: ("ETag.now",),
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}
"""Status of a refusal -> the headers that come with it."""
