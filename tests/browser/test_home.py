"""Do charts say what their tables say, to whoever sees, reads or steps through them, and follow what happens?"""

import json
import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.watching import Watched
from tests.servers import HOST, Server

pytestmark = pytest.mark.browser

KEY = "5eed0000000000000000000000000002"
"""Of Emmy's job, which XQueue has just taken."""
ANSWER = {
    "action": "create",
    "download_uuid": "1" * 32,
    "verify_uuid": "2" * 32,
    "username": "emmy",
    "course_id": "course-v1:Certdesk+Calculus+2026",
    "url": "https://files.example.org/emmy.pdf",
}
CHARTS = ("Issued by day", "Answers of XQueue by day", "Time from request to issue")
WITHIN_MS = 40_000


@pytest.fixture
def home(watched: Watched) -> Page:
    """The home page, once its figures were counted."""
    watched.page.emulate_media(reduced_motion="reduce")
    watched.sign_in()
    expect(chart(watched.page, CHARTS[0]).locator(".u-over")).to_be_visible(timeout=WITHIN_MS)
    return watched.page


@pytest.fixture
def without_scripts(browser: Browser, server: Server, home: Page) -> Iterator[Page]:
    """The same page in a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, storage_state=home.context.storage_state())
    page = context.new_page()
    page.goto(f"http://{HOST}:{server.port}/")
    yield page
    context.close()


def chart(page: Page, title: str) -> Locator:
    """Give a chart with what belongs to it."""
    return page.locator(f'[data-chart="{title}"]')


def today_of(section: Locator) -> str:
    """Give what the table says of its last day, as the chart says it."""
    heads = section.locator("thead th").all_text_contents()
    cells = section.locator("tbody tr").last.locator("th, td").all_text_contents()
    return f"{cells[0]}: " + ", ".join(f"{part} {number}" for part, number in zip(heads[1:], cells[1:], strict=True))


def issued_today(page: Page) -> int:
    """Give how many the table of the days says were issued today."""
    return int(chart(page, CHARTS[0]).locator("tbody tr").last.locator("td").first.text_content() or "0")


def inked(section: Locator) -> bool:
    """Say whether anything is drawn where the bars are, beside the lines of the grid."""
    script = """canvas => {
      const seen = new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer));
      return seen.size;
    }"""
    return int(section.locator("canvas:not(.chart__mark)").evaluate(script)) > 20


class TestGivenTheFiguresOfTheDemonstration:
    def test_each_chart_is_drawn_and_says_what_its_table_says(self, home: Page, watched: Watched) -> None:
        for title in CHARTS:
            section = chart(home, title)

            assert inked(section)
            assert section.locator("tbody tr").count() == 28
            assert section.get_by_role("slider").get_attribute("aria-valuetext") == today_of(section)
        assert watched.complaints == []

    def test_the_keyboard_steps_through_the_days(self, home: Page) -> None:
        section = chart(home, CHARTS[0])
        days = section.get_by_role("slider")

        days.focus()
        home.keyboard.press("Home")
        first = days.get_attribute("aria-valuetext")
        home.keyboard.press("ArrowRight")

        rows = section.locator("tbody th")
        assert str(first).startswith(f"{rows.first.text_content()}: ")
        assert str(days.get_attribute("aria-valuetext")).startswith(f"{rows.nth(1).text_content()}: ")
        assert days.get_attribute("aria-valuenow") == "2"

    def test_the_table_is_closed_until_it_is_asked_for(self, home: Page) -> None:
        section = chart(home, CHARTS[1])
        before = section.locator("table").is_visible()

        section.get_by_text("Numbers").click()

        assert (before, section.locator("table").is_visible()) == (False, True)

    def test_without_scripts_the_tables_stand_open(self, without_scripts: Page) -> None:
        for title in CHARTS:
            section = chart(without_scripts, title)
            assert section.locator("table").is_visible()
            assert not section.locator("[data-chart-plot]").is_visible()

    @pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 320)])
    def test_nothing_is_wrong_with_what_they_see(
        self, home: Page, scheme: Literal["light", "dark"], width: int
    ) -> None:
        home.emulate_media(color_scheme=scheme)
        home.set_viewport_size({"width": width, "height": 900})
        chart(home, CHARTS[0]).get_by_text("Numbers").click()

        wrong = violations(home)

        assert wrong == []
        assert home.evaluate("document.documentElement.scrollWidth") <= width


class TestGivenAnAnswerThatArrivesWhileThePageIsOpen:
    def test_its_numbers_change_and_nobody_reloads(self, home: Page, watched: Watched, server: Server) -> None:
        being_made = home.locator(".ask", has_text="Being made").locator(".ask__count")
        before, waiting = issued_today(home), int(being_made.inner_text())
        home.evaluate("window.sameDocument = true")

        form = urlencode({"xqueue_header": json.dumps({"lms_key": KEY}), "xqueue_body": json.dumps(ANSWER)})
        told = server.send("POST", "/update_certificate", form)

        expect(being_made).to_have_text(str(waiting - 1), timeout=WITHIN_MS)
        today = chart(home, CHARTS[0]).locator("tbody tr").last.locator("td").first
        expect(today).to_have_text(str(before + 1), timeout=WITHIN_MS)
        slider = chart(home, CHARTS[0]).get_by_role("slider")
        expect(slider).to_have_attribute("aria-valuetext", re.compile(f": Issued {before + 1}, "))
        assert (told, home.evaluate("window.sameDocument")) == (200, True)
        assert watched.complaints == []
