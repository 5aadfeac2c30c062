"""Who is it that a token of the platform stands for, here (record 21)?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain import roles as rules
from webapp.domain.platform.claims import Claims
from webapp.domain.roles import Permission, Role
from webapp.models.accounts import Account, Identity
from webapp.models.learners import Learner

OF_ADMINISTRATORS = frozenset({Permission.READ_DESK, Permission.SUPPORT_LEARNERS})
"""What global staff of the platform may do through its own clients (ecosystem note §1.2), and nowhere else."""


@dataclass(frozen=True, slots=True)
class PlatformVisitor:
    """Somebody in whom the platform vouches, free of the database."""

    claims: Claims
    name: str
    """The account's, where there is one."""
    account_id: int | None
    roles: tuple[Role, ...]
    learner_id: int | None

    def as_learner(self) -> "PlatformVisitor | None":
        """Give the learner alone, with no role and nothing that the platform's own clients may do; None for who is none.

        None too where the token was given to an application of somebody else's: it asks through the platform's clients.
        """
        if self.learner_id is None or self.claims.restricted:
            return None
        return replace(self, roles=(), claims=replace(self.claims, administrator=False))

    def may(self, permission: Permission) -> bool:
        """Say whether a role of ours carries the permission, or the platform's word does."""
        by_platform = self.claims.administrator and permission in OF_ADMINISTRATORS
        return by_platform or rules.permitted(self.roles, permission)


def find_visitor(session: Session, claims: Claims) -> PlatformVisitor | None:
    """Give for whom a token stands: the learner of that name, with the account that is theirs.

    An account is somebody's by its identity at the issuer, or by being tied to the learner; never by having the same
    name. None where we know the name for another person's, or have shut the account.
    """
    learner = session.scalar(select(Learner).where(Learner.username == claims.username))
    known_as = {learner.external_id if learner else None, claims.user_id} - {None}
    if learner is not None and len(known_as) > 1:
        return None  # the name was somebody else's before
    tied = _accounts(session, claims, learner)
    if tied and all(account.disabled_at is not None for account in tied):
        return None
    open_ones = [account for account in tied if account.disabled_at is None]
    account = open_ones[0] if len(open_ones) == 1 else None
    return PlatformVisitor(
        claims,
        account.username if account else claims.username,
        account.id if account else None,
        account.roles if account else (),
        learner.id if learner else None,
    )


def _accounts(session: Session, claims: Claims, learner: Learner | None) -> Sequence[Account]:
    """The one with the identity, else those that are tied to the learner: of several none is meant."""
    if claims.subject:
        known = select(Account).join(Identity, Identity.account_id == Account.id)
        by_identity = session.scalars(
            known.where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
        ).all()
        if by_identity:
            return by_identity
    return [] if learner is None else session.scalars(select(Account).where(Account.learner_id == learner.id)).all()
