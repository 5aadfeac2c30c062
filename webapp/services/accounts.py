"""Who may sign in, and how are accounts, roles and tokens made?"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain import roles as rules
from webapp.domain.actors import Actor, is_ours
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import folded, is_mail, storable
from webapp.domain.roles import Role, Scope
from webapp.errors import (
    AccountExists,
    BadMail,
    BadName,
    OwnAccount,
    RolesClash,
    UnknownAccount,
    UnknownLearner,
    WeakPassword,
)
from webapp.models.accounts import Account, AccountSession, ApiToken, read_roles
from webapp.models.learners import Learner
from webapp.services import audit
from webapp.services.configs import ledger, machine
from webapp.wording import phrase

PASSWORD_LENGTH = 12
TOKEN_NAME_LENGTH = 150
TOKEN_PREFIX = "certdesk_"  # noqa: S105 - by which a leaked token is told from other texts

_hasher = PasswordHasher()  # argon2id with the library's current parameters (RFC 9106)


def create_account(
    session: Session,
    actor: Actor,
    username: str,
    *,
    now: datetime,
    email: str = "",
    roles: Iterable[Role] = (),
    learner: str | None = None,
    password: str | None = None,
) -> Account:
    """Make a local account; raises AccountExists, UnknownLearner, WeakPassword, RolesClash, BadName, BadMail."""
    username = username.strip()
    if not username or len(username) > 150 or len(folded(username)) > 300 or not storable(username):
        raise BadName("A sign-in name has 1 to 150 characters.")
    if is_ours(username):
        raise BadName(f"“{username}” stands for somebody who is no person: choose another name.")
    if find_account(session, username):
        raise AccountExists(f"There is an account named {username} already.")
    if email and not is_mail(email):
        raise BadMail("An e-mail address is somebody@somewhere, up to 254 characters.")
    account = Account(
        username=username,
        username_folded=folded(username),
        email=email,
        password_hash=hash_password(password) if password is not None else None,
        learner_id=_learner_id(session, learner),
        created_at=now,
    )
    wanted = _sorted(roles)
    session.add(account)
    session.flush()
    if wanted:
        machine.write_roles(session, actor, username, wanted, now=now)
    session.refresh(account)
    details = audit.of_new({"roles": list(account.roles), "learner": learner, "password": password is not None})
    audit.append(session, actor, "account.created", "account", username, now=now, details=details)
    return account


def grant(session: Session, actor: Actor, username: str, roles: Iterable[Role], *, now: datetime) -> Account:
    """Add roles to an account; raises UnknownAccount, RolesClash."""
    ledger.lock(session, Kind.ACCESS)  # what is held now is added to: nobody else may be adding meanwhile
    account = get_account(session, username)
    session.refresh(account)
    before = account.roles
    after = _sorted({*before, *roles})
    if after != before:
        machine.write_roles(session, actor, account.username, after, now=now)
        session.refresh(account)
    details = {"before": list(before), "after": list(account.roles)}
    audit.append(session, actor, "account.roles_changed", "account", account.username, now=now, details=details)
    return account


def set_password(session: Session, actor: Actor, username: str, password: str, *, now: datetime) -> None:
    """Give an account a new password and end all its sessions; raises UnknownAccount, WeakPassword."""
    account = get_account(session, username)
    had_one, account.password_hash = account.password_hash is not None, hash_password(password)
    ended = _end_sessions(session, account.id, now)
    details = {"before": {"password": had_one, "sessions": ended}, "after": {"password": True, "sessions": 0}}
    audit.append(session, actor, "account.password_set", "account", account.username, now=now, details=details)


def hash_password(password: str) -> str:
    """Give the argon2id hash of a password; raises WeakPassword below 12 characters, and for what is no text."""
    if len(password) < PASSWORD_LENGTH:
        raise WeakPassword(f"A password has at least {PASSWORD_LENGTH} characters.")
    if not storable(password):
        raise WeakPassword("The password holds characters that nobody can type.")
    return _hasher.hash(password)


def check_password(account: Account | None, password: str) -> bool:
    """Say whether the password is right; takes as long for an account that is missing, disabled or has none."""
    known = account.password_hash if account is not None and account.disabled_at is None else None
    try:
        _hasher.verify(known or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def disable(session: Session, actor: Actor, account_id: int, *, now: datetime) -> None:
    """Shut an account and end its sessions; its rows and events stay. Undone by `enable`. Raises UnknownAccount, OwnAccount."""
    account = _get(session, account_id)
    if account.id == actor.id:
        raise OwnAccount(phrase("You cannot disable the account that you are signed in with."))
    was = account.disabled_at is not None
    account.disabled_at = account.disabled_at or now
    ended = _end_sessions(session, account.id, now)
    details = {"before": {"disabled": was, "sessions": ended}, "after": {"disabled": True, "sessions": 0}}
    audit.append(session, actor, "account.disabled", "account", account.username, now=now, details=details)


def enable(session: Session, actor: Actor, account_id: int, *, now: datetime) -> None:
    """Undo `disable`; raises UnknownAccount."""
    account = _get(session, account_id)
    details = {"before": {"disabled": account.disabled_at is not None}, "after": {"disabled": False}}
    account.disabled_at = None
    session.flush()
    audit.append(session, actor, "account.enabled", "account", account.username, now=now, details=details)


def end_sessions(session: Session, actor: Actor, account_id: int, *, now: datetime) -> None:
    """Sign an account out everywhere; raises UnknownAccount."""
    account = _get(session, account_id)
    ended = _end_sessions(session, account.id, now)
    details = {"before": {"sessions": ended}, "after": {"sessions": 0}}
    audit.append(session, actor, "account.sessions_ended", "account", account.username, now=now, details=details)


def create_token(
    session: Session,
    actor: Actor,
    username: str,
    *,
    name: str,
    scopes: Iterable[Scope],
    secret: str,
    now: datetime,
    days: int | None = None,
) -> str:
    """Make an API token and give its text, which is kept nowhere; raises UnknownAccount, BadName."""
    account, name = get_account(session, username), name.strip()
    if not 0 < len(name) <= TOKEN_NAME_LENGTH or not storable(name):
        raise BadName(f"A token has a name of 1 to {TOKEN_NAME_LENGTH} characters, by which it is told from others.")
    token, wanted = TOKEN_PREFIX + secret, sorted(set(scopes))
    expires_at = now + timedelta(days=days) if days else None
    session.add(
        ApiToken(
            account_id=account.id,
            name=name,
            token_digest=digest(token),
            scopes=list(wanted),
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    until = expires_at.isoformat() if expires_at else None
    details = audit.of_new({"name": name, "scopes": list(wanted), "expires_at": until})
    audit.append(session, actor, "token.created", "account", account.username, now=now, details=details)
    return token


def find_account(session: Session, username: str) -> Account | None:
    """Give the account of that name, whatever its case, or None."""
    if not storable(username):
        return None
    return session.scalar(select(Account).where(Account.username_folded == folded(username.strip())))


def list_staff(session: Session) -> Sequence[Account]:
    """Give every account that has a role, by name, disabled ones too, with the roles of this moment."""
    names = [folded(row.key) for row in ledger.list_live(session, Kind.ACCESS) if read_roles(row.payload)]
    query = select(Account).where(Account.username_folded.in_(names)).order_by(Account.username)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def get_account(session: Session, username: str) -> Account:
    """Give the account of that name; raises UnknownAccount."""
    account = find_account(session, username)
    if account is None:
        raise UnknownAccount(f"There is no account named {username}.")
    return account


def digest(token: str) -> str:
    """Give what is kept of a secret token: it has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _nobodys_hash() -> str:
    """What is verified when there is no such account, so that the answer takes as long as for one that exists."""
    return _hasher.hash("nobody's password")


def _get(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise UnknownAccount(phrase("There is no such account any more."))
    return account


def _sorted(roles: Iterable[Role]) -> tuple[Role, ...]:
    wanted = set(roles)
    try:
        rules.refuse_clash(wanted)
    except rules.ClashingRoles as problem:
        raise RolesClash(f"These roles do not go together: {problem}.") from None
    return tuple(role for role in Role if role in wanted)


def _learner_id(session: Session, username: str | None) -> int | None:
    if username is None:
        return None
    found = session.scalar(select(Learner.id).where(Learner.username == username)) if storable(username) else None
    if found is None:
        raise UnknownLearner(f"There is no learner named {username}.")
    return found


def _end_sessions(session: Session, account_id: int, now: datetime) -> int:
    """End the sessions that are open, and give how many that were."""
    still_open = AccountSession.account_id == account_id, AccountSession.ended_at.is_(None)
    ended = update(AccountSession).where(*still_open).values(ended_at=now).returning(AccountSession.id)
    return len(session.scalars(ended).all())
