"""Who is it that a request comes from, as Flask-Login wants to know it?"""

from flask_login import UserMixin

from webapp.domain.roles import LABELS, Permission, Role
from webapp.services.platform.visitors import PlatformVisitor
from webapp.services.sign_on.sessions import SignedIn
from webapp.services.tokens import Bearer


class User(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Whoever a request comes from: by a session, by an API token, or by the platform's word."""

    def __init__(self, token: str, signed_in: SignedIn | Bearer | PlatformVisitor) -> None:
        """Wrap what a token of any kind stands for."""
        self.token = token
        self.signed_in = signed_in

    def get_id(self) -> str:
        """Give what the cookie carries: the session's token, never the account's number."""
        return self.token

    @property
    def by_session(self) -> bool:
        """Say whether they signed in here, so that they can sign out here."""
        return isinstance(self.signed_in, SignedIn)

    @property
    def name(self) -> str:
        """The account's name."""
        return self.signed_in.name

    @property
    def roles(self) -> tuple[Role, ...]:
        """The account's roles."""
        return self.signed_in.roles

    @property
    def role_labels(self) -> list[str]:
        """The roles in words."""
        return [LABELS[role] for role in self.roles]

    @property
    def snapshot(self) -> str | None:
        """The name of what was committed when they were looked up; None on SQLite, and for who comes by the platform's word."""
        return None if isinstance(self.signed_in, PlatformVisitor) else self.signed_in.snapshot

    def may(self, permission: Permission) -> bool:
        """Say whether one of the roles carries the permission."""
        return self.signed_in.may(permission)
