"""Which databases does the program find?"""

from pathlib import Path

import pytest

from tests.databases import Databases


@pytest.fixture(scope="session")
def migrated(databases: Databases) -> Path:
    """A database with the schema, to copy from."""
    return databases.sqlite_template


@pytest.fixture
def folder(tmp_path: Path, migrated: Path) -> Path:
    """A folder with a migrated database in it."""
    (tmp_path / "desk.sqlite3").write_bytes(migrated.read_bytes())
    return tmp_path
