"""How does a test run the program as its user would?"""

import os
import subprocess
from pathlib import Path

from tests import starting

SECRET = {"CERTDESK_SECRET_KEY": "not-a-secret-of-anyone"}


def certdesk(
    folder: Path, *arguments: str, stdin: str = "", settings: dict[str, str] | None = None, url: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program as its user would, over a database in the folder, and give what came of it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    environ["CERTDESK_DATABASE_URL"] = url or f"sqlite:///{folder / 'desk.sqlite3'}"
    return starting.run(arguments, {**environ, **(settings or {})}, stdin=stdin)


def without_settings(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command that no setting reaches, and give what came of it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


def one_line(done: subprocess.CompletedProcess[str]) -> bool:
    """Say whether a command printed one line alone, where errors go."""
    return done.stdout == "" and len(done.stderr.splitlines()) == 1
