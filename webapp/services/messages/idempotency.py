"""Was this very request carried out before, or is it under way? What a program sends under one key is done once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.errors import KeyInFlight, KeyReused
from webapp.models.messages import IdempotencyKey

KEPT = timedelta(hours=24)
"""For how long a key means what it was first sent with (ecosystem note §6)."""
AT_IT_FOR = timedelta(minutes=1)
"""After this long whoever is at a request counts as dead; should they live, nothing of theirs is committed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Leave to carry a request out."""

    number: int
    holder: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request."""

    status: int
    headers: dict[str, str]
    body: bytes


def claim(session: Session, account_id: int, key: str, digest: str, *, holder: str, now: datetime) -> Claim | Answer:
    """Take a request under a key of an account, or give what was answered to it.

    `digest` is of the whole request, `holder` a name that no other request has. Raises KeyReused where the key was sent
    with another request, and KeyInFlight where this one is under way.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = {"holder": holder, "until": now + AT_IT_FOR}
    row = {"account_id": account_id, "key": key, "digest": digest, "created_at": now, **new}
    made = dialect.insert(IdempotencyKey).values(row).on_conflict_do_nothing().returning(IdempotencyKey.id)
    number = session.scalar(made)
    if number is not None:
        return Claim(number, holder)
    of_key = (IdempotencyKey.account_id == account_id, IdempotencyKey.key == key)
    found = session.scalars(select(IdempotencyKey).where(*of_key).with_for_update()).first()
    if found is None:
        raise KeyInFlight(timedelta(seconds=1))  # given back just now
    if found.digest != digest:
        raise KeyReused("The key was sent with another request; take a new key for a new request.")
    if found.status is not None:
        return Answer(found.status, found.headers or {}, found.body or b"")
    if found.until > now:
        raise KeyInFlight(found.until - now)
    found.holder, found.until = holder, now + AT_IT_FOR
    return Claim(found.id, holder)


def keep(session: Session, claim: Claim, answer: Answer) -> None:
    """Keep the answer, in the transaction of what was done.

    Raises KeyInFlight where the request took so long that another is at it: what was done has to be undone.
    """
    kept = update(IdempotencyKey).where(*_held(claim))
    done = session.execute(kept.values(status=answer.status, headers=answer.headers, body=answer.body))
    assert isinstance(done, CursorResult)
    if done.rowcount != 1:
        raise KeyInFlight(AT_IT_FOR)


def give_back(session: Session, claim: Claim) -> None:
    """Let the key be free again: the request was refused, or failed, and left nothing that could be done twice."""
    session.execute(delete(IdempotencyKey).where(*_held(claim)))


def purge(session: Session, *, now: datetime) -> int:
    """Forget keys that are older than a day, and give how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT)
    done = session.execute(old)
    assert isinstance(done, CursorResult)
    return done.rowcount


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        IdempotencyKey.id == claim.number,
        IdempotencyKey.holder == claim.holder,
        IdempotencyKey.status.is_(None),
    )
