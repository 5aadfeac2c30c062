"""Does the memory of a real server stay as it is while a whole table leaves it?"""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.exporting import fill, take
from tests.factories.accounts import make_account
from tests.factories.programs import make_token
from tests.servers import serving
from webapp.domain.roles import Role

MOST_GROWTH_MB = 16
"""Of 64 that are allowed; the pages that are read and the garbage of a thousand rows come and go."""
FEW, MANY = 20_000, 100_000


@pytest.mark.parametrize("kind", KINDS)
class TestGivenABigTable:
    def test_memory_does_not_grow_with_it(self, databases: Databases, tmp_path: Path, kind: str) -> None:
        with databases.own(kind) as database:
            engine = create_engine(database.url)
            with Session(engine) as session:
                fill(session, FEW)
                token = make_token(session, make_account(session, "vera", Role.VIEWER))
            with serving(database.url, tmp_path / "server.log", workers=1) as server:
                lines = [take(server, token, form) for form in ("csv", "jsonl")]
                before = server.most_memory_mb()
                with Session(engine) as session:
                    session.execute(text("DELETE FROM generated_certificate"))
                    fill(session, MANY)
                more = [take(server, token, form) for form in ("csv", "jsonl")]
                after = server.most_memory_mb()
            engine.dispose()

        assert (lines, more) == ([FEW + 1, FEW], [MANY + 1, MANY])
        assert after - before < MOST_GROWTH_MB
