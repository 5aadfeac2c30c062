"""Who takes part when many approve at the same moment?"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from tests.acceptance.generation.races import Hall
from tests.databases import KINDS, Databases
from tests.factories.accounts import make_account
from tests.factories.governance import Staff, make_staff
from tests.fakes import FakeQueue
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.services import audit

APPROVERS = 8
DEEP = os.environ.get("TEST_DEEP") == "1"
"""The numbers of the approvals note instead of a few rounds."""


@dataclass(frozen=True)
class Desk(Hall):
    """The application, and whether all that a race left fits together."""

    staff: Staff
    approvers: list[Account]

    def faults(self) -> list[str]:
        """Give what does not agree: a request and the ledger, or the audit and either (I2, I7, I8)."""
        with self.look() as session:
            return list(_faults(session))

    def state(self, number: int) -> str:
        """Give how far a request is."""
        with self.look() as session:
            return session.get_one(ChangeRequest, number).state.value


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    """The application with an editor, an admin, and eight who approve."""
    staff = make_staff(session)
    more = [make_account(session, f"approver{number}", Role.APPROVER) for number in range(APPROVERS - 2)]
    session.commit()
    session.expunge_all()  # threads have no session in common
    return Desk(app, FakeQueue(), staff, [staff.approver, staff.second, *more])


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own, for processes of their own."""
    with databases.own(request.param) as database:
        yield database.url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A way into the database beside the processes'."""
    engine = create_engine(database_url)
    yield engine.execution_options(writes=True)
    engine.dispose()


def _faults(session: Session) -> Iterator[str]:
    versions = {row.change_id: row for row in session.scalars(select(ConfigVersion))}
    for change in session.scalars(select(ChangeRequest)):
        if (change.state == "applied") != (change.id in versions):
            yield f"request {change.id} is {change.state}, in the ledger: {change.id in versions}"
    numbers: dict[tuple[str, str], list[int]] = {}
    for row in versions.values():
        numbers.setdefault((row.kind, row.key), []).append(row.version)
    for key, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"{key} has the versions {sorted(found)}"
    told = [*session.scalars(select(AuditEvent.change_id).where(AuditEvent.to_version.is_not(None)))]
    proposed = {number for number, row in versions.items() if row.change.author_id is not None}
    if sorted(told, key=str) != sorted(proposed, key=str):
        yield f"the audit tells of {told}, the ledger of {proposed}"
    if not audit.verify(session).ok:
        yield "the audit is broken"
