"""Does a real browser go to the provider and back, and through a second factor, past what the pages' policy forbids?"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.program.terminal import certdesk
from tests.databases import migrate
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.servers import Server
from webapp import clock

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """A provider, before whose browser ada sits."""
    with IdentityProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
def desk(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that lets people sign in by it, and has an admin; where it is."""
    folder: Path = tmp_path_factory.mktemp("desk")
    server = Server(f"sqlite:///{folder / 'desk.sqlite3'}", folder / "server.log", workers=1)
    base = f"http://127.0.0.1:{server.port}"
    server.settings = {
        "CERTDESK_OIDC_ISSUER": provider.issuer,
        "CERTDESK_OIDC_CLIENT_ID": CLIENT_ID,
        "CERTDESK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
    }
    provider.callbacks = (f"{base}/login/oidc/callback",)
    migrate(server.database_url)
    made = certdesk(folder, "accounts", "create", "adam", "--role", "admin", "--password-stdin", stdin="demo-admin-1")
    assert made.returncode == 0, made.stderr
    server.start()
    yield base
    server.kill()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser without cookies, which complains of what the policy forbids."""
    context = browser.new_context()
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    yield page
    context.close()
    assert complaints == []


class TestGivenAProvider:
    def test_a_person_goes_there_comes_back_and_is_signed_out_there_too(
        self, page: Page, desk: str, provider: IdentityProvider
    ) -> None:
        page.goto(f"{desk}/login")
        page.get_by_role("link", name="Sign in with your organisation").click()
        page.wait_for_url(f"{desk}/")
        shown = page.locator("h1").inner_text(), page.locator(".topbar__name").inner_text()

        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(re.compile(f"^{provider.issuer}/end-session"))
        there = page.locator("h1").inner_text()
        page.goto(f"{desk}/")

        assert shown == ("My certificates", "ada")
        assert there == "Signed out there"
        assert page.url == f"{desk}/login"


class TestGivenASecondFactor:
    def test_its_owner_sets_it_up_and_signs_in_with_it(self, page: Page, desk: str) -> None:
        sign_in(page, desk)
        page.get_by_role("link", name="Your sign-in").click()
        page.get_by_label("Your password").fill("demo-admin-1")
        page.get_by_role("button", name="Set it up").click()
        app = pyotp.TOTP(page.locator(".factor__secret").inner_text().replace(" ", ""))
        drawn = page.locator(".factor__qr svg").count()
        page.get_by_label("Code", exact=True).fill(app.now())
        page.get_by_role("button", name="Turn it on").click()
        page.locator(".factor__codes").wait_for()
        codes = page.locator(".factor__codes code").all_inner_texts()
        page.get_by_role("button", name="Sign out").click()

        sign_in(page, desk)
        # The next one: each code signs in once, and either may come a step late on a busy machine.
        page.get_by_label("Code").fill(app.at(clock.now() + timedelta(seconds=30)))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{desk}/")

        assert (drawn, len(codes)) == (1, 10)
        assert page.locator("h1").inner_text() == "Hello, adam"


def sign_in(page: Page, desk: str) -> None:
    page.goto(f"{desk}/login")
    page.get_by_label("Name").fill("adam")
    page.get_by_label("Password").fill("demo-admin-1")
    page.get_by_role("button", name="Sign in").click()
