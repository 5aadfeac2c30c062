"""For how long is somebody signed in, by which proof, and who is it that a cookie's token stands for?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp.domain import roles as rules
from webapp.domain.actors import Actor
from webapp.domain.roles import Permission, Role
from webapp.models.accounts import Account, AccountSession, read_roles
from webapp.models.prepared import Line, Prepared
from webapp.services import audit
from webapp.services.accounts import digest
from webapp.services.caching.snapshots import SNAPSHOT

IDLE_TIME = timedelta(hours=1)
LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

# Asked by every request of somebody signed in: one statement, with the roles as the ledger has them at this moment.
_SIGNED_IN = Prepared(
    select(
        AccountSession.id,
        AccountSession.account_id,
        AccountSession.created_at,
        AccountSession.seen_at,
        AccountSession.ended_at,
        Account.username,
        Account.learner_id,
        Account.disabled_at,
        Account.access.expression,
        SNAPSHOT,
    )
    .join(AccountSession.account)
    .where(AccountSession.token_digest == bindparam("token_digest"))
)


@dataclass(frozen=True, slots=True)
class How:
    """By which proof a session was begun: a password, a second factor with it, or the word of an issuer of identities."""

    way: str
    issuer: str | None = None
    id_token: str | None = field(default=None, repr=False)
    """By which the provider knows whom to sign out again."""

    @property
    def details(self) -> Mapping[str, object]:
        """What the audit keeps of it."""
        told = {"way": self.way, "issuer": self.issuer}
        return {name: value for name, value in told.items() if value is not None}


BY_PASSWORD = How("password")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account as one session sees it, free of the database."""

    account_id: int
    session_id: int
    name: str
    roles: tuple[Role, ...]
    learner_id: int | None
    seen_at: datetime
    snapshot: str | None = None
    """What was committed when they were looked up (services.caching.snapshots)."""

    def may(self, permission: Permission) -> bool:
        """Say whether one of the roles carries the permission."""
        return rules.permitted(self.roles, permission)


def sign_in(
    session: Session, actor: Actor, account_id: int, *, token: str, now: datetime, how: How = BY_PASSWORD
) -> SignedIn:
    """Begin a session whose cookie carries `token`, and give what it stands for."""
    account = session.get_one(Account, account_id)
    _forget_id_tokens(session, account_id, now)
    begun = AccountSession(
        token_digest=digest(token),
        account_id=account.id,
        created_at=now,
        seen_at=now,
        issuer=how.issuer,
        id_token=how.id_token,
    )
    session.add(begun)
    session.flush()
    audit.append(session, actor, "account.signed_in", "account", account.username, now=now, details=how.details)
    return SignedIn(account.id, begun.id, account.username, account.roles, account.learner_id, now)


def end_of(session: AccountSession, *, now: datetime) -> datetime | None:
    """Give when a session was ended, or ended by itself; None while it goes on."""
    by_itself = min(session.seen_at + IDLE_TIME, session.created_at + LONGEST_SESSION)
    return session.ended_at or (by_itself if by_itself < now else None)


def find_signed_in(line: Line, token: str, *, now: datetime) -> SignedIn | None:
    """Give who a cookie's token stands for; None once the session was ended, idle for an hour or 12 hours old."""
    found = line.ask(_SIGNED_IN, {"token_digest": digest(token)})
    if not found:
        return None
    number, account_id, created_at, seen_at, ended_at, username, learner_id, disabled_at, access, snapshot = found[0]
    over = now - seen_at > IDLE_TIME or now - created_at > LONGEST_SESSION
    if over or ended_at is not None or disabled_at is not None:
        return None
    return SignedIn(account_id, number, username, read_roles(access), learner_id, seen_at, snapshot)


def note_seen(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """Remember that a session is in use."""
    session.execute(update(AccountSession).where(AccountSession.id == signed_in.session_id).values(seen_at=now))


def sign_out(session: Session, actor: Actor, signed_in: SignedIn, *, now: datetime) -> How:
    """End one session, so that its cookie is worth nothing even to a thief, and give how it was begun."""
    ended = session.get_one(AccountSession, signed_in.session_id)
    how = How("password" if ended.issuer is None else "elsewhere", ended.issuer, ended.id_token)
    ended.ended_at, ended.id_token = now, None
    session.flush()
    audit.append(session, actor, "account.signed_out", "account", signed_in.name, now=now)
    return how


def purge(session: Session, *, now: datetime, days: int, at_most: int = 5_000) -> int:
    """Forget the providers' tokens of sessions that are over, and sessions that were over `days` ago; give how many.

    The last session of an account stays, so that its page can say when somebody was last signed in.
    """
    over = or_(
        AccountSession.ended_at.is_not(None),
        AccountSession.seen_at < now - IDLE_TIME,
        AccountSession.created_at < now - LONGEST_SESSION,
    )
    told = select(AccountSession.id).where(AccountSession.id_token.is_not(None), over).limit(at_most)
    emptied = update(AccountSession).where(AccountSession.id.in_(told)).values(id_token=None)
    number = len(session.execute(emptied.returning(AccountSession.id)).all())
    later = aliased(AccountSession)
    not_the_last = exists().where(later.account_id == AccountSession.account_id, later.id > AccountSession.id)
    old = select(AccountSession.id).where(AccountSession.seen_at < now - timedelta(days=days), over, not_the_last)
    gone = delete(AccountSession).where(AccountSession.id.in_(old.limit(at_most)))
    return number + len(session.execute(gone.returning(AccountSession.id)).all())


def _forget_id_tokens(session: Session, account_id: int, now: datetime) -> None:
    """A provider's token tells of a person, and is of use while its session lasts."""
    over = AccountSession.account_id == account_id, AccountSession.created_at < now - LONGEST_SESSION
    kept = update(AccountSession).where(*over, AccountSession.id_token.is_not(None))
    session.execute(kept.values(id_token=None))
