"""What is live, what was live at a moment, and how does the next version get in? The only door into the ledger."""

import json
import zlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from webapp.domain.approval.states import State
from webapp.domain.configs.kinds import SINGLE_KEY, Kind
from webapp.domain.identifiers import BIGGEST_ROW
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import VERSIONS, ConfigVersion

LOCKS = 7_242_100
"""First number of the locks by kind on PostgreSQL; the whole ledger's is the one before, the audit's lies below."""


def find_version(session: Session, kind: str, key: str, number: int | None = None) -> ConfigVersion | None:
    """Give one version of a key, or its newest one; a deleted key has a newest version whose payload is None."""
    query = select(ConfigVersion).where(ConfigVersion.kind == kind, ConfigVersion.key == key)
    if number is not None:
        query = query.where(ConfigVersion.version == max(-1, min(number, BIGGEST_ROW)))
    return session.scalar(query.order_by(ConfigVersion.version.desc()).limit(1))


def live_number(session: Session, kind: str, key: str) -> int:
    """Give the number of a key's newest version; 0 where it never had one."""
    query = select(func.max(ConfigVersion.version)).where(ConfigVersion.kind == kind, ConfigVersion.key == key)
    return session.scalar(query) or 0


def live_numbers(session: Session, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Give the number of the newest version of each kind and key that ever had one."""
    if not keys:
        return {}
    query = (
        select(ConfigVersion.kind, ConfigVersion.key, func.max(ConfigVersion.version))
        .where(or_(*(and_(ConfigVersion.kind == kind, ConfigVersion.key == key) for kind, key in keys)))
        .group_by(ConfigVersion.kind, ConfigVersion.key)
    )
    return {(kind, key): number for kind, key, number in session.execute(query)}


def find_at(session: Session, kind: str, key: str, at: datetime) -> ConfigVersion | None:
    """Give the version of a key that was live at a moment of the past (I13)."""
    query = newest_versions(kind, at).where(ConfigVersion.key == key)
    return session.scalar(query)


def list_live(session: Session, kind: str, *, at: datetime | None = None) -> Sequence[ConfigVersion]:
    """Give the live version of every key of a kind, now or at a moment of the past, by key; deleted keys are left out."""
    query = newest_versions(kind, at).where(ConfigVersion.payload.is_not(None)).order_by(ConfigVersion.key)
    return session.scalars(query).all()


def live_set(session: Session, kind: str, *, at: datetime | None = None) -> dict[str, dict[str, Any]]:
    """Give the live payload of each key of a kind."""
    found = {row.key: payload_of(row) for row in list_live(session, kind, at=at)}
    return {key: payload for key, payload in found.items() if payload is not None}


def list_versions(session: Session, kind: str, key: str) -> Sequence[ConfigVersion]:
    """Give all versions of a key, the newest first."""
    query = select(ConfigVersion).where(ConfigVersion.kind == kind, ConfigVersion.key == key)
    return session.scalars(query.order_by(ConfigVersion.version.desc())).all()


def live_payload(session: Session, kind: str, key: str = SINGLE_KEY) -> dict[str, Any] | None:
    """Give what is live of a key; None where it was deleted or was never there."""
    return payload_of(find_version(session, kind, key))


def payload_of(row: ConfigVersion | ChangeRequest | None) -> dict[str, Any] | None:
    """Give a payload as what it says; None where the value is deleted or was never there."""
    if row is None or row.payload is None:
        return None
    found: dict[str, Any] = json.loads(row.payload)
    return found


def lock(session: Session, kind: str) -> None:
    """Let nobody else write versions of a kind, or of one that it is judged by, until the commit.

    So that the whole set is judged as it will be (I10): a badge and the default that points to it stand under one
    lock. On SQLite whoever writes holds the whole database.
    """
    kind = Kind.BADGE if kind == Kind.BADGE_DEFAULT else kind
    _lock(session, LOCKS + zlib.crc32(kind.encode()) % 1000)


def add_version(session: Session, change: ChangeRequest, *, now: datetime) -> ConfigVersion:
    """Make what a change request asks for live; the gate in the database judges it and closes the request.

    Versions become visible in the order of their numbers, whatever their kind: processes tell by the highest number
    whether there is anything new (`current`), and one that came late below it would never be seen.
    """
    session.flush()
    _lock(session, LOCKS - 1)
    version = VERSIONS[change.kind](
        key=change.key,
        version=change.base_version + 1,
        payload=change.payload,
        change_id=change.id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    session.refresh(change)
    assert change.state is State.APPLIED, "the gate closes what it lets in"
    return version


def _lock(session: Session, number: int) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def newest_versions(kind: str, at: datetime | None = None) -> Select[ConfigVersion]:
    """Give the question for the newest version of every key of a kind, now or at a moment; deleted ones are among them."""
    newer = aliased(ConfigVersion)
    later = select(newer.id).where(
        newer.kind == ConfigVersion.kind, newer.key == ConfigVersion.key, newer.version > ConfigVersion.version
    )
    query = select(ConfigVersion).where(ConfigVersion.kind == kind)
    if at is not None:
        query, later = query.where(ConfigVersion.created_at <= at), later.where(newer.created_at <= at)
    return query.where(~later.exists())
