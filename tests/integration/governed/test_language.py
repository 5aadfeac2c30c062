"""Do the pages of configuration, of changes and of administration speak their reader's language alone?"""

import re

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import Staff, make_change
from tests.integration.governed.conftest import signed_in
from tests.visitors import Visitor
from webapp.domain.roles import Role

pytestmark = pytest.mark.any_database
ARABIC = {"Accept-Language": "ar"}
OF_THE_STAFF = (
    "html-view", "html-view/edit/?id=-", "crawlers", "crawlers/edit/?id=-", "generation", "generation/edit/?id=-",
    "course-settings", "course-settings/new/", "badge-images", "badge-images/new/", "badge-default", "access",
    "certificates", "learners", "courses", "examples", "allowlist", "invalidations", "badges", "inbox",
    "dead-letters", "certificates/?status=odd&created_from=odd&course=odd", "access/?role=odd&at=odd",
)  # fmt: skip
OF_THE_ADMIN = ("accounts", "accounts/details/?id=1", "cache", "access/edit/?id=vera")
THEIRS = ("code", "pre", "bdi", "option", "script", "textarea", "kbd")
"""What stands in these is data."""
READ = ("aria-label", "title", "placeholder", "data-label", "data-confirm", "alt")
WIRE = re.compile(r"certdesk( [a-z]+)+( (FILE|NAME|--role admin))?|JSON Lines|Open Badges|Accept-Language")
TWO_WORDS = re.compile(r"[A-Za-z]{2,}[’']?[a-z]*[,:;]? [A-Za-z]{2,}")


def english_in(text: str) -> list[str]:
    page = html.document_fromstring(text)
    found = [part.get(name) or "" for part in page.iter() for name in READ]
    for part in page.iter(*THEIRS):
        part.drop_tree() if part.tag in ("script", "option") else [part.clear(keep_tail=True)]
    found += [str(said) for said in page.body.itertext()]
    return [said.strip() for said in found if TWO_WORDS.search(WIRE.sub("", said))]


def read(visitor: Visitor, path: str) -> str:
    answer = visitor.client.get(path, headers=ARABIC, follow_redirects=True)
    assert (answer.status_code, 'dir="rtl"' in answer.text) == (200, True), path
    return answer.text


class TestGivenAnEnglishReader:
    def test_english_would_be_seen(self, eva: Visitor) -> None:
        assert "Nothing changes before it is approved." in " ".join(english_in(eva.get("/admin/crawlers/edit/?id=-")))


class TestGivenAnArabicReader:
    def test_no_sentence_on_the_pages_of_the_staff_is_english(self, eva: Visitor) -> None:
        pages = {
            path: english_in(read(eva, f"/admin/{path}" if "?" in path else f"/admin/{path}/")) for path in OF_THE_STAFF
        }

        assert {path: found for path, found in pages.items() if found} == {}

    def test_none_on_those_of_an_admin_and_of_the_audit(self, app: Flask, session: Session, adam: Visitor) -> None:
        make_account(session, "aurelia", Role.AUDITOR)
        session.commit()
        aurelia = signed_in(app, "aurelia")

        pages = {path: english_in(read(adam, f"/admin/{path}")) for path in OF_THE_ADMIN}
        pages |= {
            path: english_in(read(aurelia, path)) for path in ("/audit/", "/audit/verify", "/audit/details/?id=1")
        }

        assert {path: found for path, found in pages.items() if found} == {}

    def test_none_on_the_page_of_a_change(self, session: Session, staff: Staff, app: Flask, eva: Visitor) -> None:
        change = make_change(session, staff.editor)
        session.commit()

        pages = [english_in(read(eva, path)) for path in ("/changes", f"/changes/{change.id}", "/notices")]

        assert pages == [[], [], []]

    def test_what_is_wrong_with_a_value_is_arabic(self, eva: Visitor) -> None:
        form = {"csrf_token": eva.token_on("/admin/crawlers/edit/?id=-"), "base_version": "1", "reason": "for a test"}

        answer = eva.client.post(
            "/admin/crawlers/edit/?id=-", data={**form, "known_user_agents": "a\na", "step": "propose"}, headers=ARABIC
        )

        assert (answer.status_code, "مكرّر في القائمة" in answer.text, english_in(answer.text)) == (422, True, [])
