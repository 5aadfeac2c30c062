"""Where is somebody whose form was refused: at the first field that is wrong, or at what is said of the whole?"""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.watching import Watched

pytestmark = pytest.mark.browser
EVA, SASHA = ("eva", "demo-editor-1"), ("sasha", "demo-support-1")


def focused(page: Page) -> tuple[str, bool, str]:
    """Give what has the focus, whether it is marked as wrong, and the words that describe it."""
    page.wait_for_function("document.activeElement && document.activeElement !== document.body")
    name, wrong, words = page.evaluate(
        """() => {
            const one = document.activeElement;
            const about = (one.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
            return [
                one.name || one.className,
                one.getAttribute("aria-invalid") === "true",
                about.map((id) => document.getElementById(id).textContent.trim()).join(" "),
            ];
        }"""
    )
    return name, wrong, words


def send(page: Page, button: str) -> None:
    """Send a form as it is, past what the browser itself would ask for."""
    page.evaluate("() => document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })")
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).first.click()


class TestGivenSomebodyWhoSignsIn:
    @pytest.mark.parametrize(
        ("name", "password", "at", "said"),
        [
            ("", "", "username", "Type your sign-in name."),
            ("sasha", "", "password", "Type your password."),
            ("sasha", "wrong", "password", "The name or the password is wrong."),
        ],
    )
    def test_they_are_at_what_to_type_anew(
        self, watched: Watched, name: str, password: str, at: str, said: str
    ) -> None:
        page = watched.page
        page.goto(f"{watched.at}/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)

        send(page, "Sign in")

        where, wrong, words = focused(page)
        assert (where, wrong) == (at, True)
        assert said in words
        assert violations(page) == []


class TestGivenAForm:
    @pytest.mark.parametrize(
        ("who", "address", "button", "typed", "at"),
        [
            (EVA, "html-view/edit/", "Propose it", {"layer_honor-url": "javascript:x"}, "layer_honor-url"),
            (EVA, "course-settings/new/", "Propose it", {}, "key"),
            (EVA, "crawlers/edit/", "Propose it", {"known_user_agents": "edX-downloader"}, "reason"),
            (SASHA, "allowlist/import", "Import", {}, "course_id"),
            (SASHA, "invalidations/import", "Import", {"course_id": "course-v1:A+B+C"}, "file"),
        ],
    )
    def test_its_first_wrong_field_has_the_focus(
        self, watched: Watched, who: tuple[str, str], address: str, button: str, typed: dict[str, str], at: str
    ) -> None:
        page = watched.page
        watched.sign_in(*who)
        watched.open(f"/admin/{address}")
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for name, value in typed.items():
            page.locator(f"[name='{name}']").fill(value)

        send(page, button)

        where, wrong, words = focused(page)
        assert (where, wrong) == (at, True), words
        assert words
        assert violations(page) == []

    def test_a_proposal_that_changes_nothing_is_told_so_at_once(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*EVA)
        watched.open("/admin/generation/edit/")

        send(page, "Propose it")

        assert focused(page)[0] == "stack"
        assert "nothing would change" in page.locator(":focus").inner_text()
        assert violations(page) == []

    def test_what_is_said_of_the_whole_has_the_focus_where_no_field_is_wrong(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in(*SASHA)
        watched.open("/runs/begin")
        page.locator("[name=course_id]").fill("course-v1:No+Such+Run")

        send(page, "Begin")

        assert focused(page)[0] == "notice notice--error"
        assert violations(page) == []
