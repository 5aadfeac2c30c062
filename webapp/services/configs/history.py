"""Who made a value what it is, when and why, and who wants it changed? For pages and answers that tell of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.domain.approval.states import OPEN, Origin, Verdict
from webapp.models.governance.changes import ChangeRequest, Decision
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger

MOST_VERSIONS = 50
"""So many versions of a key are told of at once."""


@dataclass(frozen=True, slots=True)
class Told:
    """One version, and whose approvals of what it says made it live."""

    version: ConfigVersion
    approvers: tuple[str, ...]


def tell_versions(session: Session, kind: str, key: str, *, before: int | None = None) -> list[Told]:
    """Give the newest versions of a key, or those before one of them; MOST_VERSIONS (50) at once, the newest first."""
    query = select(ConfigVersion).where(ConfigVersion.kind == kind, ConfigVersion.key == key)
    if before is not None:
        query = query.where(ConfigVersion.version < before)
    query = query.options(selectinload(ConfigVersion.change)).order_by(ConfigVersion.version.desc())
    return _with_approvers(session, session.scalars(query.limit(MOST_VERSIONS)).all())


def tell_newest(
    session: Session, kind: str, keys: Collection[str], *, at: datetime | None = None
) -> Mapping[str, ConfigVersion]:
    """Give the newest version of each key that has one, now or at a moment; for the keys of one page of a list."""
    if not keys:
        return {}
    query = ledger.newest_versions(kind, at).where(ConfigVersion.key.in_(keys))
    return {one.key: one for one in session.scalars(query.options(selectinload(ConfigVersion.change)))}


def tell(session: Session, version: ConfigVersion | None) -> Told | None:
    """Give one version with its approvers; None for none."""
    return None if version is None else _with_approvers(session, [version])[0]


def find_open_changes(session: Session, kind: str, keys: Collection[str]) -> Mapping[str, ChangeRequest]:
    """Give the open proposal on each of the keys that has one; for the keys of one page of a list."""
    if not keys:
        return {}
    query = select(ChangeRequest).where(
        ChangeRequest.kind == kind,
        ChangeRequest.key.in_(keys),
        ChangeRequest.origin == Origin.PROPOSAL,
        ChangeRequest.state.in_(OPEN),
    )
    return {one.key: one for one in session.scalars(query)}


def _with_approvers(session: Session, versions: Sequence[ConfigVersion]) -> list[Told]:
    numbers = [one.change_id for one in versions]
    query = (
        select(Decision.change_id, Decision.account_name)
        .join(ChangeRequest, ChangeRequest.id == Decision.change_id)
        .where(
            Decision.change_id.in_(numbers),
            Decision.revision == ChangeRequest.revision,
            Decision.verdict == Verdict.APPROVE,
            Decision.taken_back_at.is_(None),
        )
        .order_by(Decision.at)
    )
    approvers: dict[int, list[str]] = {number: [] for number in numbers}
    for number, name in session.execute(query) if numbers else ():
        approvers[number].append(name)
    return [Told(one, tuple(approvers[one.change_id])) for one in versions]
