"""Can somebody of support find a certificate and see XQueue's answer arrive, in a real browser?"""

import json
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.browser.watching import Watched
from tests.servers import HOST, Server

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


class TestGivenTheDemonstration:
    def test_support_sees_an_answer_of_the_queue_arrive(self, watched: Watched, server: Server) -> None:
        page = watched.page
        watched.sign_in()
        page.get_by_label("Search the whole desk").fill("ada")
        page.keyboard.press("Enter")
        page.locator("a.hit", has_text=COURSE).click()
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


class TestGivenAReaderInNewYork:
    def test_times_are_theirs_and_the_exact_one_is_seen_on_focus_in_what_came_later_too(
        self, browser: Browser, server: Server
    ) -> None:
        with browser.new_context(timezone_id="America/New_York") as context:
            watched = Watched.over(context.new_page(), f"http://{HOST}:{server.port}")
            watched.sign_in()
            watched.open("/desk/design")
            page, time = watched.page, watched.page.locator("#timelines ~ .timeline time").first

            time.focus()
            exact = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
            page.evaluate(
                "document.querySelector('main').append(Object.assign(document.createElement('p'), {id: 'later', innerHTML: "
                "'<time class=when datetime=2026-11-28T09:30:05+00:00 title=exact>28 Nov 2026, 09:30 UTC</time>'}))"
            )
            page.wait_for_function("document.querySelector('#later time').textContent.includes('04:30')")

            assert "04:30" in time.inner_text()
            assert "09:30:05 UTC" in exact
            assert watched.complaints == []

    def test_without_scripts_times_are_in_utc_and_say_so(self, browser: Browser, server: Server) -> None:
        with browser.new_context(timezone_id="America/New_York", java_script_enabled=False) as context:
            watched = Watched.over(context.new_page(), f"http://{HOST}:{server.port}")
            watched.sign_in()
            watched.open("/desk/design")

            shown = watched.page.locator("#timelines ~ .timeline time").first

            assert (shown.inner_text(), shown.get_attribute("title")) == (
                "28 Nov 2026, 09:30 UTC",
                "28 Nov 2026, 09:30:05 UTC",
            )
