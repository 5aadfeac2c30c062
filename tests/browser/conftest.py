"""Which browser looks at which desk?"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import starting
from tests.browser.watching import Watched
from tests.databases import Databases, missing
from tests.servers import HOST, Server, serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, where this machine has it."""
    path = shutil.which("chromium")
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demonstration(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's data, to copy from."""
    path = tmp_path_factory.mktemp("demonstration") / "desk.sqlite3"
    shutil.copyfile(databases.sqlite_template, path)
    starting.run(("demo", "load"), {**os.environ, "CERTDESK_DATABASE_URL": f"sqlite:///{path}"}).check_returncode()
    return path


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the demonstration's data."""
    tmp_path = tmp_path_factory.mktemp("server")
    shutil.copyfile(demonstration, tmp_path / "desk.sqlite3")
    with serving(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path / "server.log", workers=1) as server:
        yield server


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[Watched]:
    """A new page, watched."""
    page = browser.new_page()
    yield Watched.over(page, f"http://{HOST}:{server.port}")
    page.close()
