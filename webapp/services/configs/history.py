"""Who made a value what it is, when and why, and who wants it changed? For pages and answers that tell of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger, listing

MOST_VERSIONS = 50
"""So many versions of a key are told of at once."""


@dataclass(frozen=True, slots=True)
class Told:
    """One version, and whose approvals of what it says made it live."""

    version: ConfigVersion
    approvers: tuple[str, ...]


def tell_versions(session: Session, kind: str, key: str, *, before: int | None = None) -> list[Told]:
    """Give the newest versions of a key, or those before one of them; MOST_VERSIONS (50) at once, the newest first."""
    found = listing.list_versions(session, kind, key, below=before, limit=MOST_VERSIONS)
    return [_told(version) for version in found]


def tell_newest(
    session: Session, kind: str, keys: Collection[str], *, at: datetime | None = None
) -> Mapping[str, ConfigVersion]:
    """Give the newest version of each key that has one, now or at a moment; for the keys of one page of a list."""
    if not keys:
        return {}
    query = ledger.newest_versions(kind, at).where(ConfigVersion.key.in_(keys))
    return {one.key: one for one in session.scalars(query.options(selectinload(ConfigVersion.change)))}


def tell(version: ConfigVersion | None) -> Told | None:
    """Give one version with its approvers; None for none."""
    return None if version is None else _told(version)


def find_open_changes(session: Session, kind: str, keys: Collection[str]) -> Mapping[str, ChangeRequest]:
    """Give the open proposal on each of the keys that has one; for the keys of one page of a list."""
    if not keys:
        return {}
    query = select(ChangeRequest).where(listing.is_open_on([(kind, key) for key in keys]))
    return {one.key: one for one in session.scalars(query)}


def _told(version: ConfigVersion) -> Told:
    return Told(version, tuple(listing.approvers_of(version.change)))
