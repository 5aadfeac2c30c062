"""For whom does a program act that brings an API token, and for how much of what they may?"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from webapp.domain import roles as rules
from webapp.domain.roles import Permission, Role, Scope
from webapp.models.accounts import Account, ApiToken, read_roles
from webapp.models.prepared import Line, Prepared
from webapp.services.accounts import digest
from webapp.services.caching.snapshots import SNAPSHOT
from webapp.services.signon.sessions import SEEN_EVERY

_BEARER = Prepared(
    select(
        ApiToken.id,
        ApiToken.account_id,
        ApiToken.token_digest,
        ApiToken.scopes,
        ApiToken.expires_at,
        ApiToken.last_used_at,
        ApiToken.revoked_at,
        Account.username,
        Account.learner_id,
        Account.disabled_at,
        Account.access.expression,
        SNAPSHOT,
    )
    .join(ApiToken.account)
    .where(ApiToken.token_digest == bindparam("token_digest"))
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """An account as one token sees it, free of the database; `roles` are the account's at this moment."""

    account_id: int
    token_id: int
    name: str
    roles: tuple[Role, ...]
    scopes: frozenset[str]
    learner_id: int | None
    used_at: datetime | None
    snapshot: str | None
    """What was committed when they were looked up (services.caching.snapshots)."""

    def may(self, permission: Permission) -> bool:
        """Say whether one of the account's roles carries the permission; the scopes are asked for apart."""
        return rules.permitted(self.roles, permission)

    def reaches(self, scope: Scope) -> bool:
        """Say whether the token is for this too."""
        return scope in self.scopes

    def unnoted(self, now: datetime) -> bool:
        """Say whether its last use was noted more than a minute ago."""
        return self.used_at is None or now - self.used_at > SEEN_EVERY


def find_bearer(line: Line, token: str, *, now: datetime) -> Bearer | None:
    """Give for whom a token stands; None for one that is unknown, revoked or over, or whose account is disabled."""
    wanted = digest(token)
    found = line.ask(_BEARER, {"token_digest": wanted})
    if not found:
        return None
    (
        number,
        account_id,
        known,
        scopes,
        expires_at,
        used_at,
        revoked_at,
        username,
        learner_id,
        disabled_at,
        access,
        snapshot,
    ) = found[0]
    if not hmac.compare_digest(known, wanted) or revoked_at is not None or disabled_at is not None:
        return None
    if expires_at is not None and expires_at <= now:
        return None
    return Bearer(account_id, number, username, read_roles(access), frozenset(scopes), learner_id, used_at, snapshot)


def note_used(session: Session, bearer: Bearer, *, now: datetime) -> None:
    """Remember that a token is in use."""
    session.execute(update(ApiToken).where(ApiToken.id == bearer.token_id).values(last_used_at=now))
