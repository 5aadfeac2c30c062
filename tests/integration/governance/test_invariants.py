"""Do the invariants of the approvals note hold, whatever a few people do in whatever order?"""

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Database
from tests.integration.governance.workflow_machine import WorkflowMachine

STEPS = 40


class TestGivenPeopleWhoDoAnything:
    def test_every_invariant_holds_after_every_step(self, app: Flask, database: Database) -> None:
        """I1, I2, I4 to I7, I9 to I15; I3 is tests/acceptance/governance, I8 tests/conventions/test_migrations.py."""
        run_state_machine_as_test(
            lambda: WorkflowMachine(app, database),  # type: ignore[arg-type]  # whatever makes one will do
            settings=settings(
                max_examples=max(4, settings().max_examples // 20),
                stateful_step_count=STEPS,
                suppress_health_check=list(HealthCheck),
            ),
        )
