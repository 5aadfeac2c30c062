"""What is written into the ledger without two people: the roles that whoever owns the machine gives, and a first installation.

Both are told apart for ever by the origin of their change request (decision 49).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.actors import INSTALLER_NAME, Actor
from webapp.domain.approval.merge import Payload, canonical
from webapp.domain.approval.states import Origin
from webapp.domain.configs.kinds import SINGLE_KEY, Kind
from webapp.domain.roles import Role
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger
from webapp.services.notices import writing


def write_roles(session: Session, actor: Actor, username: str, roles: Iterable[Role], *, now: datetime) -> None:
    """Give an account exactly these roles, at once (decision 30); the caller leaves the audit event.

    The author of an open change of them is told that it is stale.
    """
    held = set(roles)
    payload = {"roles": [role.value for role in Role if role in held]}
    ledger.lock(session, Kind.ACCESS)
    _write(session, Origin.MACHINE, Kind.ACCESS, username, payload, author=actor.name, now=now)
    writing.write_stale(session, actor, Kind.ACCESS, username, now=now)


def install(session: Session, values: Mapping[Kind, Payload], *, now: datetime) -> list[Kind]:
    """Begin the kinds that have no version yet with an installation's values, and give which those were."""
    begun = []
    for kind, payload in values.items():
        if session.scalar(select(ConfigVersion.id).where(ConfigVersion.kind == kind).limit(1)) is None:
            _write(session, Origin.INSTALLATION, kind, SINGLE_KEY, payload, author=INSTALLER_NAME, now=now)
            begun.append(kind)
    return begun


def _write(
    session: Session, origin: Origin, kind: str, key: str, payload: Payload, *, author: str, now: datetime
) -> None:
    change = ChangeRequest(
        origin=origin,
        kind=kind,
        key=key,
        payload=canonical(payload),
        base_version=ledger.live_number(session, kind, key),
        approvals_needed=0,
        author_name=author,
        created_at=now,
        touched_at=now,
    )
    session.add(change)
    ledger.add_version(session, change, now=now)
