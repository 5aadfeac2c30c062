"""What is said while the provider cannot be asked?"""

import time

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.identity_provider import (
    DISCOVERY,
    KEYS,
    TOKEN,
    Claims,
    IdentityProvider,
)
from tests.integration.console.sessions import open_sessions
from tests.integration.sign_on.browser import Browser
from tests.integration.sign_on.conftest import use
from tests.xqueue_wire import Fault, Reply

MOST_S = 3
"""One answer of 0.3 seconds, on a machine that is busy."""
pytestmark = pytest.mark.any_database


class TestGivenAProviderThatCannotBeAsked:
    def test_the_way_there_is_503_with_a_clear_page(self, app: Flask, browser: Browser) -> None:
        browser.provider.__exit__(None, None, None)
        visitor = Browser(app, browser.provider)

        page = visitor.get("/login/oidc", 503)

        assert "does not answer" in page
        assert "Nobody was signed in" in page
        browser.provider.__enter__()

    @pytest.mark.parametrize(
        "fault",
        [Reply("", 500), Reply("<html>", 200), Reply("[]"), Fault.CLOSED, Fault.GARBAGE, Fault.SILENCE, Fault.DRIBBLE],
    )
    @pytest.mark.parametrize("place", [DISCOVERY, TOKEN, KEYS])
    def test_the_way_back_is_503_and_signs_nobody_in(
        self, app: Flask, provider: IdentityProvider, session: Session, place: str, fault: Reply | Fault
    ) -> None:
        use(app, provider, timeout_s=0.3)
        browser = Browser(app, provider)
        if place != DISCOVERY:
            back = provider.sign_in(browser.leave())
        provider.faults[place] = fault

        answer = browser.client.get("/login/oidc") if place == DISCOVERY else browser.come_back(back)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert open_sessions(session) == 0

    @pytest.mark.parametrize("fault", [Fault.DRIBBLE, Fault.DRIBBLED_HEAD])
    @pytest.mark.parametrize("place", [DISCOVERY, TOKEN, KEYS])
    def test_nobody_waits_longer_however_slowly_it_answers(
        self, app: Flask, provider: IdentityProvider, place: str, fault: Fault
    ) -> None:
        use(app, provider, timeout_s=0.3)
        browser = Browser(app, provider)
        back = provider.sign_in(browser.leave()) if place != DISCOVERY else ""
        provider.faults[place] = fault
        began = time.monotonic()

        answer = browser.client.get("/login/oidc") if place == DISCOVERY else browser.come_back(back)

        assert answer.status_code == 503
        assert time.monotonic() - began < MOST_S

    @pytest.mark.parametrize(
        "metadata",
        [
            {"issuer": "https://evil.test"},
            {"issuer": ...},
            {"token_endpoint": ...},
            {"authorization_endpoint": "http://evil.test/authorize"},
            {"jwks_uri": 7},
        ],
    )
    def test_a_description_that_is_not_its_own_is_no_good(self, browser: Browser, metadata: Claims) -> None:
        browser.provider.metadata = metadata

        assert browser.client.get("/login/oidc").status_code == 503

    def test_our_secret_being_wrong_is_no_fault_of_the_persons(self, browser: Browser) -> None:
        browser.provider.faults[TOKEN] = Reply('{"error": "invalid_client"}', 401)

        assert browser.sign_in_there().status_code == 503

    def test_a_sign_out_works_all_the_same(self, app: Flask, browser: Browser) -> None:
        browser.sign_in_there()
        app.extensions["ports"].identity_provider._discovery._places = None
        browser.provider.faults[DISCOVERY] = Reply("", 500)

        answer = browser.post("/logout", of="/")

        assert (answer.status_code, browser.name_shown()) == (302, None)
