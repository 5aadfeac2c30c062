"""Where does the sign-in lead, and never to somebody else's site?"""

from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.factories.accounts import PASSWORD
from tests.integration.console.sessions import leads_to_sign_in
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
