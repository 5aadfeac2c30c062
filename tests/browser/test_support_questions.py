"""Does somebody new at support find each answer within three steps from the home page (docs/support-questions.md)?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.axe import violations
from tests.browser.watching import Watched
from tests.servers import HOST, Server

pytestmark = pytest.mark.browser
MOST_STEPS = 3
DOCUMENT = Path(__file__).parents[2] / "docs" / "support-questions.md"
HARBOUR, CALCULUS = "How a Harbour Works", "Calculus, Step by Step"
NAVIGATION, TYPESETTING = "Navigation without Satellites", "Typesetting by Hand"


@dataclass(frozen=True)
class Question:
    """Whom it is about, in which course run, what is clicked last, and what then has to be read on the page."""

    username: str
    course: str
    answers: tuple[str, ...]
    opened: str = ""
    pressed: str = ""
    file: str = ""


QUESTIONS = (
    Question("pedro", HARBOUR, ("because the enrollment mode audit earns none", "The learner, by upgrading")),
    Question("minjun", HARBOUR, ("“Not passing” becomes “Issued” a moment later.",), opened="Put on the allowlist…"),
    Question("ravi", HARBOUR, ("because the identity is not verified", "ID verification: expired.")),
    Question(
        "marta",
        HARBOUR,
        ("because sasha has invalidated it", "The final assignment was not her own work"),
        opened="End the invalidation…",
    ),
    Question("chidi", TYPESETTING, ("XQueue has had the job since",)),
    Question("zoe", TYPESETTING, ("The certificate could not be made.", "Nothing in fontlist supports string")),
    Question("elif", HARBOUR, ("Made anew. The link is the same as before.",), pressed="Regenerate with the new name"),
    Question("dmitri", NAVIGATION, ("The learner sees it from", "once the course shows its certificates")),
    Question("sofia", CALCULUS, ("Her second name was left out.", "by sasha")),
    Question("aoife", TYPESETTING, ("Pacing", "PDF, made through XQueue"), file="Case file, Markdown"),
)


@dataclass
class Walk:
    """Somebody on their way from the home page, whose steps are counted."""

    watched: Watched
    steps: list[str] = field(default_factory=list)

    def search(self, text: str) -> None:
        """Type into the search of the page, and press Enter."""
        self.steps.append(f"search {text}")
        self.watched.page.locator("[data-site-search]").first.fill(text)
        self.watched.page.keyboard.press("Enter")

    def click(self, what: Locator) -> None:
        """Click something."""
        self.steps.append(f"click {what}")
        what.click()

    def take(self, what: Locator) -> str:
        """Click something that gives a file, and read it."""
        with self.watched.page.expect_download() as download:
            self.click(what)
        return download.value.path().read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(browser: Browser, server: Server) -> Iterator[Watched]:
    """Somebody of support, signed in."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    watched = Watched.over(page, f"http://{HOST}:{server.port}")
    watched.sign_in()
    yield watched
    page.close()


class TestGivenAQuestion:
    @pytest.mark.parametrize("number", range(1, len(QUESTIONS) + 1))
    def test_the_answer_is_three_steps_away_at_most(self, desk: Watched, number: int) -> None:
        question, page = QUESTIONS[number - 1], desk.page
        desk.complaints.clear()
        desk.open("/")
        walk = Walk(desk)

        walk.search(f"{question.username}@example.org")
        walk.click(page.locator("main").get_by_role("link", name=question.course))
        page.wait_for_url(f"**/learners/{question.username}/**")  # else what is read may be the page before
        read = ""
        if question.opened:
            walk.click(page.get_by_text(question.opened))
        elif question.pressed:
            walk.click(page.get_by_role("button", name=question.pressed))
            page.locator(".flashes").wait_for()
        elif question.file:
            read = walk.take(page.get_by_role("button", name=question.file))
        read = read or page.locator("main").inner_text()

        assert [words for words in question.answers if words not in read] == []
        assert len(walk.steps) <= MOST_STEPS, walk.steps
        assert f"| {number} | " in DOCUMENT.read_text(encoding="utf-8")
        assert f"(`{question.username}`)" in DOCUMENT.read_text(encoding="utf-8")
        assert desk.complaints == []


class TestGivenTheSupportPageWithAllThatIsOnIt:
    @pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
    def test_a_note_is_left_and_axe_finds_nothing(self, desk: Watched, width: int, scheme: str) -> None:
        page = desk.page
        desk.complaints.clear()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        desk.open("/learners/fatima/course-v1:Certdesk+Harbour+2026")

        page.get_by_label("New note").fill(f"Rang at {width}: @vera knows. ليلى")
        page.get_by_role("button", name="Note it").click()
        page.get_by_text("Noted. vera will be told.").wait_for()
        page.get_by_text("Invalidate…").click()
        page.locator("iframe").scroll_into_view_if_needed()
        frame = page.frame_locator("iframe").get_by_role("heading").first
        frame.wait_for()
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert violations(page) == []
        assert sideways == 0
        assert desk.complaints == []
