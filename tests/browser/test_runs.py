"""Does the page of a run show by itself how it goes on, and is nothing wrong with it?"""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.watching import Watched

pytestmark = pytest.mark.browser

CALCULUS = "course-v1:Certdesk+Calculus+2026"
WITHIN_MS = 30_000


def begin_dry_run(page: Page) -> None:
    """Fill in the form as it stands, for a trial."""
    form = page.locator("main form", has=page.get_by_label("Course key"))
    form.get_by_label("Course key").fill(CALCULUS)
    form.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/runs/*")


class TestGivenARunThatSupportBegins:
    def test_its_page_shows_by_itself_that_it_is_done(self, watched: Watched) -> None:
        watched.sign_in()
        watched.open("/runs/begin")

        begin_dry_run(watched.page)

        expect(watched.page.locator(".page__status")).to_have_text("Done", timeout=WITHIN_MS)
        expect(watched.page.get_by_role("button", name="Do it for real")).to_be_visible()
        assert "100 %" in watched.page.locator("[data-live=progress]").inner_text()
        assert watched.complaints == []

    def test_the_statuses_are_asked_for_where_they_matter(self, watched: Watched) -> None:
        watched.sign_in()
        watched.open("/runs/begin")
        statuses = watched.page.get_by_role("group", name="Statuses")

        before = statuses.is_visible()
        watched.page.get_by_label("Regenerate these statuses").check()

        assert (before, statuses.is_visible()) == (False, True)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_nothing_is_wrong_with_what_they_see(self, watched: Watched, scheme: Literal["light", "dark"]) -> None:
        watched.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        watched.sign_in()
        watched.open("/runs/begin")
        wrong = violations(watched.page)
        watched.open("/runs")
        wrong += violations(watched.page)
        watched.open("/runs/begin")

        begin_dry_run(watched.page)
        expect(watched.page.locator(".page__status")).to_have_text("Done", timeout=WITHIN_MS)

        wrong += violations(watched.page)
        assert wrong == []
