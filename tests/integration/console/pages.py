"""What stands on a page?"""

import re


def token_in(page: str) -> str:
    """Give the token of the form on a page."""
    found = re.search(r'<input[^>]*name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def words_of(page: str) -> str:
    """Give a page from its main part on, without the frame around it."""
    return page.split("<main", 1)[1]
