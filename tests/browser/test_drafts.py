"""Is what somebody typed there again whose session ended while they typed, and only then?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.watching import SUPPORT, Watched
from tests.servers import HOST, Server

pytestmark = pytest.mark.browser

EVA, AMIR = ("eva", "demo-editor-1"), ("amir", "demo-approver-1")
FORM = "/admin/html-view/edit/"
LEARNER = "/learners/ada/course-v1:Certdesk+Harbour+2026"
BACK = "What you typed before is back."
WHY = "Because the year is over, says the board."


@pytest.fixture
def tabs(browser: Browser, server: Server) -> Iterator[Watched]:
    """A page, watched, beside which another tab can be opened."""
    with browser.new_context() as context:
        yield Watched.over(context.new_page(), f"http://{HOST}:{server.port}")


def end_sessions(server: Server) -> None:
    """Let two hours pass for everybody who is signed in."""
    with closing(sqlite3.connect(server.database_url.removeprefix("sqlite:///"), timeout=10)) as connection, connection:
        connection.execute("UPDATE account_session SET seen_at = datetime(seen_at, '-2 hours')")


def sign_in_here(page: Page, name: str, password: str) -> None:
    """Sign in on the page that asks for it."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def drafts(page: Page) -> int:
    """Count what is kept in this tab."""
    found: int = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('certdesk-draft:')).length")
    return found


def refused(watched: Watched) -> list[str]:
    """Give what was complained of, without the status that the browser notes of the page that says no."""
    return [one for one in watched.complaints if "with a status of 4" not in one]


class TestGivenASessionThatEndsWhileSomebodyTypes:
    def test_a_proposal_is_typed_once(self, watched: Watched, server: Server) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        watched.open(FORM)
        page.locator("#reason").fill(WHY)
        page.locator("#title").fill("For the new year")
        end_sessions(server)

        page.get_by_role("button", name="Propose it").click()
        expect(page.get_by_text("What you typed is kept in this tab")).to_be_visible()
        wrong = violations(page)
        page.get_by_role("link", name="Sign in").click()
        sign_in_here(page, *EVA)

        expect(page.get_by_text(BACK)).to_be_visible()
        assert page.url == watched.at + FORM
        assert (page.locator("#reason").input_value(), wrong, violations(page)) == (WHY, [], [])
        assert page.locator("#title").input_value() == "For the new year"
        assert refused(watched) == []

    def test_a_note_outlives_a_sign_out_in_another_tab(self, tabs: Watched) -> None:
        watched, page = tabs, tabs.page
        watched.sign_in()
        watched.open(LEARNER)
        page.get_by_label("New note").fill(WHY)
        other = page.context.new_page()
        other.goto(watched.at)
        other.get_by_role("button", name="Sign out").first.click()
        other.wait_for_url("**/login")

        page.get_by_role("button", name="Note it").click()
        page.get_by_role("link", name="Sign in").click()
        sign_in_here(page, *SUPPORT)
        expect(page.get_by_text(BACK)).to_be_visible()
        page.get_by_role("button", name="Note it").click()

        expect(page.locator(".note__text").filter(has_text=WHY)).to_be_visible()
        assert drafts(page) == 0
        assert page.get_by_text(BACK).count() == 0
        assert refused(watched) == []


class TestGivenSomethingTyped:
    def test_it_is_back_with_its_page_until_it_is_dropped(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        watched.open(FORM)
        came = page.locator("#reason").input_value()
        page.locator("#reason").fill(WHY)
        watched.open("/")
        watched.open(FORM)
        before = page.locator("#reason").input_value()

        page.get_by_role("button", name="Drop it").click()

        assert (before, page.locator("#reason").input_value(), drafts(page)) == (WHY, came, 0)
        assert page.get_by_text(BACK).count() == 0
        assert watched.complaints == []

    def test_what_has_to_be_mended_first_is_kept(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        watched.open(FORM)
        page.locator("#title").fill("For the new year")
        page.locator("#reason").fill("")
        page.get_by_role("button", name="Propose it").click()
        expect(page.get_by_text("Nothing was filed yet").first).to_be_visible()

        watched.open(FORM)

        assert page.locator("#title").input_value() == "For the new year"
        assert refused(watched) == []

    def test_a_sign_out_leaves_nothing(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        watched.open(FORM)
        page.locator("#reason").fill(WHY)

        page.get_by_role("button", name="Sign out").first.click()
        page.wait_for_url("**/login")

        assert drafts(page) == 0

    def test_it_is_nobody_elses(self, watched: Watched, server: Server) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        watched.open("/changes/17")
        page.get_by_label("Comment", exact=True).fill(WHY)
        end_sessions(server)
        watched.open("/login")

        sign_in_here(page, *AMIR)
        page.wait_for_url(f"{watched.at}/")

        assert drafts(page) == 0

    def test_what_proves_or_confirms_is_never_kept(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        watched.open("/changes/17")
        page.evaluate(
            """() => {
              const form = document.querySelector("form.comment");
              for (const more of ["type=password", "type=hidden", "type=text autocomplete=one-time-code", "data-anew"])
                form.insertAdjacentHTML("beforeend", `<input name=secret value=unsaid ${more}>`);
            }"""
        )

        page.get_by_label("Comment", exact=True).fill(WHY)

        kept = page.evaluate("JSON.stringify({ ...sessionStorage })")
        assert WHY in kept
        assert not [word for word in ("secret", "unsaid", "csrf", "expected") if word in kept]
