"""Can an editor propose a change at a browser, with scripts or without, and is nothing wrong on the way?"""

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import violations
from tests.browser.watching import Watched
from tests.servers import HOST, Server

pytestmark = pytest.mark.browser

EDITOR = ("eva", "demo-editor-1")
REASON = "Because a browser asks for it."


class TestGivenAnEditor:
    def test_a_proposal_ends_in_a_request(self, watched: Watched) -> None:
        watched.sign_in(*EDITOR)
        watched.open("/admin/generation/")  # the demonstration has no open request on it
        page = watched.page

        page.get_by_role("link", name="Propose a change").click()
        page.get_by_label("Learners may generate their own certificates").check()
        page.get_by_label("Why").fill("too short")
        page.get_by_role("button", name="Propose it").click()
        expect(page.get_by_text("Say why, in at least 10 characters")).to_be_visible()
        page.get_by_label("Why").fill(REASON)
        page.get_by_role("button", name="Propose it").click()

        expect(page.get_by_role("status").get_by_text("waits for approval")).to_be_visible()
        expect(page.get_by_role("link", name="1 open")).to_be_visible()
        assert [one for one in watched.complaints if "status of 422" not in one] == []

    def test_the_preview_shows_what_is_typed(self, browser: Browser, server: Server) -> None:
        page = browser.new_page(java_script_enabled=False)
        watched = Watched.over(page, f"http://{HOST}:{server.port}")
        watched.sign_in(*EDITOR)
        watched.open("/admin/html-view/edit/")

        page.get_by_label("Name of the platform").first.fill("University of the Sea")
        page.get_by_role("button", name="Show it below").click()

        shown = page.frame_locator("iframe[name=preview]")
        expect(shown.get_by_text("University of the Sea").first).to_be_visible()
        expect(page.get_by_label("Name of the platform").first).to_have_value("University of the Sea")
        assert watched.complaints == []
        page.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_nothing_is_wrong_with_a_form_that_is_refused(
        self, watched: Watched, scheme: Literal["light", "dark"]
    ) -> None:
        page = watched.page
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        watched.sign_in(*EDITOR)
        watched.open("/admin/html-view/edit/")
        page.get_by_role("button", name="Go on with the JSON").click()
        page.get_by_label("Configuration as JSON").fill('{"default": {,}}')

        page.get_by_role("button", name="Propose it").click()

        expect(page.get_by_text("Must be valid JSON string. Line 1, column 14").first).to_be_visible()
        assert violations(page) == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_nothing_is_wrong_where_the_value_has_moved(
        self, watched: Watched, scheme: Literal["light", "dark"]
    ) -> None:
        page = watched.page
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        watched.sign_in(*EDITOR)
        watched.open("/admin/html-view/edit/")
        page.evaluate("document.querySelector('[name=base_version]').value = '99'")
        page.get_by_label("Name of the platform").first.fill("University of the Sea")

        page.get_by_role("button", name="Propose it").click()

        expect(page.get_by_role("heading", name="It has changed meanwhile")).to_be_visible()
        assert violations(page) == []
