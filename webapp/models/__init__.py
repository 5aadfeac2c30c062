"""The tables: what is kept, and which of its values can never stand together?"""

from webapp.models import accounts, audit, badges, certificates, courses, examples, exceptions, learners, messages
from webapp.models.governance import changes, notices, versions

__all__ = [
    "accounts",
    "audit",
    "badges",
    "certificates",
    "changes",
    "courses",
    "examples",
    "exceptions",
    "learners",
    "messages",
    "notices",
    "versions",
]
