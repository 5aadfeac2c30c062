"""Does the memory of a real server stay as it is while a whole table leaves it?"""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.exporting import fill, fill_long, take
from tests.factories.accounts import make_account
from tests.factories.programs import make_token
from tests.servers import serving
from webapp.domain.roles import Role

MOST_MB = 32
"""More than an idle server has; 64 are allowed."""
MOST_GROWTH_MB = 24
"""More for five times the rows, which would take several times as much: what a job takes that falls due between two looks."""
FEW, MANY = 20_000, 100_000
LONG, MOST_LONG_MB = 96, 48
"""Rows of 1 MiB each, several of which are in memory at a time: as they are read, told, written and sent."""


@pytest.mark.parametrize("kind", KINDS)
class TestGivenABigTable:
    def test_memory_does_not_grow_with_it(self, databases: Databases, tmp_path: Path, kind: str) -> None:
        with databases.own(kind) as database:
            engine = create_engine(database.url)
            with Session(engine) as session:
                fill(session, FEW)
                token = make_token(session, make_account(session, "vera", Role.VIEWER))
            with serving(database.url, tmp_path / "server.log", workers=1) as server:
                idle_mb = server.memory_mb()
                few = [take(server, token, form) for form in ("csv", "jsonl")]
                with Session(engine) as session:
                    session.execute(text("DELETE FROM generated_certificate"))
                    fill(session, MANY)
                many = [take(server, token, form) for form in ("csv", "jsonl")]
            engine.dispose()

        assert [one.lines for one in (*few, *many)] == [FEW + 1, FEW, MANY + 1, MANY]
        assert max(one.most_mb for one in many) - idle_mb < MOST_MB
        assert max(one.most_mb for one in many) - max(one.most_mb for one in few) < MOST_GROWTH_MB


@pytest.mark.parametrize("kind", KINDS)
class TestGivenRowsOfAMebibyte:
    def test_memory_does_not_grow_with_their_number(self, databases: Databases, tmp_path: Path, kind: str) -> None:
        with databases.own(kind) as database:
            engine = create_engine(database.url)
            with Session(engine) as session:
                fill_long(session, LONG)
                token = make_token(session, make_account(session, "vera", Role.VIEWER))
            with serving(database.url, tmp_path / "server.log", workers=1) as server:
                idle_mb = server.memory_mb()
                taken = [take(server, token, form, "allowlist") for form in ("csv", "jsonl")]
            engine.dispose()

        assert [one.lines for one in taken] == [LONG + 1, LONG]
        assert max(one.most_mb for one in taken) - idle_mb < MOST_LONG_MB
