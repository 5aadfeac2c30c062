"""The tables: what is kept, and which of its values can never stand together?"""

from webapp.models import accounts, audit, certificates, courses, examples, exceptions, learners, messages
from webapp.models.governance import changes, notices, versions

__all__ = [
    "accounts",
    "audit",
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
