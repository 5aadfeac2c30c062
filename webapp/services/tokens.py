"""For whom does a program act that brings an API token, and for how much of what they may?"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from webapp.domain import roles as rules
from webapp.domain.roles import Permission, Role, Scope
from webapp.models.accounts import Account, ApiToken, read_roles
from webapp.services.accounts import SEEN_EVERY, digest

_BEARER = (
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
        Account.access,
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

    def may(self, permission: Permission) -> bool:
        """Say whether one of the account's roles carries the permission; the scopes are asked for apart."""
        return rules.permitted(self.roles, permission)

    def reaches(self, scope: Scope) -> bool:
        """Say whether the token is for this too."""
        return scope in self.scopes

    def unnoted(self, now: datetime) -> bool:
        """Say whether its last use was noted more than a minute ago."""
        return self.used_at is None or now - self.used_at > SEEN_EVERY


def find_bearer(session: Session, token: str, *, now: datetime) -> Bearer | None:
    """Give for whom a token stands; None for one that is unknown, revoked or over, or whose account is disabled."""
    wanted = digest(token)
    row = session.execute(_BEARER, {"token_digest": wanted}).first()
    if row is None or not hmac.compare_digest(row.token_digest, wanted):
        return None
    if row.revoked_at is not None or row.disabled_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= now:
        return None
    return Bearer(
        row.account_id,
        row.id,
        row.username,
        read_roles(row.access),
        frozenset(row.scopes),
        row.learner_id,
        row.last_used_at,
    )


def note_used(session: Session, bearer: Bearer, *, now: datetime) -> None:
    """Remember that a token is in use."""
    session.execute(update(ApiToken).where(ApiToken.id == bearer.token_id).values(last_used_at=now))
