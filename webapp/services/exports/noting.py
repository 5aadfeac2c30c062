"""Who took which list elsewhere, and how much of it? Two events: before anything leaves, and how it ended."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.services import audit


def note_begun(
    session: Session, actor: Actor, name: str, form: str, filters: Mapping[str, str], *, now: datetime
) -> None:
    """Leave the event that somebody takes a list elsewhere: nothing leaves without it."""
    details = {"format": form, "filters": dict(filters)}
    audit.append(session, actor, "list.exported", "list", name, now=now, details=details)


def note_ended(session: Session, actor: Actor, name: str, rows: int, *, complete: bool, now: datetime) -> None:
    """Leave the event that an export has ended: how many rows were read for it, and whether those were all.

    Where it is missing the process died in between, or nobody read a single line.
    """
    details = {"rows": rows, "complete": complete}
    audit.append(session, actor, "list.export_ended", "list", name, now=now, details=details)
