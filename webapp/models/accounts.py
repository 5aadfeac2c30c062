"""Who signs in, with which roles, by which identities and tokens?"""

import json
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    ScalarSelect,
    String,
    Text,
    UniqueConstraint,
    select,
    true,
)
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column, relationship

from webapp.domain.roles import Role
from webapp.models.base import BIG_ID, Model, UtcDateTime, folded_text
from webapp.models.governance.versions import ConfigVersion
from webapp.models.learners import Learner


def _access_of(username: Mapped[str]) -> ScalarSelect[str | None]:
    """The live value of kind `access` of an account: the roles lie in the ledger and nowhere else (decision 26)."""
    newest = aliased(ConfigVersion)
    found = select(newest.payload).where(newest.kind == "access", newest.key == username)
    return found.order_by(newest.version.desc()).limit(1).correlate_except(newest).scalar_subquery()


@lru_cache(maxsize=256)  # the same few texts, at every request of everybody
def read_roles(access: str | None) -> tuple[Role, ...]:
    """Give the roles that a payload of kind `access` names; none where there is no payload."""
    held = set(json.loads(access)["roles"]) if access else set()
    return tuple(role for role in Role if role in held)


class Account(Model):
    """Someone who can sign in. An account without a role is a learner's, or nobody's yet."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(150))
    username_folded: Mapped[str] = mapped_column(folded_text(300), unique=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    password_hash: Mapped[str | None] = mapped_column(String(255))  # None: signs in elsewhere
    learner_id: Mapped[int | None] = mapped_column(ForeignKey("learner.id", ondelete="SET NULL"), index=True)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_notices: Mapped[bool] = mapped_column(default=True, server_default=true())  # shown on the page in any case
    tour: Mapped[bool | None]  # the first hour is wanted, or put away; None: never said
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    learner: Mapped[Learner | None] = relationship()
    access: Mapped[str | None] = column_property(_access_of(username))

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles held as the account was last read, in the order in which they are listed everywhere."""
        return read_roles(self.access)


class Identity(Model):
    """A person at an issuer of identities; accounts are linked by it, never by mail address (decision 36)."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountSession(Model):
    """One sign-in, from its beginning to its end; only a digest of the token in the cookie is kept."""

    __tablename__ = "account_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issuer: Mapped[str | None] = mapped_column(String(255))  # None: by a password
    id_token: Mapped[str | None] = mapped_column(Text)  # names the person to the provider when it is to sign them out

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class SignOnNonce(Model):
    """A token of a third party's sign-on that was used: each counts once (interface note §4)."""

    __tablename__ = "sign_on_nonce"
    __table_args__ = (UniqueConstraint("issuer", "nonce"),)
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    issuer: Mapped[str] = mapped_column(String(255))
    nonce: Mapped[str] = mapped_column(String(255))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SecondFactor(Model):
    """What an account proves itself by beside its password: codes of an app (RFC 6238)."""

    __tablename__ = "second_factor"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(255))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: begun, and asked of nobody yet
    last_step: Mapped[int | None] = mapped_column(BigInteger)  # of the newest code taken: none counts twice
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """A code that stands in once for a lost app; only a digest of it is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    code_digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Model):
    """A program's way in on behalf of an account; only a digest of it is kept."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "account_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(150))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()
