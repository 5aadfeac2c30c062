"""Which addresses can a certificate's page name: where its links lead, and from where its pictures come (domain note §6)?"""

import re
from collections.abc import Iterable

from webapp.domain.identifiers import is_web_address

PICTURES = ("logo_src", "organization_logo")
LINKS = ("url", "logo_url", "company_about_url", "company_tos_url", "company_privacy_url")
VERIFY_PREFIX = "certificate_verify_url_prefix"
_ORIGIN = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?"
_PICTURE = re.compile(rf"(?P<origin>{_ORIGIN})/\S*")
_OWN_PATH = re.compile(r"/[^/\\\s]\S*")


def site_of(host: str) -> str:
    """Give the key of a site: the first label of its host (interface §4)."""
    return host.partition(":")[0].partition(".")[0].lower()


def is_address(key: str, value: object) -> bool:
    """Say whether a value is an address that its key can have; True for a key that is neither a link nor a picture.

    A link leads to the web or to a path of our own host; the address to verify at is read on paper, and so has a host.
    """
    if key not in (*PICTURES, *LINKS, VERIFY_PREFIX) or value == "":
        return True
    if not isinstance(value, str):
        return False
    if key in PICTURES:
        return is_picture(value)
    on_own_host = value == "/" or bool(_OWN_PATH.fullmatch(value))
    return is_web_address(value) or (on_own_host and key != VERIFY_PREFIX)


def is_picture(address: str) -> bool:
    """Say whether a page may load it: from our own host, or from one that the page's policy can name."""
    return not address or bool(_PICTURE.fullmatch(address) or _OWN_PATH.fullmatch(address))


def pattern_of(key: str) -> str | None:
    """Give an expression (ECMA-262) that matches every address which a key can have, and hardly anything else.

    None for a key that is neither a link nor a picture.
    """
    if key in PICTURES:
        return PICTURE_PATTERN
    if key == VERIFY_PREFIX:
        return f"^({_WEB})?$"
    return f"^({_WEB}|/|{_OWN_PATH.pattern})?$" if key in LINKS else None


_WEB = r"[Hh][Tt][Tt][Pp][Ss]?://\S+"
PICTURE_PATTERN = rf"^({_ORIGIN}/\S*|{_OWN_PATH.pattern})?$"
"""The same of a picture, whatever its key."""


def origins_of(pictures: Iterable[str]) -> tuple[str, ...]:
    """Give the hosts, with scheme and port, that pictures come from; none for those of our own."""
    found = (_PICTURE.fullmatch(address) for address in pictures)
    return tuple(sorted({match["origin"].lower() for match in found if match}))
