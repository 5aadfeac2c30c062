"""Can support choose thousands of certificates, see what would come of them, and hold the run in their hands?"""

import csv
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.browser.axe import violations
from tests.browser.watching import Watched
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.servers import Server, serving
from webapp.domain.certificates.statuses import Status

pytestmark = pytest.mark.browser

MANY = Crowd(30_000, certificates=100, exceptions=0, statuses=(Status.ERROR,), first_id=100_000)
OF_COURSE = f"/admin/certificates/?course={quote(COURSE)}"
WITHIN_MS = 130_000
FREE_S, HELD_S = 0.1, 0.4


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the demonstration's data and a course run in which many certificates have failed."""
    tmp_path = tmp_path_factory.mktemp("server")
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    shutil.copyfile(demonstration, tmp_path / "desk.sqlite3")
    engine = create_engine(url)
    with Session(engine) as session, session.begin():
        make_crowd_in(session, MANY, html_certificates=True)
    engine.dispose()
    with serving(url, tmp_path / "server.log", workers=1) as server:
        yield server


@contextmanager
def others_writing(server: Server) -> Iterator[None]:
    """Have somebody else write most of the time.

    A run gets on by a few steps a second then, however fast the machine is, and is not over before a button is pressed.
    """
    over = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(server.database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        while not over.wait(FREE_S):
            connection.execute("BEGIN IMMEDIATE")
            over.wait(HELD_S)
            connection.execute("ROLLBACK")
        connection.close()

    writer = threading.Thread(target=write, name="somebody else")
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def done_on(page: Page) -> int:
    """Give how many the run's page says are done."""
    return int(page.locator(".progress__words").inner_text().split(" of ")[0].replace(",", ""))


def confirm(page: Page, button: str) -> None:
    """Press a button, and in the question that it asks once more."""
    page.get_by_role("button", name=button).click()
    page.get_by_role("dialog").get_by_role("button", name=button).click()


class TestGivenManyThatMatch:
    def test_they_are_chosen_foreseen_begun_paused_resumed_cancelled_and_told_one_by_one(
        self, watched: Watched, server: Server, tmp_path: Path
    ) -> None:
        page, state = watched.page, watched.page.locator(".page__status")
        watched.sign_in()
        watched.open(f"{OF_COURSE}&status=error")

        page.get_by_label("Choose all 50 on this page").check()
        expect(page.get_by_role("status").filter(has_text="All 50 on this page are chosen.")).to_have_count(1)
        page.get_by_label("Choose all that match, on every page").check()
        expect(page.get_by_role("status").filter(has_text="All 30,000 that match are chosen.")).to_have_count(1)
        page.get_by_role("button", name="Regenerate").click()
        page.wait_for_url("**/runs/*")
        dry = page.url
        expect(state).to_have_text("Done", timeout=WITHIN_MS)
        expect(page.get_by_role("heading", name="What would come of them")).to_be_visible()
        with others_writing(server):
            confirm(page, "Do it for real")
            page.wait_for_url(lambda url: url != dry and "/runs/" in url)
            expect(page.locator(".progress__words")).to_contain_text(" left", timeout=WITHIN_MS)
            page.get_by_role("button", name="Pause").click()
            expect(state).to_have_text("Paused")
            rested = done_on(page)
            page.get_by_role("button", name="Resume").click()
            expect(page.get_by_text("The run goes on from where it was.")).to_be_visible()
            expect(page.locator(".progress__words")).not_to_contain_text(f"{rested:,} of", timeout=WITHIN_MS)
            confirm(page, "Cancel the run")
            expect(state).to_have_text("Cancelled")
        done = done_on(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="One by one (CSV)").click()
        download.value.save_as(tmp_path / "results.csv")

        with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert 0 < rested < done < 30_000
        assert [row["username"] for row in rows] == [f"crowd{number:06}" for number in range(100_000, 100_000 + done)]
        assert {row["course_id"] for row in rows} == {COURSE}
        assert {row["status_before"] for row in rows} == {"error"}
        assert watched.complaints == []

    def test_a_row_is_ticked_by_keys_and_what_is_chosen_cleared(self, watched: Watched) -> None:
        page = watched.page
        bar = page.get_by_role("form", name="Do something with the chosen certificates")
        watched.sign_in()
        watched.open(OF_COURSE)
        expect(bar).to_be_hidden()

        for key in ("j", "x", "j", "x"):
            page.keyboard.press(key)
        expect(bar).to_contain_text("Chosen: 2")
        page.get_by_role("button", name="Clear").press("Enter")

        expect(bar).to_be_hidden()
        expect(page.get_by_label("Choose all 50 on this page")).to_be_focused()
        assert page.locator("[data-choose-row]:checked").count() == 0
        assert watched.complaints == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1440])
    def test_nothing_is_wrong_with_what_they_see(
        self, watched: Watched, scheme: Literal["light", "dark"], width: int
    ) -> None:
        page = watched.page
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        watched.sign_in()
        watched.open(OF_COURSE)

        page.get_by_label("Choose all 50 on this page").check()
        page.get_by_label("Choose all that match, on every page").check()
        expect(page.get_by_role("status").filter(has_text="All 30,000 that match are chosen.")).to_have_count(1)

        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width

    def test_a_filter_that_matches_nothing_offers_nothing(self, watched: Watched) -> None:
        watched.sign_in()

        watched.open("/admin/certificates/?q=nobody-is-called-so")

        expect(watched.page.get_by_text("Nothing found")).to_be_visible()
        assert watched.page.locator("[data-choose]").count() == 0
