"""Can somebody work in a list by the keyboard alone, and keep it as they like it?"""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.watching import Watched

pytestmark = pytest.mark.browser

CERTIFICATES = "/admin/certificates/"


class TestGivenAListOfCertificates:
    def test_its_rows_are_walked_and_opened_by_keys(self, watched: Watched) -> None:
        watched.sign_in()
        watched.open(CERTIFICATES)
        links = watched.page.locator("tbody th a")

        for key in ("j", "j", "k", "j"):
            watched.page.keyboard.press(key)
        expect(links.nth(1)).to_be_focused()
        watched.page.keyboard.press("Enter")

        watched.page.wait_for_url("**/details/**")
        assert watched.complaints == []

    def test_its_keys_are_shown_and_dense_rows_are_remembered(self, watched: Watched) -> None:
        watched.sign_in()
        watched.open(CERTIFICATES)

        watched.page.keyboard.press("?")
        expect(watched.page.get_by_role("dialog", name="Keys of this list")).to_be_visible()
        watched.page.keyboard.press("Escape")
        watched.page.get_by_role("button", name="Dense rows").press("Enter")
        watched.open("/admin/learners/")

        assert watched.page.locator("html").get_attribute("data-density") == "dense"

    def test_it_is_kept_as_a_view_deleted_and_brought_back_and_nothing_is_wrong_with_it(self, watched: Watched) -> None:
        watched.page.emulate_media(reduced_motion="reduce")
        watched.sign_in()
        watched.open(f"{CERTIFICATES}?status=error&columns=status,reason")
        page, tabs = watched.page, watched.page.get_by_role("navigation", name="Saved views of this list")

        page.get_by_text("Save as a view").press("Enter")
        page.get_by_label("Name of the view").fill("Failed ones")
        page.get_by_label("Name of the view").press("Enter")
        expect(tabs.get_by_role("link", name="Failed ones")).to_have_attribute("aria-current", "page")
        page.get_by_text("This view").press("Enter")
        wrong = violations(page)
        page.get_by_role("button", name="Delete the view").press("Enter")
        expect(tabs.get_by_role("link", name="Failed ones")).to_have_count(0)
        page.get_by_role("button", name="Undo").press("Enter")

        expect(tabs.get_by_role("link", name="Failed ones")).to_be_visible()
        assert (wrong, watched.complaints) == ([], [])
