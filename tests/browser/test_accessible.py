"""Can everybody use every page: by day and by night, from right to left, on 320 px, by keyboard, without motion?"""

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.acceptance.program.terminal import certdesk
from tests.browser.axe import BUT_COLOURS, COLOURS, EVERYTHING, violations
from tests.browser.pages import CALCULUS, Addresses, list_addresses
from tests.browser.watching import Watched
from tests.servers import HOST, Server
from webapp.services.demo.people import PEOPLE

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

PASSWORDS = {one.name: one.password for one in PEOPLE}
PEOPLE_OF_PAGES = ("sasha", "adam", "amir", "eva")
"""Who looks: each page is looked at by the first of them who may."""
NOT_SEEN_FOCUS = """() => {
  const wrong = [];
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
    if (one.disabled || !one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) || one.closest("[inert]")) continue;
    one.focus({ preventScroll: true });
    if (document.activeElement !== one) continue;
    const style = getComputedStyle(one);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push(one.outerHTML.slice(0, 90));
  }
  document.activeElement?.blur();
  return wrong;
}"""
ALIKE = ":is(main tbody tr, main li, main dl > div, main article, main section > details):nth-child(n+6)"
"""The sixth of what is drawn in a row is drawn as the first five are, and axe takes seconds for each hundred of them."""
OF_THE_WORLD = ("/certificates/", "/html-view/preview/")
"""What shows a certificate speaks the certificate's language."""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def addresses(shared_app: Flask, browser: Browser, server: Server) -> dict[str, list[str]]:
    """What each of them looks at; nobody looks at a page that another has looked at."""
    at, database = f"http://{HOST}:{server.port}", server.database_url.removeprefix("sqlite:///")
    begun = certdesk(Path(database).parent, "runs", "start", "--course", CALCULUS, "--dry-run")
    assert begun.returncode == 0, begun.stderr  # so that there is a run to be looked at
    seen: dict[str, list[str]] = {"": [], "ada": ["/"]}
    for name in PEOPLE_OF_PAGES:
        with browser.new_context() as context:
            watched = Watched.over(context.new_page(), at)
            watched.sign_in(name, PASSWORDS[name])
            before = {address for each in seen.values() for address in each}
            found: Addresses = list_addresses(shared_app, watched.page, at, database, but=before)
            seen[name] = ["/", *(one for one in found.of_staff if one not in before)]
            seen[""] = seen[""] or found.of_all
    return seen


@pytest.mark.parametrize("name", ["", "ada", *PEOPLE_OF_PAGES])
class TestGivenEveryPageOfTheDemonstration:
    def test_nothing_is_wrong_by_day_and_by_night_and_the_focus_is_seen(
        self, browser: Browser, server: Server, addresses: dict[str, list[str]], name: str
    ) -> None:
        with browser.new_context(reduced_motion="reduce") as context:
            watched = arrive(context.new_page(), server, name)

            found = {address: by_day_and_night(watched, address) for address in addresses[name]}

        assert {address: wrong for address, wrong in found.items() if wrong} == {}
        assert [one for one in watched.complaints if "404" not in one and "403" not in one] == []

    def test_nothing_is_wrong_from_right_to_left_on_320_px(
        self, browser: Browser, server: Server, addresses: dict[str, list[str]], name: str
    ) -> None:
        narrow = {"width": 320, "height": 640}
        with browser.new_context(locale="ar", viewport=narrow, reduced_motion="reduce") as context:  # type: ignore[arg-type]  # a size
            watched = arrive(context.new_page(), server, name)

            found = {address: from_right_to_left(watched, address) for address in addresses[name]}

        assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_the_map_of_addresses_was_walked(addresses: dict[str, list[str]]) -> None:
    seen = {one for each in addresses.values() for one in each}

    assert len(seen) > 60
    assert "/runs/1" in seen


def arrive(page: Page, server: Server, name: str) -> Watched:
    """Sign in, where the pages are for somebody."""
    watched = Watched.over(page, f"http://{HOST}:{server.port}")
    if name:
        watched.open("/login")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORDS[name])
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(f"{watched.at}/")
    return watched


def by_day_and_night(watched: Watched, address: str) -> list[str]:
    """Give what is wrong with a page in either theme."""
    watched.page.emulate_media(color_scheme="light")
    watched.open(address)
    wrong = [f"no focus seen: {one}" for one in watched.page.evaluate(NOT_SEEN_FOCUS)]
    wrong += wrong_of_each_kind(watched.page, EVERYTHING)
    watched.page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {one}" for one in wrong_of_each_kind(watched.page, COLOURS)]
    moving = watched.page.evaluate("document.getAnimations().length")
    return wrong + ([f"{moving} animations"] if moving else [])


def from_right_to_left(watched: Watched, address: str) -> list[str]:
    """Give what is wrong with a page where it is narrow and turned."""
    watched.open(address)
    turned = watched.page.evaluate("document.documentElement.dir") == "rtl" or any(
        one in address for one in OF_THE_WORLD
    )
    wrong = ["too wide"] * watched.page.evaluate(TOO_WIDE) + ([] if turned else ["not turned"])
    return wrong + wrong_of_each_kind(watched.page, BUT_COLOURS)


def wrong_of_each_kind(page: Page, options: Mapping[str, object]) -> list[str]:
    """Give what axe finds, with the first five of what is drawn in a row."""
    page.evaluate("alike => { for (const one of document.querySelectorAll(alike)) one.remove(); }", ALIKE)
    return violations(page, options)
