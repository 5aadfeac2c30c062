"""What is left of an approval whose process is killed between the decision and its commit?"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories.governance import make_change, make_staff, make_wish, terms_of
from webapp import clock
from webapp.domain.configs.kinds import INSTALLATION
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest, Decision
from webapp.services import audit
from webapp.services.configs import ledger, machine
from webapp.services.governance import decisions

ENDS_WITHIN_S = 30


@contextmanager
def approving(url: str, number: int, name: str) -> Iterator["subprocess.Popen[str]"]:
    """Begin an approval in a process of its own, which has decided and not committed; nothing of it is left afterwards."""
    command = [sys.executable, "-m", "tests.acceptance.governance.approving", url, str(number), name]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "decided\n"
        yield process
    finally:
        process.kill()
        process.wait(ENDS_WITHIN_S)


def left(engine: Engine, number: int) -> tuple[str, int, int, int]:
    """Give the request's state, its decisions, the live version, and how many events tell of the request."""
    with Session(engine.execution_options(writes=False)) as session:
        change = session.get_one(ChangeRequest, number)
        votes = session.scalar(select(func.count()).select_from(Decision)) or 0
        told = session.scalar(select(func.count()).where(AuditEvent.change_id == number)) or 0
        assert audit.verify(session).ok
        return change.state.value, votes, ledger.live_number(session, change.kind, change.key), told


@pytest.fixture
def change(engine: Engine) -> int:
    """A request that needs one approval."""
    with Session(engine, expire_on_commit=False) as session:
        machine.install(session, INSTALLATION, now=clock.now())
        return make_change(session, make_staff(session).editor, make_wish(), now=clock.now()).id


class TestGivenAProcessThatHasDecidedAndNotCommitted:
    def test_killed_it_leaves_nothing_half_done_and_nobody_waiting(
        self, engine: Engine, database_url: str, change: int
    ) -> None:
        with approving(database_url, change, "amir") as process:
            process.kill()
            process.wait(ENDS_WITHIN_S)
        after_the_kill = left(engine, change)

        with Session(engine) as session, session.begin():
            alice = session.scalars(select(Account).where(Account.username == "alice")).one()
            decisions.approve(session, terms_of(alice, now=clock.now()), change)

        assert after_the_kill == ("pending", 0, 1, 1)
        assert left(engine, change) == ("applied", 1, 2, 2)

    def test_let_go_on_it_leaves_all_of_it(self, engine: Engine, database_url: str, change: int) -> None:
        with approving(database_url, change, "amir") as process:
            before = left(engine, change)
            assert process.communicate("\n", ENDS_WITHIN_S)[0] == "committed\n"

        assert before == ("pending", 0, 1, 1)
        assert left(engine, change) == ("applied", 1, 2, 2)
