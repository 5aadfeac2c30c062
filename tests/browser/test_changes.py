"""Does a change go from its editor to its approver in a browser, seen before it is approved and live after it?"""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.watching import Watched

pytestmark = pytest.mark.browser

EVA, AMIR, ADAM = ("eva", "demo-editor-1"), ("amir", "demo-approver-1"), ("adam", "demo-admin-1")
TITLE = "Name the academy on certificates"
HARBOUR = "course-v1:Certdesk+Harbour+2026"
GRANT = "vera gets the role support."
NAME = "Academy of Harbours"


def sign_out(page: Page) -> None:
    """Leave as somebody, to come back as another."""
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/login")


def open_change(page: Page, title: str) -> None:
    """Find a change on the home page, and open it."""
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


class TestGivenAChangeOfCertificates:
    def test_its_editor_rewrites_it_and_its_approver_sees_it_and_makes_it_live(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        open_change(page, TITLE)
        page.get_by_text("Edit", exact=True).click()
        payload = page.get_by_label("Value, as JSON")
        payload.fill(payload.input_value().replace("Certdesk Academy", NAME))
        page.get_by_role("button", name="Keep these changes").click()
        expect(page.get_by_text("An approval is for revision 2")).to_be_visible()
        sign_out(page)

        watched.sign_in(*AMIR)
        open_change(page, TITLE)
        before, after = (page.frame_locator(f"iframe[title$='{side} the change']") for side in ("before", "after"))
        expect(after.get_by_text(NAME).first).to_be_attached()
        expect(before.get_by_text("Robin Sample").first).to_be_attached()
        expect(before.get_by_text(NAME)).to_have_count(0)
        page.keyboard.press("a")
        page.get_by_role("dialog").get_by_role("button", name="Approve").click()
        expect(page.get_by_text("Approved, and live from now on.")).to_be_visible()

        watched.open(f"/learners/ada/{HARBOUR}")
        address = page.get_attribute("main dl a[href*='/certificates/']", "href")
        page.wait_for_timeout(600)  # a process looks for a newer version twice a second
        page.goto(f"{watched.at}/certificates/{str(address).rpartition('/')[2]}")
        expect(page.get_by_text(NAME).first).to_be_visible()
        assert watched.complaints == []

    def test_a_comment_that_was_typed_is_told_of_and_stays(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*AMIR)
        open_change(page, GRANT)
        page.get_by_label("Comment", exact=True).fill("Well done.")
        page.get_by_role("button", name="Approve").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("Your comment is not sent with it")).to_be_visible()
        dialog.get_by_role("button", name="Cancel").click()

        page.reload()

        assert page.get_by_label("Comment", exact=True).input_value() == "Well done."
        assert watched.complaints == []

    def test_the_queue_is_walked_by_keys(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*AMIR)
        watched.open("/changes")

        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/changes/*")
        second = page.url
        page.keyboard.press("d")
        json = page.get_by_label("Lines of the JSON before and after")
        expect(json).to_be_visible()
        page.keyboard.press("k")

        page.wait_for_url(lambda url: url != second)
        assert watched.complaints == []


class TestGivenWithoutScripts:
    def test_an_approver_decides_all_the_same(self, watched: Watched) -> None:
        context = watched.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]  # it was launched by us
        plain = Watched.over(context.new_page(), watched.at)
        plain.sign_in("alice", "demo-approver-2")
        open_change(plain.page, GRANT)

        plain.page.get_by_role("button", name="Approve").click()

        expect(plain.page.get_by_text("Approved, and live from now on.")).to_be_visible()
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestGivenTheirPages:
    def test_nothing_is_wrong_with_what_they_see(self, watched: Watched, scheme: Literal["light", "dark"]) -> None:
        page = watched.page
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        watched.sign_in(*EVA)
        watched.open("/changes?stale=1")
        page.get_by_role("link", name="Open navigation").click()
        page.get_by_text("Edit", exact=True).click()
        page.get_by_text("As JSON", exact=True).click()
        page.get_by_text("What you cannot do, and why").click()

        wrong = violations(page)

        assert wrong == []
