"""With which key are badges signed now, with which were they, and how does another take over?"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.badges import identities
from webapp.domain.badges.credentials import ALGORITHM
from webapp.models.badges import BadgeKey
from webapp.services import audit

if TYPE_CHECKING:
    from webapp.services.badges.signing import Signer

KEYS_LOCK = 7_242_012


@dataclass(frozen=True, slots=True)
class Rotated:
    """Which key signs now, which did, and how many are published in all."""

    kid: str
    former: str | None
    published: int


def find_current(session: Session) -> BadgeKey | None:
    """Give the key that signs now; None before the first one is needed."""
    return session.scalar(select(BadgeKey).where(BadgeKey.retired_at.is_(None)))


def signer_of(key: BadgeKey, *, base_url: str, secret: str) -> "Signer":
    """Give who signs with a key in the name of this installation; raises KeyUnreadable."""
    from webapp.services.badges.signing import open_signer  # ten megabytes, for the process that signs

    return open_signer(identities.key_url(identities.did_of(base_url), key.kid), key.sealed_key, secret)


def did_document(session: Session, *, base_url: str) -> dict[str, Any]:
    """Give every key that signs or has signed, the newest first: it is the one that signs."""
    keys = session.scalars(select(BadgeKey).order_by(BadgeKey.id.desc()))
    published = [(key.kid, json.loads(key.public_jwk)) for key in keys]
    return identities.did_document(identities.did_of(base_url), published)


def make_first(session: Session, actor: Actor, *, secret: str, now: datetime) -> BadgeKey:
    """Make the first key, or give the one that somebody else has just made."""
    _one_at_a_time(session)
    found = find_current(session)
    if found is not None:
        return found
    made = _make(session, secret, now)
    audit.append(session, actor, "badge_key.made", "badge_key", made.kid, now=now, details=_details(None, made.kid))
    return made


def rotate(session: Session, actor: Actor, *, secret: str, now: datetime) -> Rotated:
    """Let a new key sign from now on; the former stays published, so that what it signed still verifies."""
    _one_at_a_time(session)
    former = find_current(session)
    if former is not None:
        former.retired_at = now
        session.flush()  # before the new one is there: two never sign
    made = _make(session, secret, now)
    kid = former.kid if former is not None else None
    published = session.scalar(select(func.count()).select_from(BadgeKey)) or 0
    details = _details(kid, made.kid)
    audit.append(session, actor, "badge_key.rotated", "badge_key", made.kid, now=now, details=details)
    return Rotated(made.kid, kid, published)


def _make(session: Session, secret: str, now: datetime) -> BadgeKey:
    from webapp.services.badges.signing import make_key  # as above

    new = make_key(secret)
    made = BadgeKey(
        kid=new.kid, algorithm=ALGORITHM, public_jwk=new.public_jwk, sealed_key=new.sealed_key, created_at=now
    )
    session.add(made)
    session.flush()
    return made


def _details(before: str | None, after: str) -> dict[str, object]:
    return {"algorithm": ALGORITHM, "before": {"kid": before} if before else None, "after": {"kid": after}}


def _one_at_a_time(session: Session) -> None:
    """SQLite lets one write at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": KEYS_LOCK})
