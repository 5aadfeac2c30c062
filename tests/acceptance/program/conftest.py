"""Which databases does the program find?"""

from pathlib import Path

import pytest

from tests.acceptance.program.terminal import certdesk


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema, to copy from."""
    folder = tmp_path_factory.mktemp("migrated")
    assert certdesk(folder, "db", "upgrade").returncode == 0
    return folder / "desk.sqlite3"


@pytest.fixture
def folder(tmp_path: Path, migrated: Path) -> Path:
    """A folder with a migrated database in it."""
    (tmp_path / "desk.sqlite3").write_bytes(migrated.read_bytes())
    return tmp_path
