"""Does axe find anything wrong on a page, by day and by night, for whoever may see it?"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.watching import Watched

pytestmark = pytest.mark.browser

COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
CALCULUS = "course-v1:Certdesk+Calculus+2026"
PEOPLE = {
    "sasha": "demo-support-1",
    "adam": "demo-admin-1",
    "ada": "demo-learner-1",
    "amir": "demo-approver-1",
    "eva": "demo-editor-1",
}
PAGES = {
    "sasha": (
        "/",
        "/search?q=a",
        "/search?q=nobody-at-all",
        "/admin/certificates/",
        "/admin/certificates/details/?id=1",
        "/admin/learners/",
        "/admin/learners/details/?id=1",
        "/admin/courses/",
        "/admin/allowlist/",
        "/admin/invalidations/",
        "/admin/examples/",
        "/admin/inbox/",
        "/learners/ada",
        f"/learners/ada/{CALCULUS}",
        f"/learners/grace/{CALCULUS}",
        "/learners/nobody-at-all",
        "/notices",
    ),
    "eva": (
        "/",
        "/changes?state=expired",
        "/admin/html-view/",
        "/admin/html-view/edit/",
        "/admin/crawlers/",
        "/admin/crawlers/edit/",
        "/admin/generation/",
        "/admin/course-settings/",
        "/admin/course-settings/new/",
        "/admin/badge-images/",
        "/admin/badge-images/edit/?id=honor",
        "/admin/badge-default/",
        "/admin/badge-default/edit/",
        "/admin/access/",
        "/admin/access/details/?id=amir",
    ),
    "adam": (
        "/account/second-factor",
        "/admin/accounts/",
        "/audit",
        "/audit/verify",
        "/changes",
        "/changes/17",
        "/admin/access/edit/?id=vera",
    ),
    "amir": ("/", "/changes?state=any", "/changes?owed=1", *(f"/changes/{number}" for number in range(12, 20))),
    "ada": ("/",),
}


class TestGivenTheDemonstration:
    def test_nothing_is_wrong_with_the_sign_in(self, watched: Watched) -> None:
        found = violations(watched, "/login")

        assert found == []

    def test_nothing_is_wrong_with_the_programs_pages(self, watched: Watched) -> None:
        found = violations(watched, "/api/docs")

        assert found == []

    @pytest.mark.parametrize("name", PAGES)
    def test_nothing_is_wrong_with_what_they_see(self, watched: Watched, name: str) -> None:
        watched.sign_in(name, PEOPLE[name])

        found = {path: violations(watched, path) for path in PAGES[name]}

        assert {path: wrong for path, wrong in found.items() if wrong} == {}


def violations(watched: Watched, path: str) -> list[str]:
    """What axe finds on a page, and where: all of it by day, and by night what the night changes, which is colours."""
    watched.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    watched.open(path)
    by_day = Axe().run(watched.page).response["violations"]
    watched.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    by_night = Axe().run(watched.page, options=COLOURS).response["violations"]
    return [
        f"{one['id']} by {when}: {node['target']}"
        for when, found in (("day", by_day), ("night", by_night))
        for one in found
        for node in one["nodes"][:3]
    ]
