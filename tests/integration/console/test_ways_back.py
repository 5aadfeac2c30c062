"""Where does the sign-in lead, and never to somebody else's site?"""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pytest
from lxml import html
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD
from tests.integration.console.sessions import leads_to_sign_in, move_session
from tests.visitors import Visitor
from webapp.models.accounts import Account

pytestmark = pytest.mark.any_database


class TestGivenAPageThatSomebodyWanted:
    def test_the_sign_in_leads_back_to_it(self, visitor: Visitor, sam: Account) -> None:
        wanted = "/admin/certificates/?q=ada+lovelace&status=error"

        asked = visitor.client.get(wanted)
        answer = visitor.sign_in(
            "sam", PASSWORD, next_page=unquote(urlsplit(asked.location).query.removeprefix("next="))
        )

        assert leads_to_sign_in(asked)
        assert answer.location == wanted

    @pytest.mark.parametrize(
        "target", ["/ok", "/search?q=a%20b", "/admin/inbox/?waiting=1", "/ok?next=https://evil.test"]
    )
    def test_an_address_of_ours_is_followed(self, visitor: Visitor, sam: Account, target: str) -> None:
        answer = visitor.sign_in("sam", PASSWORD, next_page=target)

        assert answer.location == target

    @pytest.mark.parametrize(
        "target",
        [
            "//evil.test",
            "///evil.test",
            "\\\\evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "https://evil.test",
            "https:evil.test",
            "https:/evil.test",
            "http:///evil.test",
            "javascript:alert(1)",
            "data:text/html,x",
            "evil.test",
            "%2F%2Fevil.test",
            "/%09/evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            " //evil.test",
            "\x00//evil.test",
            "/%5Cevil.test",
            "//user@evil.test/",
            "//[evil",
            "/%2Fevil.test",
            "//evil.test\\@localhost",
        ],
    )
    def test_no_other_site_is_led_to(self, visitor: Visitor, sam: Account, target: str) -> None:
        answer = visitor.sign_in("sam", PASSWORD, next_page=target)

        as_browsers_read_it = answer.location.replace("\\", "/").replace("\t", "").replace("\n", "").strip()
        assert answer.status_code == 302
        assert urlsplit(urljoin("http://localhost/login", as_browsers_read_it)).netloc == "localhost"
        assert as_browsers_read_it.startswith("/")

    def test_the_form_does_not_carry_an_address_of_others(self, visitor: Visitor) -> None:
        page = visitor.get("/login?next=https://evil.test/")

        assert "evil.test" not in page


class TestGivenAFormWhoseSessionEnded:
    def test_its_page_is_led_back_to_over_the_sign_in(self, visitor: Visitor, sam: Account, session: Session) -> None:
        visitor.sign_in("sam", PASSWORD)
        page = "/learners/ada/course-v1%3ACertdesk%2BHarbour%2B2026?part=a%26b"
        token = visitor.token_on("/")
        move_session(session, seen_at=timedelta(hours=2))

        answer = visitor.client.post("/notes", data={"csrf_token": token}, headers=came_from(page))

        assert answer.status_code == 401
        way = urlsplit(link_of(answer, "Sign in"))
        assert (way.path, parse_qs(way.query)) == ("/login", {"next": [page]})

    def test_one_of_another_session_is_led_back_to_at_once(self, visitor: Visitor, sam: Account) -> None:
        visitor.sign_in("sam", PASSWORD)

        answer = visitor.client.post("/notes", data={"csrf_token": "x"}, headers=came_from("/learners/ada"))

        assert answer.status_code == 400
        assert link_of(answer, "Back to the form") == "/learners/ada"

    @pytest.mark.parametrize(
        ("referrer", "way"),
        [
            (None, "/login"),
            ("https://evil.test/learners/ada", "/login"),
            ("http://[evil", "/login"),
            ("http://localhost/notes", "/login"),
            ("http://localhost/nowhere-at-all", "/login"),
            ("http://localhost//evil.test", "/login"),
            ("http://localhost/login?next=/runs", "/login?next=/runs"),
        ],
    )
    def test_it_leads_nowhere_where_there_is_no_page_to_come_back_to(
        self, visitor: Visitor, referrer: str | None, way: str
    ) -> None:
        headers = {"Referer": referrer} if referrer else {}

        answer = visitor.client.post("/notes", headers=headers)

        assert answer.status_code == 400
        assert link_of(answer, "Sign in") == way

    def test_whoever_signed_in_meanwhile_is_led_on(self, visitor: Visitor, sam: Account) -> None:
        visitor.sign_in("sam", PASSWORD)

        answers = [visitor.client.get(f"/login?next={wanted}") for wanted in ("/runs", "//evil.test")]

        assert [answer.location for answer in answers] == ["/runs", "/"]


def came_from(path: str) -> dict[str, str]:
    """Give what a browser says of the page that a form is on."""
    return {"Referer": f"http://localhost{path}"}


def link_of(answer: TestResponse, label: str) -> str:
    """Give where the button of that name leads."""
    found = html.document_fromstring(answer.text).xpath("//a[normalize-space()=$label]", label=label)
    return str(found[0].get("href"))
