"""Can somebody of support find a certificate and see XQueue's answer arrive, in a real browser?"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.databases import missing
from tests.servers import HOST, Server, serving

pytestmark = pytest.mark.browser

COURSE = "course-v1:Certdesk+Calculus+2026"
KEY = "5eed0000000000000000000000000001"
UUID = "0123456789abcdef0123456789abcdef"
ANSWER = {
    "action": "create",
    "download_uuid": UUID,
    "verify_uuid": UUID,
    "username": "ada",
    "course_id": COURSE,
    "url": "https://files.example.org/ada.pdf",
}


@dataclass
class Watched:
    """A page of the browser, and everything on it that should not have happened."""

    page: Page
    at: str
    complaints: list[str] = field(default_factory=list)

    def said(self, message: ConsoleMessage) -> None:
        """Note an error or a warning of the console; a breach of the policy is one."""
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def failed(self, problem: object) -> None:
        """Note a script that broke."""
        self.complaints.append(f"script: {problem}")

    def asked(self, request: Request) -> None:
        """Note a request to anywhere else."""
        if urlsplit(request.url).netloc not in (urlsplit(self.at).netloc, ""):
            self.complaints.append(f"other host: {request.url}")

    def open(self, path: str) -> None:
        """Go to an address of ours."""
        self.page.goto(self.at + path)

    def sign_in(self) -> None:
        """Sign in as support does."""
        self.open("/login")
        self.page.get_by_label("Name").fill("sasha")
        self.page.get_by_label("Password").fill("demo-support-1")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.at}/")


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
    watched = Watched(page, f"http://{HOST}:{server.port}")
    page.on("console", watched.said)
    page.on("pageerror", watched.failed)
    page.on("request", watched.asked)
    page.set_default_timeout(10_000)
    yield watched
    page.close()


class TestGivenTheDemonstration:
    def test_support_sees_an_answer_of_the_queue_arrive(self, watched: Watched, server: Server) -> None:
        page = watched.page
        watched.sign_in()
        page.get_by_role("searchbox").first.fill("ada")
        page.keyboard.press("Enter")
        page.locator("a.hit", has_text=COURSE).filter(has_text="Certificate").first.click()
        before = page.locator(".page__status").inner_text()

        form = urlencode({"xqueue_header": json.dumps({"lms_key": KEY}), "xqueue_body": json.dumps(ANSWER)})
        told = server.send("POST", "/update_certificate", form)
        page.reload()

        titles = page.locator(".entry__title").all_inner_texts()
        assert told == 200
        assert (before, page.locator(".page__status").inner_text()) == ("Generating", "Issued")
        assert "Generating → Issued" in titles
        assert "Applied" in titles
        assert watched.complaints == []

    def test_a_slash_goes_to_the_search(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in()

        page.keyboard.press("/")
        page.keyboard.type("ada/")

        focused = page.evaluate("[document.activeElement.type, document.activeElement.value]")
        assert focused == ["search", "ada/"]
        assert watched.complaints == []

    def test_every_page_of_the_navigation_is_without_complaints(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in()
        addresses = [str(link.get_attribute("href")) for link in page.locator("a.nav__link").all()]

        for address in addresses:
            watched.open(address)

        assert len(addresses) >= 7
        assert watched.complaints == []

    def test_signing_out_leads_to_the_sign_in(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in()

        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{watched.at}/login")

        assert "You are signed out." in page.content()
        assert watched.complaints == []
