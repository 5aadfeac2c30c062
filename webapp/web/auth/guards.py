"""What may a view ask of whoever enters it?"""

from dataclasses import dataclass
from enum import Enum

from flask_wtf import CSRFProtect

from webapp.domain.roles import Permission, Scope

READS = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class ProgramGuard:
    """What a route of the API asks for: a permission of the account, and that a token was made for this."""

    permission: Permission
    scope: Scope


class Door(Enum):
    """Whom the platform's own clients speak for (ecosystem note §1.2)."""

    SUPPORT = "support"
    """Support, and global staff of the platform; 403 for all others, who has not signed in among them (domain note §8)."""
    COURSE = "course"
    """These, and staff and instructors of the course run in the address."""
    SIGNED_IN = "signed_in"
    """Anybody who has signed in: what they may see is found out inside."""


@dataclass(frozen=True, slots=True)
class PlatformGuard:
    """What a route for the platform's own clients asks for, and for what an API token of ours must have been made."""

    door: Door
    scope: Scope
