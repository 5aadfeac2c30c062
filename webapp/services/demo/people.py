"""Who can sign in to the demonstration, and with which password?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.services import accounts

LEARNER = "learner"
"""The part of somebody without a role: they see their own certificates."""


@dataclass(frozen=True, slots=True)
class Person:
    """One sign-in of the demonstration; its password is no secret."""

    role: str
    name: str
    password: str


PEOPLE = (
    Person(Role.SUPPORT, "sasha", "demo-support-1"),
    Person(Role.EDITOR, "eva", "demo-editor-1"),
    Person(Role.APPROVER, "amir", "demo-approver-1"),
    Person(Role.APPROVER, "alice", "demo-approver-2"),
    Person(Role.AUDITOR, "aurelia", "demo-auditor-1"),
    Person(Role.ADMIN, "adam", "demo-admin-1"),
    Person(Role.VIEWER, "vera", "demo-viewer-1"),
    Person(LEARNER, "ada", "demo-learner-1"),
)


def list_people() -> list[Person]:
    """Give everybody who can sign in, in the order in which they are introduced."""
    return list(PEOPLE)


def create_accounts(session: Session, actor: Actor, *, now: datetime) -> None:
    """Make everybody's account; the learner's is tied to the learner of the same name. Raises AccountExists."""
    for person in PEOPLE:
        learns = person.role == LEARNER
        accounts.create_account(
            session,
            actor,
            person.name,
            now=now,
            email=f"{person.name}@example.org",
            roles=() if learns else (Role(person.role),),
            learner=person.name if learns else None,
            password=person.password,
        )
