"""Does a certificate show itself in somebody else's page, as its own page says how to?"""

from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import violations
from tests.browser.test_certificate import address_of
from tests.browser.watching import Watched
from tests.servers import HOST, Server

pytestmark = pytest.mark.browser

APPROVER = ("amir", "demo-approver-1")
OFFERING = "Name the academy on certificates"
"""The change of the demonstration that lets certificates be shown elsewhere."""


@dataclass
class Blog:
    """Somebody else's site, of one page."""

    address: str
    content: str = ""


@pytest.fixture
def blog() -> Iterator[Blog]:
    """A site on another port of this machine, which makes it another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            page = f"<!doctype html><html lang=en><title>Blog</title><main><h1>Blog</h1>{site.content}</main></html>"
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        site = Blog(f"http://{HOST}:{server.server_port}/")
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


@pytest.fixture(scope="module", autouse=True)
def _offered(browser: Browser, server: Server) -> None:
    page = browser.new_page()
    desk = Watched.over(page, f"http://{HOST}:{server.port}")
    desk.sign_in(*APPROVER)
    desk.open("/changes")
    page.get_by_role("link", name=OFFERING).click()
    page.get_by_role("button", name="Approve").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved, and live from now on.")).to_be_visible()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_the_code_of_its_page_shows_it_elsewhere(
    watched: Watched, server: Server, blog: Blog, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    watched.open(address_of(server, "ada"))
    page.get_by_text("Show it in a page of your own").click()
    blog.content = page.get_by_label("Code to embed").inner_text()
    wrong = violations(page)

    page.goto(blog.address)
    framed = page.frame_locator("iframe")
    expect(framed.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    expect(framed.get_by_text("Valid now.")).to_be_visible()
    assert framed.get_by_role("link", name="See the certificate").get_attribute("target") == "_blank"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [one for one in watched.complaints if blog.address not in one] == []
    watched.open(f"{address_of(server, 'ada')}/embed")
    assert (wrong, violations(page)) == ([], [])


def test_the_whole_page_stays_out_of_other_peoples_frames(watched: Watched, server: Server, blog: Blog) -> None:
    whole = f"http://{HOST}:{server.port}{address_of(server, 'ada')}"
    blog.content = f'<iframe src="{whole}" title="Certificate"></iframe>'

    with watched.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        watched.page.goto(blog.address)

    assert watched.page.frame_locator("iframe").get_by_text("Valid now.").count() == 0
