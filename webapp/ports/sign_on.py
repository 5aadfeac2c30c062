"""How do people sign in who are known elsewhere?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from webapp.domain.sign_on.arrivals import Arrival
from webapp.domain.sign_on.id_tokens import Attempt
from webapp.domain.sign_on.posted import Posted


class ProviderUnreachable(Exception):
    """The provider could not be asked, or did not answer as it should; the text says why. Nobody was signed in."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Who has signed in at the provider, and the token that says so, by which it knows whom to sign out again."""

    arrival: Arrival
    id_token: str = field(repr=False)


class IdentityProvider(Protocol):
    """Lets people sign in at an OpenID Connect provider; used by several threads at once."""

    @property
    def issuer(self) -> str:
        """Give its name for itself."""

    def address_for(self, attempt: Attempt) -> str:
        """Give where somebody goes to sign in; raises ProviderUnreachable."""

    def redeem(self, code: str, attempt: Attempt, *, answered_by: str | None, now: datetime) -> Redeemed:
        """Give who has signed in, by the code that they came back with; raises BadSignOn, ProviderUnreachable.

        `answered_by` is who says that the answer is theirs, where the answer says it (RFC 9207).
        """

    def sign_out_address(self, id_token: str) -> str | None:
        """Give where somebody goes to be signed out there too; None where there is no such place, or it cannot be found."""

    def find_fault(self) -> str | None:
        """Ask who it is and for its keys, and give what is wrong; None where all is well."""


class SignedPosts(Protocol):
    """Tells what a third party signed from anything else; used by several threads at once."""

    def read(self, text: str, *, now: datetime) -> Posted:
        """Give whom it sends; raises BadSignOn."""
