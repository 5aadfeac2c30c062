"""For whom does a program act that brings an API token, for how much of what they may, and until when?"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from webapp.domain import roles as rules
from webapp.domain.actors import Actor
from webapp.domain.roles import Permission, Role, Scope
from webapp.errors import UnknownToken
from webapp.models.accounts import Account, ApiToken, read_roles
from webapp.models.prepared import Line, Prepared
from webapp.services import audit
from webapp.services.accounts import digest
from webapp.services.caching.snapshots import SNAPSHOT
from webapp.services.sign_on.sessions import SEEN_EVERY
from webapp.wording import phrase

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


def list_of(session: Session, account_id: int, *, limit: int | None = None) -> Sequence[ApiToken]:
    """Give an account's tokens, those that were revoked last, and the newest first."""
    query = select(ApiToken).where(ApiToken.account_id == account_id)
    return session.scalars(query.order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc()).limit(limit)).all()


def revoke(session: Session, actor: Actor, account: Account, number: int, *, now: datetime) -> ApiToken:
    """Have a token count no more, at once and for good; one that is revoked stays as it is. Raises UnknownToken."""
    token = session.scalar(select(ApiToken).where(ApiToken.id == number, ApiToken.account_id == account.id))
    if token is None:
        raise UnknownToken(
            phrase("{username} has no API token of the number {number}.", username=account.username, number=number)
        )
    still_good = update(ApiToken).where(ApiToken.id == number, ApiToken.revoked_at.is_(None))
    if session.scalar(still_good.values(revoked_at=now).returning(ApiToken.id)) is None:
        return token
    session.refresh(token)
    details = {"name": token.name, "before": {"revoked": False}, "after": {"revoked": True}}
    audit.append(session, actor, "token.revoked", "account", account.username, now=now, details=details)
    return token
