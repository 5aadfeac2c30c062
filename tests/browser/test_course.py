"""Can the team of a course run give a learner their certificate on its page, and is nothing wrong with it?"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.watching import Watched
from tests.servers import Server, serving

pytestmark = pytest.mark.browser

HARBOUR = "course-v1:Certdesk+Harbour+2026"
CALCULUS = "course-v1:Certdesk+Calculus+2026"
PASSWORD = "anneke teaches here"
NOTE = "Ill at the time of the exam."
PARTS = ("", "?part=learners", "?part=exceptions", "?part=invalidations", "?part=runs")
WITHIN_MS = 30_000


def records() -> str:
    """Give the platform's records of a learner who failed the course."""
    here = {"username": "petra", "course_id": HARBOUR}
    found: list[dict[str, object]] = [
        {"type": "learner", "username": "petra", "email": "petra@example.org", "name": "Petra Plain"},
        {"type": "enrollment", **here, "mode": "honor", "active": True},
        {"type": "grade", **here, "percent": 0.41, "letter": "", "passed": False},
    ]
    return "".join(f"{json.dumps(record)}\n" for record in found)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the demonstration's data, where one more learner failed and the instructor can sign in."""
    tmp_path = tmp_path_factory.mktemp("course")
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    account = ["accounts", "create", "anneke", "--learner", "anneke", "--password-stdin"]
    commands = ((["db", "upgrade"], ""), (["demo", "load"], ""), (["records", "import", "-"], records()), (account, PASSWORD))  # fmt: skip
    for command, given in commands:
        subprocess.run(
            [sys.executable, "-m", "webapp", *command],
            env={**environ, "CERTDESK_DATABASE_URL": url},
            input=given,
            text=True,
            check=True,
            capture_output=True,
        )
    with serving(url, tmp_path / "server.log", workers=1) as server:
        yield server


class TestGivenTheTeam:
    def test_it_makes_an_exception_and_sees_the_certificate_come(self, watched: Watched) -> None:
        page = watched.page
        watched.sign_in("anneke", PASSWORD)

        page.get_by_role("link", name="How a Harbour Works").click()
        page.get_by_role("link", name="Allowlist").click()
        page.get_by_role("textbox", name="Learners").fill("petra@example.org")
        page.get_by_role("textbox", name="Why").fill(NOTE)
        page.get_by_role("button", name="Put on the allowlist").click()
        page.get_by_text("petra@example.org is on the allowlist now.").wait_for()
        row = page.get_by_role("row", name="Petra Plain")

        expect(row.get_by_text("Issued")).to_be_visible(timeout=WITHIN_MS)
        assert NOTE in row.inner_text()
        assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
class TestGivenTheDemonstration:
    def test_nothing_is_wrong_with_what_support_sees(
        self, watched: Watched, width: int, scheme: Literal["light", "dark"]
    ) -> None:
        page = watched.page
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        watched.sign_in()
        wrong = []

        for path in (*(f"/courses/{HARBOUR}{part}" for part in PARTS), f"/courses/{CALCULUS}"):
            watched.open(path)
            wrong += [f"{path} {one}" for one in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{path} goes sideways")

        assert wrong == []
