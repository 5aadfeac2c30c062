"""How much does a first visit cost, and whom else does a page ask?"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Response

from tests.browser.pages import CALCULUS, list_addresses
from tests.browser.watching import Watched
from tests.servers import HOST, Server

pytestmark = pytest.mark.browser

MOST_BYTES = 150 * 1024
"""Of a page at its first visit, without its pictures."""
PAGES = ("/", "/admin/certificates/", "/admin/learners/", f"/learners/ada/{CALCULUS}", "/changes", "/changes/17",
         "/search?q=a", "/desk/glossary", "/desk/design", "/runs", "/audit/")  # fmt: skip


_ASKED_FOR = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:css|js|woff2)(?:\?[^"]*)?)"')


class Weighed:
    """What came over the wire for a page."""

    def __init__(self, page: Page) -> None:
        """Weigh from now on."""
        self.bytes: dict[str, int] = {}
        self._answers: list[Response] = []
        page.on("response", lambda answer: self._answers.append(answer))

    def sum_up(self) -> int:
        """Give the bytes of all but pictures and of what frames show, heads of answers included."""
        for answer in self._answers:
            if answer.request.resource_type != "image" and answer.frame.parent_frame is None:
                sizes = answer.request.sizes()
                self.bytes[answer.url] = sizes["responseBodySize"] + sizes["responseHeadersSize"]
        return sum(self.bytes.values())


class TestGivenAFirstVisit:
    def test_no_page_of_the_staff_weighs_too_much_or_asks_another_host(self, browser: Browser, server: Server) -> None:
        with browser.new_context() as signed_in:
            watched = Watched.over(signed_in.new_page(), f"http://{HOST}:{server.port}")
            watched.sign_in("adam", "demo-admin-1")
            cookies = signed_in.cookies()

        weights, complaints = {}, []
        for path in PAGES:
            with browser.new_context() as fresh:  # with nothing in its cache
                fresh.add_cookies(cookies)  # type: ignore[arg-type]  # as they were given
                weights[path], said = weigh(fresh.new_page(), server, path)
                complaints += said

        assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}
        assert min(weights.values()) > 10_000
        assert complaints == []

    @pytest.mark.parametrize("path", ["/login", "/api/docs"])
    def test_nor_does_a_page_for_all(self, browser: Browser, server: Server, path: str) -> None:
        with browser.new_context() as fresh:
            weight, complaints = weigh(fresh.new_page(), server, path)

        assert weight <= MOST_BYTES
        assert complaints == []


@pytest.mark.any_database
def test_no_page_that_there_is_weighs_too_much_by_what_it_names(
    shared_app: Flask, browser: Browser, server: Server
) -> None:
    with browser.new_context() as context:
        watched = Watched.over(context.new_page(), f"http://{HOST}:{server.port}")
        watched.sign_in("adam", "demo-admin-1")
        found = list_addresses(shared_app, watched.page, watched.at, server.database_url.removeprefix("sqlite:///"))

        weights = {path: sum(sizes(watched.page, watched.at, path)) for path in (*found.of_staff, *found.of_all)}

    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}
    assert len(weights) > 60
    assert min(weights.values()) > 1_000


def sizes(page: Page, at: str, path: str) -> Iterator[int]:
    """Give the bytes of a page as it is sent, and of each style sheet, script and font that it names."""
    answer = page.request.get(at + path)
    yield int(answer.headers["content-length"])
    for named in set(_ASKED_FOR.findall(answer.text())):
        yield int(page.request.head(at + named).headers["content-length"])


def weigh(page: Page, server: Server, path: str) -> tuple[int, list[str]]:
    """Open a page, and give what it weighs and what it should not have done."""
    watched, weighed = Watched.over(page, f"http://{HOST}:{server.port}"), Weighed(page)
    watched.page.goto(watched.at + path, wait_until="networkidle")
    return weighed.sum_up(), watched.complaints
