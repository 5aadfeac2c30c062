"""Does somebody who signed in at the provider get in here, once, and nobody else?"""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import NOON
from tests.identity_provider import CLIENT_ID, IdentityProvider, query_of
from tests.integration.console.sessions import open_sessions
from tests.integration.sign_on.browser import Browser, events
from tests.integration.sign_on.conftest import use
from webapp.models.accounts import Account, AccountSession


@pytest.mark.any_database
class TestGivenAWayBack:
    @pytest.mark.parametrize("wanted", ["/search?q=ada", "/admin/certificates/?a=b&c=d"])
    def test_it_leads_to_the_page_that_was_wanted(self, browser: Browser, wanted: str) -> None:
        assert browser.sign_in_there(wanted).location == wanted

    @pytest.mark.parametrize(
        "wanted", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "evil", "/a\nb", "//["]
    )
    def test_it_leads_nowhere_else(self, browser: Browser, wanted: str) -> None:
        assert browser.sign_in_there(wanted).location == "/"


@pytest.mark.any_database
class TestGivenWhatIsAsked:
    def test_each_attempt_has_a_state_a_nonce_and_a_challenge_of_its_own(self, browser: Browser) -> None:
        first, second = query_of(browser.leave()), query_of(browser.leave())

        assert (first["client_id"], first["code_challenge_method"], first["response_type"]) == (
            CLIENT_ID,
            "S256",
            "code",
        )
        assert first["redirect_uri"] == "http://desk.test/login/oidc/callback"
        assert [first[name] == second[name] for name in ("state", "nonce", "code_challenge")] == [False] * 3

    def test_the_first_of_two_tabs_that_comes_back_is_signed_in(self, browser: Browser) -> None:
        first, second = browser.leave("/a"), browser.leave("/b")
        there = browser.provider.sign_in(second)

        answer = browser.come_back(browser.provider.sign_in(first))
        late = browser.come_back(there)

        assert answer.location == "/a"
        assert late.status_code == 400  # the attempt went with the old session

    def test_who_is_signed_in_is_led_on(self, browser: Browser) -> None:
        browser.sign_in_there()

        assert browser.client.get("/login/oidc?next=/search").location == "/search"

    @pytest.mark.parametrize("path", ["/realms/campus", "/tenant/"])
    def test_an_issuer_may_have_a_path(self, app: Flask, path: str) -> None:
        with IdentityProvider(path=path) as provider:
            use(app, provider)
            provider.metadata = {
                name: provider.issuer.rstrip("/") + place
                for name, place in (
                    ("authorization_endpoint", "/authorize"),
                    ("token_endpoint", "/token"),
                    ("jwks_uri", "/keys"),
                )
            }
            provider.path = path.rstrip("/") if path.endswith("/") else path
            provider.metadata["issuer"] = f"{provider.issuer}/" if path.endswith("/") else provider.issuer
            provider.change = lambda claims: {**claims, "iss": provider.metadata["issuer"]}
            provider.metadata["authorization_response_iss_parameter_supported"] = False
            browser = Browser(app, provider)
            back = provider.sign_in(browser.leave()).split("&iss=")[0]

            assert browser.come_back(back).status_code == 303

    def test_a_public_client_proves_itself_by_the_verifier_alone(self, app: Flask) -> None:
        with IdentityProvider(public_client=True) as provider:
            use(app, provider)

            assert Browser(app, provider).sign_in_there().status_code == 303

    def test_a_provider_may_want_the_secret_in_the_form(self, browser: Browser) -> None:
        browser.provider.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]

        assert browser.sign_in_there().status_code == 303


@pytest.mark.any_database
class TestGivenSomethingThatWasNotBegunHere:
    def test_a_state_of_another_browser_is_refused(self, app: Flask, browser: Browser, session: Session) -> None:
        other = Browser(app, browser.provider)
        back = browser.provider.sign_in(other.leave())

        answer = browser.come_back(back)

        assert answer.status_code == 400
        assert open_sessions(session) == 0

    def test_an_answer_counts_once(self, browser: Browser, session: Session) -> None:
        back = browser.provider.sign_in(browser.leave())
        cookie = browser.client.get_cookie("certdesk")
        browser.come_back(back)
        assert cookie is not None
        browser.client.set_cookie("certdesk", cookie.value)  # the cookie of before, with the attempt in it

        answer = browser.come_back(back)

        assert answer.status_code == 403
        assert open_sessions(session) == 1

    @pytest.mark.parametrize(
        "query", ["", "?code=x", "?state=", "?state=x&code=y", "?error=access_denied", "?state=%00"]
    )
    def test_without_an_attempt_nothing_is_asked(self, browser: Browser, query: str) -> None:
        answer = browser.client.get(f"/login/oidc/callback{query}")

        assert answer.status_code == 400
        assert browser.provider.asked == []

    def test_a_code_of_somebody_elses_attempt_is_refused(self, app: Flask, browser: Browser, session: Session) -> None:
        """The verifier of one browser does not redeem the code of another (PKCE)."""
        other = Browser(app, browser.provider)
        foreign = query_of(browser.provider.sign_in(other.leave()))["code"]
        state = query_of(browser.leave())["state"]

        answer = browser.client.get(
            "/login/oidc/callback", query_string={"state": state, "code": foreign, "iss": browser.provider.issuer}
        )

        assert answer.status_code == 403
        assert [one[2] for one in events(session)] == ["the provider does not know the code"]

    def test_who_declines_there_is_told_so(self, browser: Browser, session: Session) -> None:
        state = query_of(browser.leave())["state"]

        answer = browser.client.get(f"/login/oidc/callback?state={state}&error=access_denied&error_description=<b>")

        assert (answer.status_code, "<b>" in answer.text) == (403, False)
        assert events(session) == [("account.sign_in_refused", "-", "the provider signed nobody in")]


class TestGivenADisabledAccount:
    def test_it_is_refused_and_written_down(self, browser: Browser, session: Session) -> None:
        browser.sign_in_there()
        session.execute(update(Account).values(disabled_at=NOON))
        session.execute(update(AccountSession).values(ended_at=NOON))
        session.commit()
        again = Browser(browser.client.application, browser.provider)

        answer = again.sign_in_there()

        assert (answer.status_code, "Your account is disabled" in answer.text) == (403, True)
        assert (open_sessions(session), again.name_shown()) == (0, None)
        assert events(session)[-1] == ("account.sign_in_refused", "ada", "the account is disabled")


class TestGivenASignOut:
    def test_the_provider_is_asked_to_sign_out_as_well(self, browser: Browser, session: Session) -> None:
        browser.sign_in_there()

        answer = browser.post("/logout", of="/")

        there = answer.headers["Refresh"].removeprefix("0; url=")
        asked = query_of(there)
        assert (answer.status_code, there.split("?")[0]) == (200, f"{browser.provider.issuer}/end-session")
        assert (asked["client_id"], asked["post_logout_redirect_uri"]) == (CLIENT_ID, "http://desk.test/login")
        assert asked["id_token_hint"].count(".") == 2
        assert (open_sessions(session), browser.name_shown()) == (0, None)

    def test_the_token_of_the_provider_is_forgotten(self, browser: Browser, session: Session) -> None:
        browser.sign_in_there()
        browser.post("/logout", of="/")

        assert session.scalars(select(AccountSession.id_token)).all() == [None]

    @pytest.mark.any_database
    def test_a_provider_without_a_place_for_it_is_left_alone(self, browser: Browser) -> None:
        browser.provider.metadata["end_session_endpoint"] = ...
        browser.sign_in_there()

        answer = browser.post("/logout", of="/")

        assert (answer.status_code, answer.location) == (302, "/login")

    @pytest.mark.any_database
    def test_who_came_by_a_password_is_signed_out_here_alone(self, browser: Browser, session: Session) -> None:
        make_account(session)
        session.commit()
        browser.sign_in("sam", PASSWORD)

        assert browser.post("/logout", of="/").status_code == 302


@pytest.mark.any_database
class TestGivenTheSignInPage:
    def test_it_offers_the_provider_and_keeps_the_way_back(self, browser: Browser) -> None:
        page = browser.get("/login?next=/search?q=ada")

        assert 'href="/login/oidc?next=/search?q%3Dada"' in page
        assert "127.0.0.1" in page

    def test_without_one_it_offers_none(self, app: Flask) -> None:
        client = app.test_client()

        assert "/login/oidc" not in client.get("/login").text
        assert [client.get(path).status_code for path in ("/login/oidc", "/login/oidc/callback?state=x")] == [404, 404]
