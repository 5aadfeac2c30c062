"""Measure how long a big table takes to leave a server, and how much memory that costs: exports.py [ROWS [URL]].

URL names an empty, migrated database; without it one is made on PostgreSQL, and dropped afterwards.
"""

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.exporting import fill, take
from tests.factories.accounts import make_account
from tests.factories.programs import make_token
from tests.servers import serving
from webapp.domain.roles import Role


def measure(url: str, rows: int, folder: Path) -> None:
    """Fill the table, fetch it in each form, and print seconds and megabytes."""
    engine = create_engine(url)
    with Session(engine) as session:
        fill(session, rows)
        token = make_token(session, make_account(session, "vera", Role.VIEWER))
    engine.dispose()
    with serving(url, folder / "server.log", workers=1) as server:
        before = server.most_memory_mb()
        for form in ("csv", "jsonl"):
            began = time.monotonic()
            lines = take(server, token, form)
            seconds, grown = time.monotonic() - began, server.most_memory_mb() - before
            print(f"{form}: {lines:,} lines in {seconds:.0f} s, {grown:.1f} MB more than the {before:.0f} MB before")


def main() -> None:
    """Measure once."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if len(sys.argv) > 2:
            measure(sys.argv[2], rows, folder)
            return
        databases = Databases(folder)
        try:
            with databases.own("postgresql") as database:
                measure(database.url, rows, folder)
        finally:
            databases.close()


if __name__ == "__main__":
    main()
