"""Measure how long a big table takes to leave a server, and how much memory that costs: exports.py [ROWS [FORM]].

The database is one of its own on PostgreSQL, and is dropped afterwards.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.exporting import fill, take
from tests.factories.accounts import make_account
from tests.factories.programs import make_token
from tests.servers import serving
from webapp.domain.roles import Role

FORMS = ("csv", "jsonl")


def measure(url: str, rows: int, folder: Path, forms: Sequence[str]) -> None:
    """Fill the table, fetch it in each form, and print seconds and megabytes."""
    engine = create_engine(url)
    with Session(engine) as session:
        fill(session, rows)
        token = make_token(session, make_account(session, "vera", Role.VIEWER))
    engine.dispose()
    with serving(url, folder / "server.log", workers=1) as server:
        idle_mb = server.memory_mb()
        for form in forms:
            began = time.monotonic()
            taken = take(server, token, form)
            seconds = time.monotonic() - began
            print(
                f"{form}: {taken.lines:,} lines in {seconds:.0f} s, {taken.most_mb - idle_mb:.1f} MB more than {idle_mb:.0f}"
            )


def main() -> None:
    """Measure once."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        databases = Databases(folder)
        try:
            with databases.own("postgresql") as database:
                measure(database.url, rows, folder, sys.argv[2:] or FORMS)
        finally:
            databases.close()


if __name__ == "__main__":
    main()
