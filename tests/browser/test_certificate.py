"""Does the page of a certificate hold on every screen and on paper, with any name, and without scripts?"""

import re
import sqlite3
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.watching import Watched
from tests.fakes import NOON
from tests.servers import HOST, Server
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.page.sharing import publish
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, build_page
from webapp.domain.identifiers import CourseId

pytestmark = pytest.mark.browser

HARBOUR = "course-v1:Certdesk+Harbour+2026"
VALID = ("ada", "fatima", "guadalupe", "priya", "O'Brien_77")
INVALID = "marta"
WIDTHS = (320, 390, 768, 1440, 2560)
PAPER = ("A4", "Letter")
VIEWS: tuple[tuple[int, int, Literal["screen", "print"]], ...] = (
    (320, 844, "screen"), (1123, 794, "print"), (1056, 816, "print")
)  # fmt: skip
"""A telephone, or a screen at 400 %; A4; letter."""
SIGNING = {
    "name": "Prof. Dr. Annette Mayer-Lindenberg",
    "title": "Director, Institute of Marine Engineering",
    "organization": "Harbour University",
}
ON_THE_FRAME = """() => {
  const sheet = document.querySelector(".sheet").getBoundingClientRect(), proof = document.querySelector(".sheet__proof").getBoundingClientRect();
  return proof.bottom > sheet.bottom - 0.064 * sheet.width;
}"""
"""Whether the last line of a sheet lies on its inner frame, which is as far from the edge as the style has it."""
EXTREMES: dict[str, tuple[str, int]] = {
    "255 characters": ("Ж" * 255, 1),
    "255 characters in words": ("Maria Wilhelmina " * 15, 4),
    "nobody signs": ("Ada Lovelace", 0),
    "six sign": ("Ada Lovelace", 6),
    "nine sign": ("Ada Lovelace", 9),
    "twelve sign": ("Ada Lovelace", 12),
    "twenty sign": ("Maria Wilhelmina " * 6, 20),
    "nine sign for the longest": ("عائشة بنت عبد الرحمن " * 12, 9),
}
"""What is odd -> whose certificate, and how many sign it."""


def address_of(server: Server, username: str) -> str:
    """Give the address of somebody's certificate for the harbour course."""
    query = (
        "SELECT verify_uuid FROM generated_certificate JOIN learner ON learner.id = learner_id "
        "WHERE username = ? AND course_id = ?"
    )
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        (found,) = database.execute(query, (username, HARBOUR)).fetchone()
    return f"/certificates/{found}"


@pytest.fixture
def bare(browser: Browser, server: Server) -> Iterator[Watched]:
    """A page that runs no scripts, watched."""
    page = browser.new_page(java_script_enabled=False)
    yield Watched.over(page, f"http://{HOST}:{server.port}")
    page.close()


def words_outside(page: Page) -> list[str]:
    """Give the words of the sheet that stick out of it, or out of one another's way."""
    found: list[str] = page.evaluate(
        """() => {
          const sheet = document.querySelector(".sheet").getBoundingClientRect();
          return [...document.querySelectorAll(".sheet__words :is(h1, p, img)")]
            .map((part) => [part.className, part.getBoundingClientRect()])
            .filter(([, box]) => box.left < sheet.left || box.right > sheet.right
              || box.top < sheet.top || box.bottom > sheet.bottom)
            .map(([name]) => name);
        }"""
    )
    return found


class TestGivenAValidCertificate:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", WIDTHS)
    def test_it_holds_on_every_screen(
        self, watched: Watched, server: Server, width: int, scheme: Literal["light", "dark"]
    ) -> None:
        watched.page.set_viewport_size({"width": width, "height": 844})
        watched.page.emulate_media(color_scheme=scheme)

        seen = {}
        for username in VALID:
            watched.open(address_of(server, username))
            sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            wrong = violations(watched.page)
            seen[username] = (watched.page.evaluate(sideways), words_outside(watched.page), wrong)

        assert seen == dict.fromkeys(VALID, (0, [], []))
        assert watched.complaints == []

    @pytest.mark.parametrize("paper", PAPER)
    def test_it_fills_one_page_of_paper(self, watched: Watched, server: Server, paper: str) -> None:
        pages = {}
        for username in VALID:
            watched.open(address_of(server, username))
            printed = watched.page.pdf(format=paper, landscape=True, print_background=True)
            pages[username] = len(re.findall(rb"/Type\s*/Page\b", printed))

        assert pages == dict.fromkeys(VALID, 1)

    @pytest.mark.parametrize(("paper", "height"), [("A4", 794), ("Letter", 816)])
    def test_on_paper_nothing_sticks_out(self, watched: Watched, server: Server, paper: str, height: int) -> None:
        watched.page.set_viewport_size({"width": 1123 if paper == "A4" else 1056, "height": height})
        watched.page.emulate_media(media="print")

        outside = {}
        for username in VALID:
            watched.open(address_of(server, username))
            outside[username] = words_outside(watched.page)

        assert outside == {username: [] for username in VALID}

    def test_paper_has_the_check_code_and_nothing_to_press(self, watched: Watched, server: Server) -> None:
        page, texts = watched.page, CertificateTexts("Ada Lovelace", "verified", "0" * 32, NOON)
        course = CourseTexts(CourseId(HARBOUR), "A")
        made = publish(build_page({}, course, texts, base_url="https://desk.test", site="", now=NOON))
        offered = {**made.values, "embed_code": "<iframe></iframe>"}
        page.route(
            "**/made-up", lambda route: route.fulfill(body=render_certificate(offered), content_type="text/html")
        )
        watched.open("/made-up")
        code = page.locator(".proof__facts code").first.inner_text()
        parts = (".sheet__check", ".embed", ".acts", ".proof")

        screen = [page.locator(part).is_visible() for part in parts]
        page.emulate_media(media="print")
        paper = [page.locator(part).is_visible() for part in parts]

        assert (screen, paper) == ([False, True, True, True], [True, False, False, False])
        assert page.locator(".sheet__check").inner_text().strip() == f"Check code {code}"

    def test_it_is_whole_without_scripts_and_keeps_no_cookie(self, bare: Watched, server: Server) -> None:
        bare.open(address_of(server, "fatima"))

        assert bare.page.locator("h1").inner_text() == "Verified Certificate"
        assert bare.page.locator(".sheet__name").inner_text() == "فاطمة الزهراء بنعلي"
        assert "Valid now." in bare.page.locator(".proof__state").inner_text()
        assert bare.page.context.cookies() == []
        assert bare.complaints == []


class TestGivenABadge:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_its_page_leads_to_it_on_every_screen(self, watched: Watched, width: int) -> None:
        badge = f"/badges/assertions/{'0' * 32}"
        texts = CertificateTexts("Ada Lovelace", "verified", "0" * 32, NOON)
        built = build_page(
            {}, CourseTexts(CourseId(HARBOUR), "A"), texts, base_url="https://desk.test", site="", now=NOON
        )
        made = publish(built, pdf_url="/made-up.pdf", badge_url=badge, signed_badge_url=f"{badge}.jwt")
        watched.page.set_viewport_size({"width": width, "height": 844})
        watched.page.route(
            "**/made-up", lambda route: route.fulfill(body=render_certificate(made.values), content_type="text/html")
        )
        watched.open("/made-up")

        links = watched.page.locator(".acts a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert {f"{badge}.png", f"{badge}.jwt"} <= set(links)
        assert watched.page.evaluate(sideways) == 0
        assert violations(watched.page) == []


class TestGivenExtremes:
    @pytest.mark.parametrize("what", EXTREMES)
    def test_it_stays_within_its_sheet_and_on_one_page(self, watched: Watched, what: str) -> None:
        name, signing = EXTREMES[what]
        texts = CertificateTexts(name, "verified", "0" * 32, NOON)
        course = CourseTexts(CourseId(HARBOUR), "How a Harbour Works", {"signatories": [SIGNING] * signing})
        made = publish(build_page({}, course, texts, base_url="https://desk.test", site="", now=NOON))
        page = watched.page
        page.route(
            "**/made-up", lambda route: route.fulfill(body=render_certificate(made.values), content_type="text/html")
        )
        watched.open("/made-up")

        printed = {paper: page.pdf(format=paper, landscape=True, print_background=True) for paper in PAPER}
        outside, on_frame = {}, False
        for width, height, media in VIEWS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(media=media)
            outside[width] = words_outside(page)
            on_frame = on_frame or (media == "print" and page.evaluate(ON_THE_FRAME))

        assert not on_frame
        assert {paper: len(re.findall(rb"/Type\s*/Page\b", pdf)) for paper, pdf in printed.items()} == dict.fromkeys(
            PAPER, 1
        )
        assert outside == {320: [], 1123: [], 1056: []}
        assert watched.complaints == []


class TestGivenSomebodyWhoSharesIt:
    def test_a_share_is_noted_when_its_link_is_followed(self, watched: Watched, server: Server) -> None:
        watched.open(address_of(server, "ada"))

        with watched.page.expect_response(lambda answer: answer.url.endswith("/shared")) as heard:
            watched.page.get_by_role("link", name="Send by mail").click()

        sent = heard.value.request
        assert (heard.value.status, sent.method, sent.post_data) == (204, "POST", "network=mail")
        assert watched.complaints == []

    def test_the_link_is_copied_by_a_button(self, watched: Watched, server: Server) -> None:
        address = address_of(server, "ada")
        watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        watched.open(address)

        watched.page.get_by_role("button", name="Copy link").click()
        watched.page.get_by_role("button", name="Link copied").wait_for()

        assert watched.page.evaluate("navigator.clipboard.readText()") == watched.at + address
        assert watched.complaints == []

    def test_without_scripts_there_is_no_such_button(self, bare: Watched, server: Server) -> None:
        bare.open(address_of(server, "ada"))

        assert bare.page.get_by_text("Copy link").is_hidden()
        assert bare.page.get_by_role("link", name="Send by mail").is_visible()


class TestGivenALearner:
    def test_their_own_list_opens_the_page(self, watched: Watched) -> None:
        watched.sign_in("ada", "demo-learner-1")

        watched.page.get_by_role("link", name="Open the certificate for How a Harbour Works").click()

        assert watched.page.locator(".sheet__name").inner_text() == "Ada Lovelace"
        assert watched.complaints == []


class TestGivenACertificateThatIsNotValid:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_nothing_is_wrong_with_the_page_that_says_so(
        self, watched: Watched, server: Server, scheme: Literal["light", "dark"]
    ) -> None:
        watched.page.emulate_media(color_scheme=scheme)

        watched.open(address_of(server, INVALID))

        assert watched.page.locator("h1").inner_text() == "This certificate is not valid any more"
        assert violations(watched.page) == []
