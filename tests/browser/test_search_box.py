"""Does the search box lead to a learner by keyboard, by touch and from right to left, and is it told to screen readers?"""

import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from tests.browser.axe import violations
from tests.browser.watching import Watched
from tests.servers import HOST, Server

pytestmark = pytest.mark.browser

SUGGESTIONS = "**/search/suggestions?*"


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search the whole desk")


class TestGivenSomebodyWhoTypes:
    def test_the_keyboard_alone_leads_to_the_learner(self, watched: Watched) -> None:
        page, options = watched.page, watched.page.get_by_role("option")
        watched.sign_in()

        page.keyboard.press("/")
        page.keyboard.type("love")
        page.get_by_role("listbox", name="Suggestions").wait_for()
        opened = (box(page).get_attribute("aria-expanded"), page.locator(".suggestion__typed").first.inner_text())
        page.keyboard.press("ArrowUp")
        last = page.get_by_role("option", selected=True).inner_text()
        page.keyboard.press("ArrowDown")
        nowhere = box(page).get_attribute("aria-activedescendant")
        page.keyboard.press("ArrowDown")
        first = box(page).get_attribute("aria-activedescendant")
        wrong = violations(page)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # colours half-way have no contrast to judge
        wrong += violations(page)
        page.keyboard.press("Escape")
        shut = (options.count(), page.get_by_role("listbox").count(), box(page).input_value())
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{watched.at}/learners/ada")

        assert opened == ("true", "Love")
        assert (last, nowhere, first) == ("All results for “love”", None, "site-search-0")
        assert wrong == []
        assert shut == (0, 0, "love")
        assert watched.complaints == []

    def test_what_was_mistyped_is_told_and_enter_shows_the_page(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in()

        box(page).press_sequentially("lovelcae")
        status = page.locator(".site-search [role=status]")
        status.filter(has_text="lovelcae").wait_for(state="attached")  # its first letters find the same learner
        said = status.inner_text()
        box(page).fill("nobody-at-all")
        page.get_by_text("or nearly so").first.wait_for()
        wrong = violations(page)
        box(page).fill("lovelcae")
        page.keyboard.press("Enter")
        page.get_by_text("similar:").wait_for()

        assert said.startswith("Nothing is called “lovelcae”. Similar:")
        assert "Suggestions: " in said
        assert wrong == []
        assert page.get_by_role("link", name="Ada Lovelace").count() == 1
        assert watched.complaints == []

    def test_an_answer_that_comes_late_is_dropped(self, watched: Watched) -> None:
        page = watched.page
        held: list[Route] = []
        watched.sign_in()

        def answer(route: Route) -> None:
            held.append(route) if route.request.url.endswith("q=g") else route.continue_()

        page.route(SUGGESTIONS, answer)
        box(page).press_sequentially("g")
        page.wait_for_timeout(400)
        box(page).fill("ada")
        page.get_by_role("option", name="All results for “ada”").wait_for()
        for route in held:
            route.continue_()
        page.wait_for_timeout(300)

        assert len(held) == 1
        assert page.get_by_role("option", name="All results for").inner_text() == "All results for “ada”"

    def test_a_finger_on_a_phone_from_right_to_left_opens_it(self, browser: Browser, server: Server) -> None:
        context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True)
        page = context.new_page()
        watched = Watched.over(page, f"http://{HOST}:{server.port}")
        watched.sign_in()
        page.evaluate("document.documentElement.dir = 'rtl'")

        box(page).tap()
        box(page).press_sequentially("love")
        page.get_by_role("option", name="Ada Lovelace").wait_for()
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong = violations(page)
        page.get_by_role("option", name="Ada Lovelace").tap()
        page.wait_for_url(f"{watched.at}/learners/ada")
        context.close()

        assert sideways == 0
        assert wrong == []
        assert watched.complaints == []
