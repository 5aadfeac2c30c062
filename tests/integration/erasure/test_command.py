"""What does `certdesk learners erase` say, and do?"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.cli.terminal import DONE, REFUSED, WRONG_USAGE, Terminal
from tests.integration.erasure.everywhere import USERNAME, columns_naming, make_everything

REASON = ("--reason", "Request 4711")


@pytest.fixture
def terminal(app: Flask) -> Terminal:
    """Somebody at the machine."""
    return Terminal(app)


class TestGivenALearner:
    def test_it_says_what_went(self, terminal: Terminal, session: Session) -> None:
        make_everything(session)

        said = terminal.done("learners", "erase", USERNAME, *REASON, "--yes")

        session.rollback()
        assert said.startswith("Erased. What is left of the learner is called erased:")
        assert "  Notes of staff: 1\n" in said
        assert said.endswith("Certificates that answer 410 from now on: 1\n")
        assert columns_naming(session) == set()

    def test_a_dry_run_says_what_would_go_and_changes_nothing(self, terminal: Terminal, session: Session) -> None:
        make_everything(session)
        before = columns_naming(session)

        said = terminal.done("learners", "erase", USERNAME, *REASON, "--dry-run")

        session.rollback()
        assert "  Notes of staff: 1\n" in said
        assert "Certificates: 1, of which 1 answer 410 afterwards.\n" in said
        assert "Left to whoever keeps the storage: 1 PDF files.\n" in said
        assert said.endswith("There is no undo: who they were is known to nobody here afterwards.\n")
        assert columns_naming(session) == before

    def test_json_says_the_same_to_programs(self, terminal: Terminal, session: Session) -> None:
        make_everything(session)

        (would,) = terminal.objects("learners", "erase", USERNAME, *REASON, "--dry-run")
        (did,) = terminal.objects("learners", "erase", USERNAME, *REASON, "--yes")
        (again,) = terminal.objects("learners", "erase", USERNAME, *REASON, "--yes")

        assert would["erased"] == did["erased"]
        assert (would["certificates_to_end"], would["files"], would["accounts"]) == (1, 1, 1)
        assert did["username"].startswith("erased:")
        assert again == {"erased_before": True}

    @pytest.mark.parametrize("more", [("--yes",), ("--dry-run",)])
    def test_again_is_done_and_says_so(self, terminal: Terminal, session: Session, more: tuple[str, ...]) -> None:
        make_everything(session)
        terminal.done("learners", "erase", USERNAME, *REASON, "--yes")

        said = terminal.done("learners", "erase", USERNAME, *REASON, *more)

        assert said == "The learner was erased before: there is nothing left to do.\n"

    def test_without_a_terminal_and_a_yes_it_is_wrong_usage(self, terminal: Terminal, session: Session) -> None:
        make_everything(session)
        before = columns_naming(session)

        ran = terminal.types("learners", "erase", USERNAME, *REASON)

        session.rollback()
        assert ran.exit_code == WRONG_USAGE
        assert "say --yes" in ran.stderr
        assert columns_naming(session) == before

    def test_a_reason_that_names_her_is_refused(self, terminal: Terminal, session: Session) -> None:
        make_everything(session)

        said = terminal.refused("learners", "erase", USERNAME, "--reason", f"{USERNAME} asked", "--yes")

        assert said.startswith("The audit forgets nothing")

    def test_nobody_of_that_name_is_refused(self, terminal: Terminal) -> None:
        assert terminal.refused("learners", "erase", "nobody", *REASON, "--yes") == "There is no learner “nobody”."

    def test_exit_codes_are_those_of_every_command(self) -> None:
        assert (DONE, REFUSED, WRONG_USAGE) == (0, 1, 2)
