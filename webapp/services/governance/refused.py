"""What is left of a wish that was refused: an event, in a transaction of its own (I7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.identifiers import made_storable
from webapp.errors import WebappError
from webapp.models.base import Transactions
from webapp.models.governance.changes import KEY_LENGTH, KIND_LENGTH
from webapp.services import audit


@contextmanager
def recorded(begin: Transactions, actor: Actor, kind: str, key: str, *, now: datetime) -> Iterator[Session]:
    """Work in one transaction; where it is refused, nothing of it stays but an event that says who was refused what.

    `begin` is `unit_of_work`. The refusal is raised again.
    """
    try:
        with begin() as session:
            yield session
    except WebappError as refusal:
        with begin() as session:
            subject = made_storable(kind)[:KIND_LENGTH], made_storable(key)[:KEY_LENGTH]
            reason = made_storable(str(refusal))[:1_000]
            audit.append(
                session, actor, "change.refused", *subject, now=now, details={"code": refusal.code}, reason=reason
            )
        raise
