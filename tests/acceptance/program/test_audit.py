"""Does the program find what somebody changed behind the audit's guards?"""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.program.terminal import certdesk, one_line


@pytest.fixture(scope="module")
def with_events(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> bytes:
    """A database with three events in its audit, to copy from."""
    folder = tmp_path_factory.mktemp("events")
    (folder / "desk.sqlite3").write_bytes(migrated.read_bytes())
    for name in ("sam", "zoe", "eve"):
        assert certdesk(folder, "accounts", "create", name).returncode == 0
    return (folder / "desk.sqlite3").read_bytes()


@pytest.fixture
def audited(tmp_path: Path, with_events: bytes) -> Path:
    """A folder with such a database in it."""
    (tmp_path / "desk.sqlite3").write_bytes(with_events)
    return tmp_path


class TestGivenAnAudit:
    def test_it_is_verified_with_its_head(self, audited: Path) -> None:
        done = certdesk(audited, "audit", "verify")

        head = done.stdout.split("Head: ")[1].strip()
        assert (done.returncode, done.stdout.startswith("3 events, all as they were written.")) == (0, True)
        assert certdesk(audited, "audit", "verify", "--head", head).returncode == 0
        assert certdesk(audited, "audit", "verify", "--head", "f" * 64).returncode == 1

    @pytest.mark.parametrize(
        ("statement", "row"),
        [
            ("UPDATE audit_event SET key = 'adam' WHERE seq = 2", 2),
            ("DELETE FROM audit_event WHERE seq = 1", 1),
        ],
    )
    def test_what_somebody_changed_behind_the_guards_is_named(self, audited: Path, statement: str, row: int) -> None:
        with sqlite3.connect(audited / "desk.sqlite3") as connection:
            for name in ("audit_event_no_update", "audit_event_no_delete", "audit_event_follows"):
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement)

        done = certdesk(audited, "audit", "verify")

        assert done.returncode == 1
        assert one_line(done)
        assert done.stderr.startswith(f"Event {row}: ")

    def test_a_reader_that_goes_away_is_no_error(self, audited: Path) -> None:
        command = f"{sys.executable} -m webapp audit export | head -c 1"
        environ = {**os.environ, "CERTDESK_DATABASE_URL": f"sqlite:///{audited / 'desk.sqlite3'}"}

        done = subprocess.run(["sh", "-c", command], env=environ, capture_output=True, text=True, check=False)

        assert (done.stdout, done.stderr) == ("{", "")
