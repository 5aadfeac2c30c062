"""Which browser looks at which desk?"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.watching import Watched
from tests.databases import missing
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the demonstration's data."""
    tmp_path = tmp_path_factory.mktemp("server")
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run(
            [sys.executable, "-m", "webapp", *command],
            env={**environ, "CERTDESK_DATABASE_URL": url},
            check=True,
            capture_output=True,
        )
    with serving(url, tmp_path / "server.log", workers=1) as server:
        yield server


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[Watched]:
    """A new page, watched."""
    page = browser.new_page()
    yield Watched.over(page, f"http://{HOST}:{server.port}")
    page.close()
