"""Accounts that can sign in, quickly."""

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tests.fakes import NOON
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.identifiers import folded
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.services.configs import machine

PASSWORD = "correct horse battery"
# The parameters stand in the hash: a check of this one takes a millisecond.
_QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def make_account(session: Session, username: str = "sam", *roles: Role, learner_id: int | None = None) -> Account:
    """Make an account with the roles, whose password is PASSWORD."""
    account = Account(
        username=username,
        username_folded=folded(username),
        email=f"{username}@example.org",
        password_hash=_QUICK_HASH,
        learner_id=learner_id,
        created_at=NOON,
    )
    session.add(account)
    session.flush()
    if roles:
        machine.write_roles(session, Actor(MACHINE_NAME), username, roles, now=NOON)
    session.refresh(account)
    return account
