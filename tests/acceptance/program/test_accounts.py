"""Does the program make accounts, tokens and passwords, and keep them secret?"""

import json
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.program.terminal import certdesk, one_line

PASSWORD = "correct horse battery"
NO_TEXT = "\udcff"
"""How Python says a byte that is no UTF-8."""


class TestGivenAccounts:
    def make(
        self, folder: Path, name: str = "sam", *more: str, password: str = PASSWORD
    ) -> subprocess.CompletedProcess[str]:
        return certdesk(folder, "accounts", "create", name, "--password-stdin", *more, stdin=f"{password}\n")

    def test_one_is_made_and_audited(self, folder: Path) -> None:
        done = self.make(folder, "sam", "--role", "support", "--role", "viewer", "--email", "sam@example.org")

        events = [json.loads(line) for line in certdesk(folder, "audit", "export").stdout.splitlines()]
        assert (done.returncode, done.stdout) == (0, "Made the account sam with support, viewer.\n")
        assert [(event["action"], event["actor_name"]) for event in events] == [("account.created", "command line")]
        assert PASSWORD not in json.dumps(events)

    @pytest.mark.parametrize(
        ("more", "password", "words"),
        [
            ((), "short", "at least 12 characters"),
            (("--role", "admin", "--role", "auditor"), PASSWORD, "do not go together"),
            (("--learner", "nobody"), PASSWORD, "no learner named nobody"),
            (("--learner", NO_TEXT), PASSWORD, "no learner named"),
            ((), 12 * NO_TEXT, "characters that nobody can type"),
        ],
    )
    def test_one_that_cannot_be_made_is_refused_with_a_reason(
        self, folder: Path, more: tuple[str, ...], password: str, words: str
    ) -> None:
        done = self.make(folder, "sam", *more, password=password)

        assert done.returncode == 1
        assert one_line(done)
        assert words in done.stderr

    def test_a_name_is_taken_whatever_its_case(self, folder: Path) -> None:
        self.make(folder)

        done = self.make(folder, "SAM")

        assert (done.returncode, "named SAM already" in done.stderr) == (1, True)

    def test_nobody_is_called_as_who_is_no_person(self, folder: Path) -> None:
        done = self.make(folder, "Schedule")

        assert (done.returncode, one_line(done)) == (1, True)
        assert "choose another name" in done.stderr

    def test_a_token_is_printed_once_and_kept_nowhere(self, folder: Path) -> None:
        self.make(folder)

        done = certdesk(folder, "accounts", "token", "sam", "--name", "nightly", "--scope", "audit:read", "--days", "7")

        token = done.stdout.strip()
        assert done.returncode == 0
        assert token.startswith("certdesk_")
        assert len(token) > 40
        assert token.encode() not in (folder / "desk.sqlite3").read_bytes()
        assert token not in certdesk(folder, "audit", "export").stdout

    def test_a_token_for_nobody_is_refused(self, folder: Path) -> None:
        done = certdesk(folder, "accounts", "token", "nobody", "--name", "x")

        assert (done.returncode, done.stderr) == (1, "There is no account named nobody.\n")

    @pytest.mark.parametrize("name", ["", " ", 151 * "x", NO_TEXT])
    def test_a_token_has_a_name_that_can_be_kept(self, folder: Path, name: str) -> None:
        self.make(folder)

        done = certdesk(folder, "accounts", "token", "sam", "--name", name)

        assert (done.returncode, one_line(done)) == (1, True)
        assert "A token has a name of 1 to 150 characters" in done.stderr

    def test_a_password_is_changed(self, folder: Path) -> None:
        self.make(folder)

        done = certdesk(folder, "accounts", "password", "sam", "--password-stdin", stdin="another long password\n")

        assert (done.returncode, done.stdout) == (0, "sam has a new password and is signed out everywhere.\n")

    def test_without_a_terminal_nobody_is_asked(self, folder: Path) -> None:
        done = certdesk(folder, "accounts", "password", "sam")

        assert (done.returncode, "--password-stdin" in done.stderr) == (2, True)
