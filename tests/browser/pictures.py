"""Take the README's pictures from the running product: make pictures."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.databases import migrate
from tests.servers import Server

OUT = Path(__file__).parents[2] / "docs" / "pictures"
HARBOUR = "course-v1:Certdesk+Harbour+2026"
CHROMIUM = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}


def main() -> None:
    """Start a demonstration in an empty folder, and photograph it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'demo.sqlite3'}"
        migrate(url)
        environ = {**os.environ, "CERTDESK_DATABASE_URL": url}
        subprocess.run([sys.executable, "-m", "webapp", "demo", "load"], check=True, env=environ, capture_output=True)
        server = Server(url, folder / "server.log", workers=1)
        server.start()
        try:
            _take(f"http://127.0.0.1:{server.port}")
        finally:
            server.kill()


def _take(base: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)  # type: ignore[arg-type]  # options by name
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{base}/login")
        page.fill("[name=username]", "sasha")
        page.fill("[name=password]", "demo-support-1")
        page.click("main button[type=submit]")
        for name, path in (("home", "/"), ("inbox", "/admin/inbox/"), ("certificates", "/admin/certificates/")):
            _shoot(page, f"{base}{path}", name)
        page.goto(f"{base}/search?q=tomas")
        page.click(".hit")
        _settle(page)
        page.screenshot(path=OUT / "explanation.png")
        page.goto(f"{base}/search?q=zoe")
        page.click(".hit")
        page.click("text=All its details")
        _settle(page)
        page.screenshot(path=OUT / "certificate.png")
        page.goto(f"{base}/learners/ada/{HARBOUR}")
        shown = page.get_attribute("main dl a[href*='/certificates/']", "href")
        page.set_viewport_size({"width": 1280, "height": 1180})
        _shoot(page, str(shown), "public-certificate")
        _take_review(page, base)
        browser.close()


def _take_review(page: Page, base: str) -> None:
    """Photograph a change as whoever was asked to decide on it sees it."""
    page.context.clear_cookies()
    page.goto(f"{base}/login")
    page.fill("[name=username]", "amir")
    page.fill("[name=password]", "demo-approver-1")
    page.click("main button[type=submit]")
    page.click("text=Name the academy on certificates")
    page.set_viewport_size({"width": 1440, "height": 1880})
    page.wait_for_load_state("networkidle")
    page.screenshot(path=OUT / "review.png")


def _shoot(page: Page, url: str, name: str) -> None:
    page.goto(url)
    _settle(page)
    page.screenshot(path=OUT / f"{name}.png")


def _settle(page: Page) -> None:
    """Wait until the page has its scripts and its fonts: a picture is of what people see a moment later."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")


if __name__ == "__main__":
    main()
