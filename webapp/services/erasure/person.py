"""Whom is an erasure about, and where is it written who they are?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.domain.learners.erasure import Known, identity_text
from webapp.models.accounts import Account, Identity
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services.erasure.marks import Asked


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is while that is still known."""

    learner_id: int
    username: str
    email: str
    name: str
    number: int | None
    """The platform's."""
    accounts: tuple[tuple[int, str], ...]
    """Numbers and names of the accounts that are tied to the learner."""

    @property
    def account_ids(self) -> list[int]:
        """Their numbers alone."""
        return [number for number, _ in self.accounts]

    @property
    def certificates(self) -> Select[Any]:
        """Ask for the numbers of what the learner holds."""
        return select(GeneratedCertificate.id).where(GeneratedCertificate.learner_id == self.learner_id)

    @property
    def names(self) -> tuple[str, ...]:
        """The texts by which somebody else's words would name them."""
        return tuple(dict.fromkeys(text for text in (self.username, self.email, self.name) if text.strip()))

    @property
    def exact(self) -> tuple[str, ...]:
        """Those of them that say who it is: many bear one name."""
        return tuple(text for text in (self.username, self.email) if text)


def read_person(session: Session, learner: Learner) -> Person:
    """Give who a learner is, with the accounts that are tied to them."""
    accounts = session.execute(
        select(Account.id, Account.username).where(Account.learner_id == learner.id).order_by(Account.id)
    )
    return Person(
        learner.id,
        learner.username,
        learner.email,
        learner.name,
        learner.external_id,
        tuple((number, name) for number, name in accounts),
    )


def known_by(session: Session, person: Person, placeholder: str) -> list[Asked]:
    """Give all by which they would be known again, and the name that they get, which is nobody's."""
    found: list[Asked] = [(Known.USERNAME, person.username), (Known.USERNAME, placeholder)]
    if person.number is not None:
        found.append((Known.NUMBER, str(person.number)))
    identities = select(Identity.issuer, Identity.subject).where(Identity.account_id.in_(person.account_ids))
    return found + [(Known.IDENTITY, identity_text(*one)) for one in session.execute(identities)]
