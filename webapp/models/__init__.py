"""The tables: what is kept, and which of its values can never stand together?"""

from webapp.models import (
    accounts,
    audit,
    badges,
    bus,
    certificates,
    courses,
    examples,
    exceptions,
    learners,
    messages,
    support,
)
from webapp.models.desk import saved_views, selections
from webapp.models.governance import changes, notices, versions
from webapp.models.watching import figures

__all__ = [
    "accounts",
    "audit",
    "badges",
    "bus",
    "certificates",
    "changes",
    "courses",
    "examples",
    "exceptions",
    "figures",
    "learners",
    "messages",
    "notices",
    "saved_views",
    "selections",
    "support",
    "versions",
]
