"""Of which state is what is made now? The name of the ledger's newest version, as a transaction sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models.audit import AuditEvent
from webapp.models.governance.versions import ConfigVersion
from webapp.models.prepared import Line, Prepared

EMPTIED = "cache.emptied"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in the key of everything that is made of the ledger; another head, another key.

    Beside the newest version's number stands its moment: a database that was put back counts up again from an earlier
    number, and a cache that other processes share outlives that. `emptied` is the last event of emptying the caches,
    so that whatever any process kept before is never asked for again.
    """

    version: int
    made_at: datetime | None
    emptied: int


def read_head(session: Session) -> Head:
    """Give the head in the transaction of whoever asks: what is committed by then counts."""
    found = Line.of(session).ask(_HEAD, {})
    if not found:
        return Head(0, None, 0)
    version, made_at, emptied = found[0]
    return Head(version, made_at, emptied or 0)


_LAST_EMPTIED = select(func.max(AuditEvent.seq)).where(AuditEvent.action == EMPTIED).scalar_subquery()
_HEAD = Prepared(
    select(ConfigVersion.id, ConfigVersion.created_at, _LAST_EMPTIED).where(
        ConfigVersion.id == select(func.max(ConfigVersion.id)).scalar_subquery()
    )
)
