"""Do upgrades that are begun at once, as by several containers that start together, all end well?"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import starting
from tests.acceptance.program.terminal import certdesk
from tests.databases import KINDS, PostgresqlDatabase
from webapp.cli import migrations
from webapp.services.installation import schema

LONGEST_S = 300


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.sqlite3'}"
        return
    database = PostgresqlDatabase(f"certdesk_at_once_{os.getpid()}")
    database.create()
    try:
        yield database.url
    finally:
        database.drop()


def upgrade_at_once(url: str, folder: Path) -> list[tuple[int, str, str]]:
    """Begin upgrades in processes of their own before any is over; give exit code, output and complaints of each."""
    environ = {**os.environ, "CERTDESK_DATABASE_URL": url}
    with ExitStack() as files:
        said = [
            [files.enter_context((folder / f"{n}.{name}").open("w+b")) for name in ("out", "err")] for n in range(3)
        ]
        begun = [starting.start(("db", "upgrade"), environ, streams=(None, out, err)) for out, err in said]
        codes = [one.wait(LONGEST_S) for one in begun]
        for stream in (one for streams in said for one in streams):
            stream.seek(0)
        return [
            (code, printed.read().decode(), complained.read().decode())
            for code, (printed, complained) in zip(codes, said, strict=True)
        ]


class TestGivenAnEmptyDatabase:
    def test_one_upgrade_does_it_and_the_others_wait_for_it(self, url: str, tmp_path: Path) -> None:
        done = upgrade_at_once(url, tmp_path)

        first, *others = sorted(printed for _, printed, _ in done)
        assert [code for code, _, _ in done] == [0, 0, 0], [complained for _, _, complained in done]
        assert {complained for _, _, complained in done} <= {"", f"{migrations.UNDER_WAY}\n"}
        assert first == f"Migrated from nothing to {schema.head_revision()}.\n"
        assert others == [f"The database is at {schema.head_revision()} already.\n"] * 2
        assert certdesk(tmp_path, "db", "check", url=url).returncode == 0
