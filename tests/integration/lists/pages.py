"""Where do the lists lie, and what does a page of one show?"""

import base64
import json
import re
from html import unescape
from urllib.parse import urlencode

LISTS = {
    "certificates": "/admin/certificates/",
    "learners": "/admin/learners/",
    "courses": "/admin/courses/",
    "examples": "/admin/examples/",
    "allowlist": "/admin/allowlist/",
    "invalidations": "/admin/invalidations/",
    "inbox": "/admin/inbox/",
    "audit": "/audit/",
    "accounts": "/admin/accounts/",
}
SEARCHED = ("certificates", "learners", "courses", "allowlist", "invalidations", "inbox", "accounts")


def numbers_in(page: str) -> list[int]:
    """Give the numbers of the rows that a page shows, in its order."""
    return [int(number) for number in re.findall(r'role="rowheader"[^>]*>.*?<strong>(\d+)</strong>', page)]


def neighbour(page: str, rel: str) -> str | None:
    """Give the address of the page before (`prev`) or after (`next`), or None where there is none."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def with_query(path: str, **arguments: str) -> str:
    """Give an address with its arguments, whatever characters they hold."""
    return f"{path}?{urlencode(arguments, errors='surrogatepass')}"


def cursor(*values: object) -> str:
    """Give the place in a list at which the values lie, as the address of a page says it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
