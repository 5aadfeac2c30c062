"""Who looked at whose certificate, by which way did they come, and by which is it passed on (domain note §6)?"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

NETWORKS = {
    "linkedin-profile": "LinkedIn",
    "linkedin": "LinkedIn",
    "x": "X",
    "facebook": "Facebook",
    "mail": "Mail",
    "copy": "Link",
    "embed": "Embed",
}
"""The key of a way to share, as the page and its script know it -> what is told of it."""
_HOSTS = {
    "linkedin.com": "LinkedIn",
    "lnkd.in": "LinkedIn",
    "x.com": "X",
    "twitter.com": "X",
    "t.co": "X",
    "facebook.com": "Facebook",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose certificate is shown, and which: what a page knows of it without asking anew."""

    certificate_id: int
    learner_id: int
    user_id: int | None
    """The learner's number on the platform."""
    course_id: str
    mode: str
    verify_uuid: str


@dataclass(frozen=True, slots=True)
class EvidenceVisit:
    """That somebody who is not its owner looked at a certificate; never who."""

    shown: Shown
    at: datetime
    network: str | None = None
    """Where they say to come from, if it is one of ours."""
    by_badge: bool = False
    """They followed its badge."""


def network_of(referrer: str) -> str | None:
    """Give the network that a visitor says to come from; None for any other place, and for what is no address."""
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return None
    return next((network for known, network in _HOSTS.items() if host == known or host.endswith(f".{known}")), None)
